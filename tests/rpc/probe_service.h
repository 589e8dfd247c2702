// SPDX-License-Identifier: Apache-2.0
// ProbeService has a method for each way a call can go, and a gate that holds its methods until the
// test lets them go.
//
// Threads: its methods run on the transport's; the test uses the rest from its own.
// Owns: nothing.
// Errors: waitInside throws when nobody comes in 20 s, which only a failing test sees.
#pragma once

#include <atomic>
#include <string>

#include "base/mutex.h"
#include "rpc/service.h"

namespace errand::tests {

class ProbeService : public rpc::Service {
public:
    ProbeService(const std::string& name, int workers);

    // Waits until so many calls are inside `hold` or `obey`.
    void waitInside(int calls);
    // Lets all go that are inside `hold`, and those to come.
    void release();
    // Waits until none is inside.
    void waitEmpty();
    // How many calls of `count` there were.
    int counted() const { return counted_; }
    void waitCounted(int calls);

private:
    base::Json echo(rpc::Context&, const base::Json& value);
    base::Integer sum(rpc::Context&, const rpc::IntegerLike& a, const rpc::IntegerLike& b);
    void fail(rpc::Context&, const std::string& type, const std::string& text);
    void tryAgain(rpc::Context&, const std::string& scope, std::optional<rpc::IntegerLike> after);
    void throwForeign(rpc::Context&, const std::string& which);
    void hold(rpc::Context&);
    void obey(rpc::Context&);
    void report(rpc::Context& context);
    void count(rpc::Context&);
    base::Json describe(rpc::Context& context);
    base::Json callOther(rpc::Context&, const std::string& service, const std::string& method,
                         const base::Json& args);
    void castOther(rpc::Context&, const std::string& service, const std::string& method,
                   const std::string& ending);
    void countLater(rpc::Context&, const base::Json& value);

    void enter() REQUIRES(mutex_);
    void leave() REQUIRES(mutex_);

    base::Mutex mutex_;
    base::Condition changed_;
    int inside_ GUARDED_BY(mutex_) = 0;
    bool released_ GUARDED_BY(mutex_) = false;
    std::atomic<int> counted_{0};  // read by tests while methods run
};

}  // namespace errand::tests
