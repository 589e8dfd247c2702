// SPDX-License-Identifier: Apache-2.0
// Receiver is an HTTP server on 127.0.0.1 that webhooks are sent to: it answers 204, but for what
// a test makes it answer instead.
//
// Threads: its methods may be called from the test's thread at any time; connections run on
//          threads of its own.
// Owns: its socket, threads and what it received. The destructor ends all of it.
// Errors: what a connection meets ends that connection; std::runtime_error from waitForRequest
//         when none comes.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/worker.h"
#include "system/certificates.h"

namespace errand::tests {

struct Reaction {
    // What follows the bytes: the connection's end, silence, or the last byte again and again.
    enum class Then { close, hang, drip };
    std::string bytes;
    Then then = Then::close;
};

struct Delivery {
    std::string line;                           // "POST /hook HTTP/1.1"
    std::map<std::string, std::string> fields;  // names in lower case
    std::string body;

    std::string field(const std::string& name) const;
};

class Receiver {
public:
    Receiver();
    // Speaks TLS with that certificate.
    explicit Receiver(const KeyPair& certificate);
    ~Receiver();
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    int port() const { return listener_.address().port(); }
    // "http://HOST:PORT/hook", https with a certificate.
    std::string url(const std::string& host = "127.0.0.1") const;

    // The next requests are answered so, one after the other.
    void answer(const Reaction& reaction);
    void answer(const std::string& bytes) { answer(Reaction{bytes}); }

    std::vector<Delivery> requests() const;
    int connections() const { return accepted_; }
    // Returns when that many requests have come: the last of them.
    Delivery waitForRequest(std::size_t count) const;

private:
    void start();
    void accept();
    void serve(Poco::Net::StreamSocket socket);
    bool receive(Poco::Net::StreamSocket& socket, std::string& into) const;
    void perform(Poco::Net::StreamSocket& socket, const Reaction& reaction) const;
    Reaction note(const std::string& head, const std::string& body);

    // Set in the constructor, then constant.
    Poco::Net::ServerSocket listener_;
    Poco::Net::Context::Ptr context_;

    std::atomic<bool> stopping_{false};
    std::atomic<int> accepted_{0};

    mutable base::Mutex mutex_;
    mutable base::Condition changed_;
    std::deque<Reaction> reactions_ GUARDED_BY(mutex_);
    std::vector<Delivery> requests_ GUARDED_BY(mutex_);

    // The accepting thread's own, until it has ended.
    std::list<Poco::Net::StreamSocket> sockets_;  // kept until who serves them has ended
    std::vector<std::unique_ptr<base::Worker>> workers_;
    base::Worker acceptor_{"receiver"};
};

}  // namespace errand::tests
