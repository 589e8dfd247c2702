// SPDX-License-Identifier: Apache-2.0
// SmtpServer is a mail server on 127.0.0.1 that answers as it should, but for what a test makes it
// answer instead.
//
// Threads: its methods may be called from the test's thread at any time; connections run on
//          threads of its own.
// Owns: its socket, threads and what it received. The destructor ends all of it.
// Errors: what a connection meets ends that connection; Poco exceptions from the constructor.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <Poco/Net/Context.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include "base/mutex.h"
#include "base/worker.h"

namespace errand::mail {

// One answer: the bytes as they are, then what comes next.
struct SmtpReaction {
    enum class Then { goOn, close, hang };
    std::string reply;
    Then then = Then::goOn;
    std::chrono::milliseconds drip{0};  // the pause before each byte
};

class SmtpServer {
public:
    struct Options {
        std::vector<std::string> extensions{"PIPELINING", "SIZE 10000000"};
        std::string certificate;  // a file of certificate and key; empty: no TLS
        bool tlsAtOnce = false;   // else STARTTLS is offered, where there is a certificate
    };

    SmtpServer() : SmtpServer(Options()) {}
    explicit SmtpServer(Options options);
    ~SmtpServer();

    int port() const { return listener_.address().port(); }

    // The next command of that name is answered so, on whatever connection it comes. Names are in
    // capitals; "GREETING" is the connection's begin, "TEXT" the end of a message's text, "LINE" a
    // line that AUTH asked for. Answers given for one name come one after the other.
    void answer(const std::string& name, SmtpReaction reaction);
    void answer(const std::string& name, const std::string& reply) {
        answer(name, SmtpReaction{reply});
    }
    // Closes the connections that there are; returns when all have ended.
    void closeAll();

    // What has been received: commands in their order ("." is a text's end), and the texts that
    // were taken, without the stuffed dots.
    std::vector<std::string> commands() const;
    std::vector<std::string> messages() const;
    int connections() const { return accepted_; }
    int writes() const { return reads_; }  // how many times bytes came in
    // Returns when that many commands have come; fails the test when they do not.
    void waitForCommands(std::size_t count) const;

private:
    class Connection;

    void accept();
    SmtpReaction next(const std::string& name, const SmtpReaction& usual);
    void note(const std::string& command);
    void noteMessage(const std::string& text);
    void pause(std::chrono::milliseconds time);

    // Set in the constructor, then constant.
    const Options options_;
    Poco::Net::ServerSocket listener_;
    Poco::Net::Context::Ptr context_;

    std::atomic<bool> stopping_{false};
    std::atomic<int> accepted_{0};
    std::atomic<int> ended_{0};
    std::atomic<int> reads_{0};
    std::atomic<int> closings_{0};  // raised by closeAll: older connections end

    mutable base::Mutex mutex_;
    mutable base::Condition changed_;
    std::map<std::string, std::deque<SmtpReaction>> reactions_ GUARDED_BY(mutex_);
    std::vector<std::string> commands_ GUARDED_BY(mutex_);
    std::vector<std::string> messages_ GUARDED_BY(mutex_);

    // The accepting thread's own, until it has ended.
    std::vector<std::unique_ptr<Connection>> all_;
    std::vector<std::unique_ptr<base::Worker>> workers_;
    base::Worker acceptor_{"smtp-accept"};
};

}  // namespace errand::mail
