// SPDX-License-Identifier: Apache-2.0
// The load of amqp_echo through Errand: calls compute.compute("sum", 30, 10), which an errandd
// serves, over the transport amqp as a node of Errand would, and prints calls a second and how long
// they took.
//
// usage: amqp_calls URI COUNT IN_FLIGHT
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/mutex.h"
#include "call_times.h"
#include "rpc/plugin.h"

namespace {

namespace base = errand::base;
namespace rpc = errand::rpc;

constexpr std::chrono::seconds patience{30};  // for the broker, and for a call
constexpr const char* expected = "40";

// No call gets here: none is served.
class NoSink : public rpc::JobSink {
public:
    rpc::Reply store(const rpc::Call&) noexcept override { return {}; }
};

class Load {
public:
    Load(rpc::Transport& transport, std::size_t count, std::size_t inFlight)
        : transport_(transport), count_(count), times_(count) {
        slots_.reserve(inFlight);  // they stay where they are: the transport refers to them
        for (std::size_t i = 0; i < inFlight; ++i) free_.push_back(&slots_.emplace_back(*this));
    }

    // False: a call had another end than its result; it has been said which.
    bool run() {
        begin();
        std::vector<Slot*> ready;
        std::size_t sent = 0;
        while (takeFree(ready)) {
            for (Slot* slot : ready) {
                if (sent < count_) send(*slot);
                ++sent;
            }
        }
        const base::MutexLock lock(mutex_);
        if (!failure_.empty()) std::fprintf(stderr, "amqp_calls: %s\n", failure_.c_str());
        return failure_.empty();
    }

    // REQUIRES run.
    void print() {
        const base::MutexLock lock(mutex_);
        times_.print();
    }

private:
    struct Slot : rpc::CallObserver {
        explicit Slot(Load& owner) : load(owner) {}
        void begun(const std::string&) noexcept override {}
        void ended(rpc::End end) noexcept override { load.ended(*this, std::move(end)); }

        Load& load;
        CallTimes::Clock::time_point began;
    };

    void begin() {
        const base::MutexLock lock(mutex_);
        times_.begin();
    }

    // All that are free, as soon as one is. False: the load is over.
    bool takeFree(std::vector<Slot*>& ready) {
        const base::MutexLock lock(mutex_);
        while (free_.empty()) changed_.wait(mutex_);
        ready.clear();
        ready.swap(free_);
        return times_.count() < count_ && failure_.empty();
    }

    void send(Slot& slot) {
        slot.began = CallTimes::Clock::now();
        rpc::Call call;
        call.id = base::Id::generate(base::Clock::system().now()).toString();
        call.service = "compute";
        call.method = "compute";
        call.arguments.args = R"(["sum", 30, 10])";
        call.deadline = base::Clock::system().steady() + patience;
        transport_.call(std::move(call), slot);
    }

    void ended(Slot& slot, rpc::End end) noexcept {
        if (end.acknowledge) end.acknowledge();
        const rpc::ResultReply* result = end.reply.result();
        const base::MutexLock lock(mutex_);
        if (end.kind != rpc::End::Kind::reply || !result || result->json != expected) {
            const rpc::ErrorReply* error = end.reply.error();
            failure_ = error ? error->message : "end " + std::to_string(static_cast<int>(end.kind));
        }
        times_.add(slot.began);
        free_.push_back(&slot);
        changed_.notifyOne();
    }

    rpc::Transport& transport_;
    const std::size_t count_;
    std::vector<Slot> slots_;
    base::Mutex mutex_;
    base::Condition changed_;
    std::vector<Slot*> free_ GUARDED_BY(mutex_);
    CallTimes times_ GUARDED_BY(mutex_);
    std::string failure_ GUARDED_BY(mutex_);
};

// Beside this program, as a server finds it.
std::string plugins() {
    return std::filesystem::canonical("/proc/self/exe").parent_path().parent_path() / "lib/errand";
}

bool awaitConnection(const rpc::Transport& transport) {
    const auto deadline = CallTimes::Clock::now() + patience;
    while (!transport.health().connected) {
        if (CallTimes::Clock::now() > deadline) {
            std::fprintf(stderr, "amqp_calls: %s\n", transport.health().missing.c_str());
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

int run(const std::string& uri, std::size_t count, std::size_t inFlight) {
    NoSink sink;
    rpc::Plugin plugin(plugins(), "amqp");
    rpc::Transport& transport = plugin.transport();
    transport.open({{"uri", uri}}, sink);
    transport.start();
    if (!awaitConnection(transport)) return 1;
    Load load(transport, count, inFlight);
    const bool good = load.run();
    transport.close(base::Clock::system().steady() + patience);
    if (good) load.print();
    return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: amqp_calls URI COUNT IN_FLIGHT\n");
        return 2;
    }
    try {
        return run(argv[1], static_cast<std::size_t>(std::max(1, std::atoi(argv[2]))),
                   static_cast<std::size_t>(std::max(1, std::atoi(argv[3]))));
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "amqp_calls: %s\n", problem.what());
        return 1;
    }
}
