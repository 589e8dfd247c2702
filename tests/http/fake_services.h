// SPDX-License-Identifier: Apache-2.0
// Services with the names and parameters of the real ones, for checking requests against.
//
// Threads: constant.
// Owns: n/a.
// Errors: none; nothing here is ever run.
#pragma once

#include <optional>
#include <string>

#include "rpc/argument.h"
#include "rpc/catalogue.h"
#include "rpc/service.h"

namespace errand::http {

class FakeCompute : public rpc::Service {
public:
    FakeCompute() : Service("compute", 1, "Computes.") {
        method("compute", &FakeCompute::compute, {"operation", "value", "other", "email"}, "");
    }

private:
    std::string compute(rpc::Context&, std::string operation, rpc::IntegerLike, rpc::IntegerLike,
                        std::optional<rpc::Mailbox>) {
        return operation;
    }
};

class FakeMail : public rpc::Service {
public:
    FakeMail() : Service("mail", 1) {
        rpc::RetryPolicy& policy =
            method("send", &FakeMail::send, {"to", "subject", "contents"}, "").policy;
        policy.timeout = std::chrono::milliseconds(250);
        policy.longestDelay = std::chrono::hours(8);
    }

private:
    std::string send(rpc::Context&, rpc::Mailbox, std::string subject, std::string) {
        return subject;
    }
};

struct FakeCatalogue {
    FakeCompute compute;
    FakeMail mail;
    rpc::Catalogue catalogue{{&compute, &mail}};
};

}  // namespace errand::http
