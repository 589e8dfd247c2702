// SPDX-License-Identifier: Apache-2.0
// Connections knows which connections are open and which of them rest between two requests, so that
// a stop ends those at once and lets the others finish.
//
// Threads: any; the mutex is taken when a connection opens or closes, never for a request.
// Owns: nothing; each connection owns its entry, and the server watched outlives the last of them.
// Errors: none.
#pragma once

#include <atomic>
#include <unordered_set>

#include <Poco/Net/TCPServer.h>

#include "base/clock.h"
#include "base/mutex.h"

namespace errand::http {

class Connections {
public:
    // One open connection, for as long as its thread serves it.
    class Entry {
    public:
        Entry(Connections& connections, int descriptor);
        ~Entry();
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

        // No request is under way: a stop may end the connection. False: it has come already.
        bool rest() noexcept;
        void wake() noexcept { resting_.store(false); }

    private:
        friend class Connections;

        Connections& connections_;
        const int descriptor_;
        std::atomic<bool> resting_{false};  // set by the connection's thread, read by stop()
    };

    // Whose queue crowded() looks at. Before the first connection.
    void watch(const Poco::Net::TCPServer& server) noexcept { server_ = &server; }

    // How many connections wait for a thread.
    int waiting() const { return server_->queuedConnections(); }
    bool crowded() const { return waiting() > 0; }

    bool stopping() const noexcept { return stopping_.load(); }

    // From now on no connection begins another request; those that rest end now.
    void stop() noexcept;

    // False: some were still open at the deadline.
    bool waitUntilNone(base::SteadyTime deadline);

    // Ends all that are open, whatever they do.
    void cutOff() noexcept;

private:
    const Poco::Net::TCPServer* server_ = nullptr;
    std::atomic<bool> stopping_{false};  // read between requests, where a lock would cost

    base::Mutex mutex_;
    base::Condition none_;
    std::unordered_set<Entry*> open_ GUARDED_BY(mutex_);
};

}  // namespace errand::http
