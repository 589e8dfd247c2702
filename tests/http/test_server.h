// SPDX-License-Identifier: Apache-2.0
// TestServer serves the fakes on a free port; Client talks to it in HTTP's own words.
//
// Threads: the server's own; a client belongs to one.
// Owns: the fakes, the server, its root; a client its socket.
// Errors: a client that waits for 20 s in vain throws Poco::TimeoutException.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/TemporaryFile.h>

#include "http/fake_jobs.h"
#include "http/fake_services.h"
#include "http/server.h"
#include "system/over_tls.h"

namespace errand::http {

inline base::SteadyTime in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

struct TestServer {
    // Long where a slow machine could be late; tests that wait for one of them shorten it.
    static Settings settings() {
        Settings settings;
        settings.port = 0;
        settings.threads = 4;
        settings.headerDeadline = std::chrono::seconds(20);
        settings.slice = std::chrono::milliseconds(20);
        settings.maxBodyBytes = settings.maxArrayBytes = 300000;
        if (tests::overTls())
            settings.tls = {tests::serverIdentity().certificate, tests::serverIdentity().key, ""};
        return settings;
    }

    explicit TestServer(Settings given = settings()) : server(given) {
        server.bind();
        server.start(jobs, services.catalogue);
    }

    FakeJobs jobs;
    FakeCatalogue services;
    Server server;
};

class Client {
public:
    struct Answer {
        int status = 0;
        std::string head;
        std::string body;
    };

    explicit Client(int port) : socket_(tests::connectTo(port)) {
        socket_.setReceiveTimeout(Poco::Timespan(20, 0));
        socket_.setSendTimeout(Poco::Timespan(20, 0));
        socket_.setNoDelay(true);
    }

    void send(std::string_view text) {
        while (!text.empty()) {
            const int sent = socket_.sendBytes(text.data(), static_cast<int>(text.size()));
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void finishSending() { socket_.shutdownSend(); }

    // The next answer; `withBody` false: of a HEAD.
    Answer receive(bool withBody = true) {
        std::size_t end = 0;
        while ((end = received_.find("\r\n\r\n")) == std::string::npos) more();
        Answer answer;
        answer.head = received_.substr(0, end + 2);
        answer.status = std::stoi(answer.head.substr(9, 3));
        received_.erase(0, end + 4);
        const auto length = answer.head.find("Content-Length: ");
        if (!withBody || length == std::string::npos) return answer;
        const std::size_t size = std::stoul(answer.head.substr(length + 16));
        while (received_.size() < size) more();
        answer.body = received_.substr(0, size);
        received_.erase(0, size);
        return answer;
    }

    Answer ask(std::string_view text) {
        send(text);
        return receive();
    }

    // Waits for the other side to close; true when nothing more came before. A reset will do: what
    // was sent and never read makes one.
    bool closed() {
        try {
            while (take()) {
            }
        } catch (const Poco::Net::ConnectionResetException&) {
            return received_.empty();
        }
        return received_.empty();
    }

protected:
    void more() {
        if (!take()) throw Poco::Net::ConnectionAbortedException("closed after: " + received_);
    }

    bool take() {
        char bytes[65536];
        const int size = socket_.receiveBytes(bytes, sizeof bytes);
        received_.append(bytes, static_cast<std::size_t>(size));
        return size > 0;
    }

    std::string received_;

private:
    Poco::Net::StreamSocket socket_;
};

constexpr std::string_view livez = "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view sum = R"({"operation":"sum","value":30,"other":10})";

// The head of a POST /jobs, with one more header line.
inline std::string postHead(const std::string& field) {
    return "POST /jobs HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" + field +
           "\r\n\r\n";
}

inline std::string post(std::string_view body) {
    return postHead("Content-Length: " + std::to_string(body.size())) + std::string(body);
}

}  // namespace errand::http
