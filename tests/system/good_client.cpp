// SPDX-License-Identifier: Apache-2.0
#include "system/good_client.h"

#include <Poco/Net/NetException.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>

#include "system/jobs.h"
#include "system/process.h"

namespace errand::tests {

namespace {

using std::chrono::steady_clock;

const std::string closing = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

[[noreturn]] void fail(const std::string& what, const Answer& answer) {
    throw std::runtime_error("a good client got " + std::to_string(answer.status) + " for " + what +
                             ": " + answer.body);
}

}  // namespace

GoodClient::GoodClient(int port)
    : port_(port), ids_(std::async(std::launch::async, [this] { return run(); })) {}

GoodClient::~GoodClient() {
    ending_ = true;
    if (ids_.valid()) ids_.wait();
}

void GoodClient::waitFor(std::size_t more) {
    const std::size_t goal = answered_ + more;
    const auto limit = steady_clock::now() + generous;
    while (answered_ < goal) {
        if (ids_.wait_for(std::chrono::milliseconds(5)) == std::future_status::ready) ids_.get();
        if (steady_clock::now() > limit) throw std::runtime_error("a good client is not served");
    }
}

std::vector<std::string> GoodClient::finish() {
    ending_ = true;
    return ids_.get();
}

std::vector<std::string> GoodClient::run() {
    std::vector<std::string> ids;
    while (!ending_) runOneJob(ids);
    return ids;
}

void GoodClient::runOneJob(std::vector<std::string>& ids) {
    const std::string number = std::to_string(ids.size());
    const std::string body = computation("sum", number, "1000");
    const Answer taken =
        ask("POST /jobs" + closing + "Content-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body);
    if (taken.status != 202) fail(body, taken);
    ids.push_back(member(taken.json(), "id"));
    while (true) {
        const Answer found = ask("GET /jobs/" + ids.back() + closing + "\r\n");
        if (found.status != 200) fail(ids.back(), found);
        const std::string state = member(found.json(), "state");
        if (state == "queued" || state == "running") continue;
        const bool right = member(found.json(), "result") == std::to_string(1000 + ids.size() - 1);
        if (state != "succeeded" || !right) fail(ids.back(), found);
        return;
    }
}

Answer GoodClient::ask(const std::string& request) {
    const auto limit = steady_clock::now() + generous;
    while (steady_clock::now() < limit) {
        const std::optional<Answer> answer = tryOnce(request);
        if (answer && answer->status != 503) {
            ++answered_;
            return *answer;
        }
        if (answer && answer->field("Retry-After").empty()) fail(request, *answer);
        pauseBetweenLooks();
    }
    throw std::runtime_error("a good client got no answer to " + request);
}

std::optional<Answer> GoodClient::tryOnce(const std::string& request) const {
    try {
        RawSocket socket(port_);
        socket.send(request);
        return socket.receive();
    } catch (const Poco::Net::NetException&) {
        // Closed by the server, which had too many: not even its refusal came through.
        return std::nullopt;
    }
}

}  // namespace errand::tests
