// SPDX-License-Identifier: Apache-2.0
// wire_ends.h has what tests of the wire put at its ends: Inbox takes what is delivered, Outcomes
// how messages fared, Watcher whether there is a connection.
//
// Threads: filled on threads of the wire, asked on the test's.
// Owns: what it was told.
// Errors: each wait fails the test after a generous time.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <vector>

#include "base/mutex.h"
#include "broker/rabbitmq.h"
#include "transport_amqp/consumer.h"
#include "transport_amqp/publisher.h"

namespace errand::tests {

inline base::SteadyTime soon() {
    return base::Clock::system().steady() + std::chrono::seconds(20);
}

// What the test's thread waits for under one mutex.
class Watched {
protected:
    template <class Is>
    void waitUntil(const char* what, Is is) REQUIRES(mutex_) {
        const base::SteadyTime deadline = soon();
        while (!is()) {
            const bool inTime = changed_.waitUntil(mutex_, deadline);
            CPPUNIT_ASSERT_MESSAGE(std::string("never ") + what, inTime || is());
        }
    }

    base::Mutex mutex_;
    base::Condition changed_;
};

class Inbox : public transport_amqp::Receiver, private Watched {
public:
    void delivered(transport_amqp::Delivery delivery) noexcept override {
        const base::MutexLock lock(mutex_);
        deliveries_.push_back(std::move(delivery));
        changed_.notifyAll();
    }

    void drained() noexcept override {
        const base::MutexLock lock(mutex_);
        drainedAfter_.push_back(deliveries_.size());
        changed_.notifyAll();
    }

    // All there were, once there are that many.
    std::vector<transport_amqp::Delivery> wait(std::size_t count) NO_THREAD_SAFETY_ANALYSIS {
        const base::MutexLock lock(mutex_);
        waitUntil("enough deliveries", [&] { return deliveries_.size() >= count; });
        return deliveries_;
    }

    // How many had been delivered each time that all that waited had been.
    std::vector<std::size_t> waitDrained(std::size_t count) NO_THREAD_SAFETY_ANALYSIS {
        const base::MutexLock lock(mutex_);
        waitUntil("drained", [&] { return drainedAfter_.size() >= count; });
        return drainedAfter_;
    }

    std::size_t size() {
        const base::MutexLock lock(mutex_);
        return deliveries_.size();
    }

private:
    std::vector<transport_amqp::Delivery> deliveries_;
    std::vector<std::size_t> drainedAfter_;
};

class Outcomes : private Watched {
public:
    using Published = transport_amqp::Published;

    // For the next message.
    std::unique_ptr<transport_amqp::Confirm> next() {
        const base::MutexLock lock(mutex_);
        told_.emplace_back();
        return std::make_unique<One>(*this, told_.size() - 1);
    }

    // In the order of next(), once each has its own.
    std::vector<Published> wait() NO_THREAD_SAFETY_ANALYSIS {
        const base::MutexLock lock(mutex_);
        waitUntil("all outcomes", [&] { return count_ >= told_.size(); });
        std::vector<Published> all;
        for (const auto& each : told_) all.push_back(each.value());
        return all;
    }

    std::size_t count() {
        const base::MutexLock lock(mutex_);
        return count_;
    }

private:
    class One : public transport_amqp::Confirm {
    public:
        One(Outcomes& outcomes, std::size_t index) : outcomes_(outcomes), index_(index) {}
        void published(Published outcome) noexcept override {
            const base::MutexLock lock(outcomes_.mutex_);
            if (outcomes_.told_[index_]) std::terminate();  // told twice
            outcomes_.told_[index_] = outcome;
            ++outcomes_.count_;
            outcomes_.changed_.notifyAll();
        }

    private:
        Outcomes& outcomes_;
        const std::size_t index_;
    };

    std::vector<std::optional<Published>> told_;
    std::size_t count_ = 0;
};

class Watcher : public transport_amqp::Link::Listener, private Watched {
public:
    void connected() noexcept override { count(connected_); }
    void disconnected() noexcept override { count(disconnected_); }

    void waitConnected(int times) NO_THREAD_SAFETY_ANALYSIS {
        const base::MutexLock lock(mutex_);
        waitUntil("connected", [&] { return connected_ >= times; });
    }
    void waitDisconnected(int times) NO_THREAD_SAFETY_ANALYSIS {
        const base::MutexLock lock(mutex_);
        waitUntil("disconnected", [&] { return disconnected_ >= times; });
    }

private:
    void count(int& counter) {
        const base::MutexLock lock(mutex_);
        ++counter;
        changed_.notifyAll();
    }

    int connected_ = 0;
    int disconnected_ = 0;
};

inline transport_amqp::LinkSettings linkTo(const std::string& uris,
                                           const std::string& name = "test") {
    return {transport_amqp::parseBrokers(uris), {}, name};
}

inline transport_amqp::Message textMessage(const std::string& key, const std::string& body = "x") {
    transport_amqp::Message message;
    message.exchange = "ex";
    message.routingKey = key;
    message.body = body;
    return message;
}

}  // namespace errand::tests
