// SPDX-License-Identifier: Apache-2.0
// TestServices is a catalogue with methods of every policy. Nothing runs them: FakeTransport
// answers in their place.
#pragma once

#include <stdexcept>

#include "jobs/job.h"
#include "rpc/catalogue.h"
#include "rpc/service.h"

namespace errand::tests {

class TestService : public rpc::Service {
public:
    TestService(const std::string& name, int workers) : Service(name, workers) {
        add("plain");  // the policy of whoever says nothing: 5 attempts, 1 s to 60 s, 60 s

        rpc::Method& work = add("work");
        work.policy = {3, std::chrono::seconds(2), std::chrono::seconds(8),
                       std::chrono::seconds(60)};
        work.failureCasts = mailOf;

        rpc::Method& once = add("once");
        once.policy.maxAttempts = 1;
        once.failureCasts = mailOf;

        add("untimed").policy.timeout = std::chrono::milliseconds(0);
        add("queued").queued = true;
        add("broken").failureCasts = [](const rpc::Arguments&,
                                        const rpc::ErrorReply&) -> std::vector<rpc::Cast> {
            throw std::runtime_error("no mail today");
        };
    }

    // "mail.send(arguments, type, text)"
    static std::vector<rpc::Cast> mailOf(const rpc::Arguments& arguments,
                                         const rpc::ErrorReply& error) {
        const base::Json::Array args{base::Json(arguments.args), base::Json(error.type),
                                     base::Json(error.message)};
        return {{"mail", "send", {base::Json(args).toString(), "{}"}}};
    }

private:
    rpc::Method& add(const std::string& name) {
        return method(name, &TestService::nothing, {"value"}, "Does nothing.");
    }
    void nothing(rpc::Context&, const base::Json&) {}
};

class TestMail : public rpc::Service {
public:
    TestMail() : Service("mail", 1) {
        method("send", &TestMail::nothing, {"value"}, "Sends nothing.").queued = true;
    }

private:
    void nothing(rpc::Context&, const base::Json&) {}
};

// What a submitter says who says no more than what to run.
inline jobs::NewJob asked(const std::string& service, const std::string& method) {
    jobs::NewJob job;
    job.service = service;
    job.method = method;
    job.arguments = {"[1]", "{}"};
    return job;
}

struct TestServices {
    TestService alpha{"alpha", 2};
    TestService beta{"beta", 1};
    TestMail mail;
    rpc::Catalogue catalogue{{&alpha, &beta, &mail}};
};

}  // namespace errand::tests
