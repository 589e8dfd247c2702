// SPDX-License-Identifier: Apache-2.0
// delivering is what the tests of webhooks share: a resolver that answers what it is told, a
// running call, and SIGPIPE out of the way.
//
// Threads: used by the test's thread.
// Owns: n/a.
// Errors: n/a.
#pragma once

#include <chrono>
#include <csignal>
#include <deque>
#include <initializer_list>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "rpc/context.h"
#include "webhook/resolver.h"
#include "webhook/trouble.h"

namespace errand::webhook {

// As errandd has it: OpenSSL writes where the signal may come.
inline void ignoreSigpipe() {
    std::signal(SIGPIPE, SIG_IGN);
}

// Each look-up takes the next answer, addresses with spaces between; the last one stays.
class FixedResolver : public Resolver {
public:
    FixedResolver(std::initializer_list<const char*> answers)
        : answers_(answers.begin(), answers.end()) {}

    std::vector<Poco::Net::IPAddress> resolve(const std::string&) override {
        ++lookUps;
        std::istringstream in(answers_.front());
        std::vector<Poco::Net::IPAddress> found;
        for (std::string text; in >> text;) found.emplace_back(text);
        if (answers_.size() > 1) answers_.pop_front();
        return found;
    }

    int lookUps = 0;

private:
    std::deque<std::string> answers_;
};

class NoCaller : public rpc::Caller {
public:
    rpc::Reply callAndWait(rpc::Call) override { throw std::logic_error("it calls nobody"); }
};

// A call that runs: of a job, at that attempt, or (0) of none.
class Running {
public:
    explicit Running(int attempt = 0, std::chrono::milliseconds timeout = {})
        : context(call(attempt, timeout), nobody_) {
        context.begin(std::chrono::steady_clock::now());
    }

    static base::Id job() {
        return base::Id::parse("01a2062d-fe5f-788f-a7b1-8df61c8d0898").value();
    }

private:
    static rpc::Call call(int attempt, std::chrono::milliseconds timeout) {
        rpc::Call made;
        made.service = "webhook";
        made.method = "deliver";
        made.timeout = timeout;
        if (attempt > 0) made.job = rpc::JobHeader{job(), attempt, attempt, false};
        return made;
    }

    NoCaller nobody_;

public:
    rpc::Context context;
};

// Longer than any answer takes: only a failure waits for it.
constexpr std::chrono::seconds patience(20);

}  // namespace errand::webhook
