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
#include <map>
#include <sstream>

namespace errand::tests {

namespace {

namespace net = Poco::Net;

std::string decoded(const std::string& base64) {
    std::istringstream coded(base64);
    Poco::Base64Decoder decoder(coded);
    return {std::istreambuf_iterator<char>(decoder), {}};
}

// One line is one request, its words separated by tabs: AUTH, an id, the mechanism and parameters;
// or CONT, the id, and what the other side was asked for.
class Dialogue : public net::TCPServerConnection {
public:
    Dialogue(const net::StreamSocket& socket, LoginServer& logins)
        : TCPServerConnection(socket), logins_(logins) {}

    void run() override {
        net::SocketStream stream(socket());
        stream << "VERSION\t1\t1\nMECH\t" + logins_.mechanism() +
                      "\tplaintext\nSPID\t1\nCUID\t1\n"
                      "COOKIE\t0123456789abcdef0123456789abcdef\nDONE\n"
               << std::flush;
        for (std::string line; std::getline(stream, line);) {
            const Poco::StringTokenizer words(line, "\t");
            if (words.count() < 3) continue;
            if (words[0] == "AUTH" && words[2] != logins_.mechanism()) {
                stream << verdict(words[1], false) << std::flush;
            } else if (words[0] == "AUTH") {
                stream << begin(words) << std::flush;
            } else if (words[0] == "CONT") {
                stream << goOn(words[1], decoded(words[2])) << std::flush;
            }
        }
    }

private:
    static std::string verdict(const std::string& id, bool admitted) {
        return admitted ? "OK\t" + id + "\tuser=errand\n" : "FAIL\t" + id + "\n";
    }

    std::string begin(const Poco::StringTokenizer& words) {
        if (words[2] == "LOGIN") {
            names_.erase(words[1]);
            return "CONT\t" + words[1] + "\tVXNlcm5hbWU6\n";  // "Username:"
        }
        // Who to act as, who it is, the password.
        const std::string given = decoded(responseOf(words));
        const std::size_t second = given.find('\0', 1);
        const bool whole = given.starts_with('\0') && second != std::string::npos;
        return verdict(words[1], whole && logins_.admits(given.substr(1, second - 1),
                                                         given.substr(second + 1)));
    }

    std::string goOn(const std::string& id, const std::string& given) {
        const auto [name, isName] = names_.try_emplace(id, given);
        if (isName) return "CONT\t" + id + "\tUGFzc3dvcmQ6\n";  // "Password:"
        return verdict(id, logins_.admits(name->second, given));
    }

    static std::string responseOf(const Poco::StringTokenizer& words) {
        for (const std::string& word : words) {
            if (word.starts_with("resp=")) return word.substr(5);
        }
        return {};
    }

    LoginServer& logins_;
    std::map<std::string, std::string> names_;  // given by way of LOGIN, by the request's id
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

LoginServer::LoginServer(std::string username, std::string password, std::string mechanism)
    : username_(std::move(username)),
      mechanism_(std::move(mechanism)),
      password_(std::move(password)) {
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

bool LoginServer::admits(const std::string& username, const std::string& password) {
    const base::MutexLock lock(mutex_);
    return username == username_ && password == password_;
}

}  // namespace errand::tests
