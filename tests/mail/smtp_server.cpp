// SPDX-License-Identifier: Apache-2.0
#include "tests/mail/smtp_server.h"

#include <cppunit/TestAssert.h>

#include <algorithm>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/String.h>

namespace errand::mail {
namespace {

using Then = SmtpReaction::Then;

const Poco::Timespan slice(20'000);  // how often a connection looks whether it should end
constexpr std::chrono::seconds patience(20);

// A connection's end, by the server's own will.
struct Ended {};

}  // namespace

class SmtpServer::Connection {
public:
    Connection(SmtpServer& server, const Poco::Net::StreamSocket& socket)
        : server_(server), closings_(server.closings_), socket_(socket) {
        socket_.setNoDelay(true);
        socket_.setReceiveTimeout(slice);
    }

    void run() {
        try {
            if (server_.options_.tlsAtOnce) secure();
            react("GREETING", {"220 test ESMTP\r\n"});
            while (true) serve(line());
        } catch (const Ended&) {
        } catch (const Poco::Exception&) {
            // The client broke off, or refused the certificate.
        }
        socket_.close();
    }

private:
    void serve(const std::string& command) {
        server_.note(command);
        if (awaitsLine_) return serveLine();
        const std::string name = Poco::toUpper(command.substr(0, command.find(' ')));
        const std::string reply = react(name, usual(name, command));
        if (name == "STARTTLS" && reply.starts_with("220")) secure();
        if (name == "DATA" && reply.starts_with("3")) receiveText();
        awaitsLine_ = name == "AUTH" && reply.starts_with("334");
        if (name == "QUIT") throw Ended();
    }

    SmtpReaction usual(const std::string& name, const std::string& command) {
        if (name == "EHLO") return {hello()};
        if (name == "STARTTLS") return {"220 2.0.0 go on\r\n"};
        if (name == "DATA") return {"354 go on\r\n"};
        if (name == "QUIT") return {"221 2.0.0 bye\r\n"};
        if (name == "AUTH" && command.ends_with("LOGIN")) {
            lines_ = 1;
            return {"334 VXNlcm5hbWU6\r\n"};
        }
        if (name == "AUTH") return {"235 2.7.0 welcome\r\n"};
        return {"250 2.0.0 ok\r\n"};
    }

    void serveLine() {
        const bool more = lines_-- > 0;
        const std::string reply =
            react("LINE", {more ? "334 UGFzc3dvcmQ6\r\n" : "235 2.7.0 welcome\r\n"});
        awaitsLine_ = reply.starts_with("334");
    }

    std::string hello() const {
        std::vector<std::string> lines{"test"};
        lines.insert(lines.end(), server_.options_.extensions.begin(),
                     server_.options_.extensions.end());
        if (server_.context_ && !socket_.secure()) lines.emplace_back("STARTTLS");
        std::string text;
        for (const std::string& each : lines) {
            text += (&each == &lines.back() ? "250 " : "250-") + each + "\r\n";
        }
        return text;
    }

    void receiveText() {
        std::string text;
        for (std::string each = line(); each != "."; each = line()) {
            text += (each.starts_with('.') ? each.substr(1) : each) + "\r\n";
        }
        server_.note(".");
        const SmtpReaction reaction = server_.next("TEXT", {"250 2.0.0 taken\r\n"});
        // Before the reply: who has read it looks for the message.
        if (reaction.reply.starts_with('2') && !text.empty()) server_.noteMessage(text);
        perform(reaction);
    }

    void secure() {
        socket_ = Poco::Net::SecureStreamSocket::attach(socket_, server_.context_);
        socket_.setReceiveTimeout(slice);
    }

    // Returns the reply that was given.
    std::string react(const std::string& name, const SmtpReaction& usualReaction) {
        const SmtpReaction reaction = server_.next(name, usualReaction);
        perform(reaction);
        return reaction.reply;
    }

    void perform(const SmtpReaction& reaction) {
        if (reaction.drip.count() == 0) {
            send(reaction.reply);
        } else {
            for (const char c : reaction.reply) {
                checkEnd();
                server_.pause(reaction.drip);
                send({c});
            }
        }
        if (reaction.then == Then::close) throw Ended();
        while (reaction.then == Then::hang) receive();
    }

    void send(const std::string& bytes) {
        std::size_t at = 0;
        while (at < bytes.size()) {
            const int sent =
                socket_.sendBytes(bytes.data() + at, static_cast<int>(bytes.size() - at));
            if (sent > 0) at += static_cast<std::size_t>(sent);
        }
    }

