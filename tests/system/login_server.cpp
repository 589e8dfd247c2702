// SPDX-License-Identifier: Apache-2.0
#include "system/login_server.h"

#include <Poco/Base64Decoder.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/SocketStream.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/StringTokenizer.h>

#include <iterator>
#include <sstream>

namespace errand::tests {

namespace {

namespace net = Poco::Net;

// One line is one request: AUTH, its id, the mechanism and then parameters, separated by tabs.
class Dialogue : public net::TCPServerConnection {
public:
    Dialogue(const net::StreamSocket& socket, LoginServer& logins)
        : TCPServerConnection(socket), logins_(logins) {}

    void run() override {
        net::SocketStream stream(socket());
        stream << "VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\n"
                  "COOKIE\t0123456789abcdef0123456789abcdef\nDONE\n"
               << std::flush;
        for (std::string line; std::getline(stream, line);) {
            const Poco::StringTokenizer words(line, "\t");
            if (words.count() < 3 || words[0] != "AUTH") continue;
            stream << (logins_.admits(responseOf(words)) ? "OK\t" + words[1] + "\tuser=errand\n"
                                                         : "FAIL\t" + words[1] + "\n")
                   << std::flush;
        }
    }

private:
    static std::string responseOf(const Poco::StringTokenizer& words) {
        for (const std::string& word : words) {
            if (word.starts_with("resp=")) return word.substr(5);
        }
        return {};
    }

    LoginServer& logins_;
};

class Dialogues : public net::TCPServerConnectionFactory {
public:
    explicit Dialogues(LoginServer& logins) : logins_(logins) {}
    net::TCPServerConnection* createConnection(const net::StreamSocket& socket) override {
        return new Dialogue(socket, logins_);  // POCO owns it
    }

private:
    LoginServer& logins_;
};

}  // namespace

LoginServer::LoginServer(std::string username, std::string password)
    : username_(std::move(username)), password_(std::move(password)) {
    server_ =
        std::make_unique<net::TCPServer>(new Dialogues(*this),  // POCO owns it
                                         net::ServerSocket(net::SocketAddress("127.0.0.1", 0)));
    server_->start();
}

LoginServer::~LoginServer() {
    server_->stop();
}

void LoginServer::setPassword(const std::string& password) {
    const base::MutexLock lock(mutex_);
    password_ = password;
}

bool LoginServer::admits(const std::string& response) {
    std::istringstream coded(response);
    Poco::Base64Decoder decoder(coded);
    const std::string given{std::istreambuf_iterator<char>(decoder), {}};
    const base::MutexLock lock(mutex_);
    const std::string zero(1, '\0');
    return given == zero + username_ + zero + password_;
}

}  // namespace errand::tests
