// SPDX-License-Identifier: Apache-2.0
#include "webhook/post.h"

#include <algorithm>
#include <chrono>

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include "rpc/error.h"
#include "webhook/trouble.h"

namespace errand::webhook {
namespace {

using std::chrono::steady_clock;

// A receiver that is read no further may log an error of its own, so a body is read, and dropped.
// Nothing depends on it: neither much of it is taken, nor waited for long.
constexpr std::size_t mostBody = 65'536;
constexpr std::chrono::seconds bodyPatience{2};

std::string requestText(const rpc::WebUrl& url, const Post::Fields& fields,
                        const std::string& body) {
    std::string text = "POST " + url.target + " HTTP/1.1\r\nHost: " + url.authority() +
                       "\r\nUser-Agent: Errand\r\nAccept: */*\r\nConnection: close\r\n"
                       "Content-Type: application/json\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n";
    for (const auto& [name, value] : fields) {
        text += name;
        text += ": ";
        text += value;
        text += "\r\n";
    }
    text += "\r\n";
    return text += body;
}

std::string internalWords(const std::string& kind) {
    return "leads to an address that is " + kind + "; webhook.allow does not name it";
}

// Returns with the answer's head; what follows it in `received` is of its body.
Answer readHead(Connection& connection, std::string& received, std::size_t& headSize) {
    for (;;) {
        if (!connection.read(received)) {
            throw Trouble(received.empty() ? "the receiver closed the connection without an answer"
                                           : "the receiver closed the connection in its answer");
        }
        if (auto answer = readAnswer(received, headSize)) return *answer;
    }
}

void dropBody(Connection& connection, const Answer& answer, std::size_t already) {
    const std::size_t size =
        answer.bodiless() ? 0 : std::min<std::size_t>(answer.length.value_or(mostBody), mostBody);
    const auto until = steady_clock::now() + bodyPatience;
    std::string received;
    try {
        while (already < size && connection.read(received, until)) {
            already += received.size();
            received.clear();
        }
    } catch (const Trouble&) {
        // The answer is here: how its body ended changes nothing.
    } catch (const rpc::Cancelled&) {
        // Nor does it that the delivery need not have been: the receiver has it.
    }
}

}  // namespace

Post::Post(const Settings& settings, Resolver& resolver)
    : timeout_(settings.timeout),
      httpsOnly_(settings.httpsOnly),
      fence_(settings.allow),
      ca_(settings.ca),
      resolver_(resolver) {}

// Once made it stays where it is, and is never changed.
const TlsTrust& Post::trust() const {
    const base::MutexLock lock(mutex_);
    try {
        if (!trust_) trust_.emplace(ca_);
    } catch (const Poco::Exception& error) {
        Poco::Logger::get("webhook").error("webhook.ca: " + error.message());
        throw rpc::TryAgain("the certificates to trust cannot be read (webhook.ca)", std::nullopt,
                            rpc::Scope::service);
    }
    return *trust_;
}

std::optional<std::string> Post::refusal(const rpc::WebUrl& url) const {
    if (httpsOnly_ && !url.secure) return "must begin with https:// (webhook.httpsOnly)";
    if (const auto kind = fence_.refusal(url.host)) return internalWords(*kind);
    return std::nullopt;
}

// Each address that may be asked. What another look-up would say does not matter any more: the
// connection goes to one of these.
std::vector<Poco::Net::SocketAddress> Post::addressesOf(const rpc::WebUrl& url) const {
    std::vector<Poco::Net::SocketAddress> good;
    std::string kind;
    for (const Poco::Net::IPAddress& address : resolver_.resolve(url.host)) {
        if (auto refused = fence_.refusal(url.host, address)) {
            kind = std::move(*refused);
        } else {
            good.emplace_back(address, url.port);
        }
    }
    // Without the address: whoever submits jobs need not learn what only this server can look up.
    if (good.empty()) throw rpc::Error("WebhookRefused", "the url " + internalWords(kind));
    return good;
}

Answer Post::send(const rpc::WebUrl& url, const Fields& fields, const std::string& body,
                  const rpc::Context& context) const {
    if (const auto fault = refusal(url)) throw rpc::Error("WebhookRefused", "the url " + *fault);
    const auto addresses = addressesOf(url);
    const auto time = std::min(timeout_, context.timeLeft().value_or(timeout_));
    Connection connection({steady_clock::now() + time, context});
    connection.connect(addresses);
    if (url.secure) connection.startTls(trust(), url.host);
    connection.write(requestText(url, fields, body));
    std::string received;
    std::size_t headSize = 0;
    Answer answer = readHead(connection, received, headSize);
    dropBody(connection, answer, received.size() - headSize);
    return answer;
}

}  // namespace errand::webhook