    std::string line() {
        std::size_t end = 0;
        while ((end = input_.find("\r\n", taken_)) == std::string::npos) {
            input_.erase(0, taken_);
            taken_ = 0;
            receive();
        }
        std::string text = input_.substr(taken_, end - taken_);
        taken_ = end + 2;
        return text;
    }

    void receive() {
        char chunk[65536];
        while (true) {
            checkEnd();
            try {
                const int got = socket_.receiveBytes(chunk, sizeof chunk);
                if (got == 0) throw Ended();
                if (got < 0) continue;
                ++server_.reads_;
                input_.append(chunk, static_cast<std::size_t>(got));
                return;
            } catch (const Poco::TimeoutException&) {
                // Nothing yet.
            }
        }
    }

    void checkEnd() const {
        if (server_.stopping_ || server_.closings_ != closings_) throw Ended();
    }

    SmtpServer& server_;
    const int closings_;
    Poco::Net::StreamSocket socket_;
    std::string input_;
    std::size_t taken_ = 0;
    bool awaitsLine_ = false;  // the next line is not a command but a part of AUTH
    int lines_ = 0;            // how many more AUTH asks for after that
};

SmtpServer::SmtpServer(Options options)
    : options_(std::move(options)), listener_(Poco::Net::SocketAddress("127.0.0.1", 0)) {
    if (!options_.certificate.empty()) {
        Poco::Net::Context::Params params;
        params.privateKeyFile = options_.certificate;
        params.certificateFile = options_.certificate;
        params.verificationMode = Poco::Net::Context::VERIFY_NONE;
        // POCO owns it.
        context_ = new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, params);
    }
    acceptor_.start([this] { accept(); });
}

SmtpServer::~SmtpServer() {
    stopping_ = true;
    acceptor_.join();
    for (const auto& worker : workers_) worker->join();
}

void SmtpServer::accept() {
    while (!stopping_) {
        if (!listener_.poll(slice, Poco::Net::Socket::SELECT_READ)) continue;
        all_.push_back(std::make_unique<Connection>(*this, listener_.acceptConnection()));
        Connection* connection = all_.back().get();
        ++accepted_;
        workers_.push_back(std::make_unique<base::Worker>("smtp-server"));
        workers_.back()->start([this, connection] {
            connection->run();
            const base::MutexLock lock(mutex_);
            ++ended_;
            changed_.notifyAll();
        });
    }
}

void SmtpServer::answer(const std::string& name, SmtpReaction reaction) {
    const base::MutexLock lock(mutex_);
    reactions_[name].push_back(std::move(reaction));
}

void SmtpServer::closeAll() {
    const base::MutexLock lock(mutex_);
    ++closings_;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (ended_ != accepted_) {
        CPPUNIT_ASSERT_MESSAGE("connections end", changed_.waitUntil(mutex_, deadline));
    }
}

SmtpReaction SmtpServer::next(const std::string& name, const SmtpReaction& usual) {
    const base::MutexLock lock(mutex_);
    const auto found = reactions_.find(name);
    if (found == reactions_.end() || found->second.empty()) return usual;
    SmtpReaction reaction = std::move(found->second.front());
    found->second.pop_front();
    return reaction;
}

void SmtpServer::note(const std::string& command) {
    const base::MutexLock lock(mutex_);
    commands_.push_back(command);
    changed_.notifyAll();
}

void SmtpServer::noteMessage(const std::string& text) {
    const base::MutexLock lock(mutex_);
    messages_.push_back(text);
}

// A slow server's; nothing notifies in time.
void SmtpServer::pause(std::chrono::milliseconds time) {
    const base::MutexLock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + time;
    while (changed_.waitUntil(mutex_, until)) {
    }
}

std::vector<std::string> SmtpServer::commands() const {
    const base::MutexLock lock(mutex_);
    return commands_;
}

std::vector<std::string> SmtpServer::messages() const {
    const base::MutexLock lock(mutex_);
    return messages_;
}

void SmtpServer::waitForCommands(std::size_t count) const {
    const base::MutexLock lock(mutex_);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (commands_.size() < count) {
        CPPUNIT_ASSERT_MESSAGE("commands come", changed_.waitUntil(mutex_, deadline));
    }
}

}  // namespace errand::mail
