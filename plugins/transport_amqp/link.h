// SPDX-License-Identifier: Apache-2.0
// Link keeps one connection to the brokers alive for ever, on a thread of its own: it connects,
// lets its user work over the session, and connects again when that has gone.
//
// Threads: open and close belong to the owner's thread; wake, connected, trouble and waitFirst may
//          be called from any. User and Listener are called on the link's thread.
// Owns: its thread and the session; borrows user and listener, which outlive close().
// Errors: none; what is wrong is trouble(), and a line in the log at most once a minute.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/sockets.h"
#include "base/worker.h"
#include "broker.h"
#include "complaints.h"
#include "session.h"

namespace errand::transport_amqp {

struct LinkSettings {
    std::vector<Broker> brokers;       // tried in turn
    std::string ca;                    // file of certificates to trust; empty: the system's
    std::string name;                  // what the broker's operator sees
    bool announces = true;             // a connection is logged
    Complaints* complaints = nullptr;  // shared with other links; null: its own
};

class Link {
public:
    // Whoever wants to know whether there is a connection.
    class Listener {
    public:
        virtual ~Listener() = default;
        virtual void connected() noexcept = 0;
        virtual void disconnected() noexcept = 0;
    };

    // What is done over the connection. All may throw WireError, which ends the session.
    class User {
    public:
        virtual ~User() = default;
        virtual void opened(Session& session) = 0;
        virtual void heard(Session& session, Event event) = 0;
        // Whatever is to be said; returns when to come back without being woken.
        virtual base::SteadyTime work(Session& session, base::SteadyTime now) = 0;
        // The session has gone.
        virtual void closed() noexcept = 0;
    };

    Link(const LinkSettings& settings, User& user, Listener& listener);
    ~Link();

    void open();

    // There is work. Cheap when the thread is busy.
    void wake() noexcept;

    bool connected() const noexcept { return connected_.load(); }

    // What keeps it from being connected, with the broker's masked URI; empty: nothing.
    std::string trouble() const;

    // Until the first attempt has succeeded or failed, or the deadline has passed.
    void waitFirst(base::SteadyTime deadline);

    // Ends the connection with a farewell. May be called twice, and without open.
    void close() noexcept;

private:
    void run();
    std::string attempt(const Broker& broker);
    void serve(Session& session);
    void wait(Session& session, base::SteadyTime until);
    void pause(base::SteadyTime until);
    void note(const std::string& why);
    void complain(const std::string& line);

    // Set in the constructor, then constant.
    const LinkSettings settings_;
    User& user_;
    Listener& listener_;
    base::Bell bell_;
    Complaints own_;
    Complaints& complaints_;

    std::atomic<bool> connected_{false};  // written by the link's thread, read by any
    std::atomic<bool> sleeping_{false};   // likewise: a wake that finds it awake costs nothing
    std::atomic<bool> rung_{false};       // there is work that the thread has not seen
    std::atomic<bool> stopping_{false};   // set by the owner

    mutable base::Mutex mutex_;
    base::Condition tried_;
    bool first_ GUARDED_BY(mutex_) = false;  // the first attempt is over
    std::string trouble_ GUARDED_BY(mutex_) = "is not connected yet";

    base::Worker thread_{"amqp-link"};
};

}  // namespace errand::transport_amqp
