// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_sender.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "mail/smtp_failure.h"
#include "mail/smtp_session.h"
#include "rpc/error.h"

namespace errand::mail {
namespace {

// How often a thread that waits for a free connection looks whether it still should.
constexpr std::chrono::milliseconds slice(100);

}  // namespace

class SmtpSender::Connections {
public:
    explicit Connections(SmtpSettings settings)
        : settings_(std::move(settings)),
          server_(settings_.host + ":" + std::to_string(settings_.port)),
          tls_(settings_.ca) {
        kept_.reserve(static_cast<std::size_t>(settings_.connections));
    }
    ~Connections();

    void send(const Message& message, const rpc::Context& context);

private:
    using Session = std::unique_ptr<SmtpSession>;

    // One of the connections that may be open, held for one message.
    class Place {
    public:
        Place(Connections& all, const SmtpPatience& patience, const rpc::Context& context)
            : session(all.take(patience, context)), all_(all) {}
        ~Place() { all_.giveBack(std::move(session)); }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        Session session;  // null: none was kept

    private:
        Connections& all_;
    };

    Session take(const SmtpPatience& patience, const rpc::Context& context) EXCLUDES(mutex_);
    void giveBack(Session session) noexcept EXCLUDES(mutex_);
    bool sendOverKept(SmtpSession& session, const SmtpMail& mail, const SmtpPatience& patience);

    // Set in the constructor, then constant.
    const SmtpSettings settings_;
    const std::string server_;
    const SmtpTlsContext tls_;

    base::Mutex mutex_;
    base::Condition freed_;
    int taken_ GUARDED_BY(mutex_) = 0;
    std::vector<Session> kept_ GUARDED_BY(mutex_);  // the last used is the last, and taken first
};

SmtpSender::Connections::~Connections() {
    const base::MutexLock lock(mutex_);
    // All together: a stop waits for them.
    const base::SteadyTime until = std::chrono::steady_clock::now() + SmtpSession::farewell;
    for (const Session& session : kept_) session->quit(until);
}

SmtpSender::Connections::Session SmtpSender::Connections::take(const SmtpPatience& patience,
                                                               const rpc::Context& context) {
    const base::MutexLock lock(mutex_);
    const SmtpWait wait = patience.wait(settings_.replyTimeout);
    while (taken_ >= settings_.connections) {
        if (context.cancelled()) throw rpc::Cancelled();
        const auto now = std::chrono::steady_clock::now();
        if (now >= wait.until) throw rpc::TryAgain("all connections to the mail server are busy");
        freed_.waitUntil(mutex_, std::min(now + slice, wait.until));
    }
    ++taken_;
    if (kept_.empty()) return nullptr;
    Session session = std::move(kept_.back());
    kept_.pop_back();
    return session;
}

void SmtpSender::Connections::giveBack(Session session) noexcept {
    const base::MutexLock lock(mutex_);
    --taken_;
    if (session && session->idle()) kept_.push_back(std::move(session));
    freed_.notifyOne();
}

void SmtpSender::Connections::send(const Message& message, const rpc::Context& context) {
    const SmtpMail mail = prepare(message);
    const SmtpPatience patience(context);
    Place place(*this, patience, context);
    if (place.session && sendOverKept(*place.session, mail, patience)) return;
    place.session = std::make_unique<SmtpSession>(settings_, tls_);
    try {
        SmtpWatch nobody;
        place.session->open(patience, nobody);
        place.session->send(mail, patience);
    } catch (const SmtpTrouble& trouble) {
        throwAnswer(place.session->stage(), trouble, server_);
    }
}

// False: the connection had died meanwhile, and the message has not gone out.
bool SmtpSender::Connections::sendOverKept(SmtpSession& session, const SmtpMail& mail,
                                           const SmtpPatience& patience) {
    if (!session.alive()) return false;
    try {
        session.send(mail, patience);
    } catch (const SmtpTrouble& trouble) {
        if (isStale(session.stage(), trouble)) return false;
        throwAnswer(session.stage(), trouble, server_);
    }
    return true;
}

SmtpSender::SmtpSender(SmtpSettings settings)
    : connections_(std::make_unique<Connections>(std::move(settings))) {}

SmtpSender::~SmtpSender() = default;

void SmtpSender::send(const Message& message, const rpc::Context& context) {
    connections_->send(message, context);
}

}  // namespace errand::mail
