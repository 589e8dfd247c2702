// SPDX-License-Identifier: Apache-2.0
// Http asks a server over one kept connection, as a well-behaved client does, and holds every
// answer against the API document; RawSocket sends it any bytes.
//
// Threads: an object is used by one thread.
// Owns: its connection.
// Errors: Poco exceptions for a connection that breaks; std::runtime_error for an answer that is
//         no HTTP, does not come, or is not as the document says.
#pragma once

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/NameValueCollection.h>
#include <Poco/Net/StreamSocket.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace errand::tests {

struct Answer {
    int status = 0;
    Poco::Net::NameValueCollection fields;  // names in either case
    std::string body;

    std::string field(const std::string& name) const { return fields.get(name, ""); }
    std::string type() const { return field("Content-Type"); }
    base::Json json() const { return base::Json::parse(body); }
};

using Fields = std::map<std::string, std::string>;

class OpenApiCheck;

// Whose answers they are: of errandd, which describes them, or of another program.
enum class Asks { errandd, another };

class Http {
public:
    explicit Http(int port, Asks whom = Asks::errandd);

    Answer get(const std::string& path) { return send("GET", path); }
    Answer post(const std::string& path, const std::string& body = {}) {
        return send("POST", path, body, {{"Content-Type", "application/json"}});
    }
    Answer remove(const std::string& path) { return send("DELETE", path); }
    Answer send(const std::string& method, const std::string& path, const std::string& body = {},
                const Fields& fields = {});

private:
    Answer exchange(const std::string& method, const std::string& path, const std::string& body,
                    const Fields& fields);
    const OpenApiCheck* openApiCheck();

    const Asks whom_;
    const std::unique_ptr<Poco::Net::HTTPClientSession> session_;
};

// Appends what comes next. False: nothing more comes.
bool receiveMore(Poco::Net::StreamSocket& socket, std::string& received);

class RawSocket {
public:
    explicit RawSocket(int port);

    void send(std::string_view bytes);
    void finishSending() { socket_.shutdownSend(); }

    // Whether there is something to receive, or the end of the connection.
    bool readable();

    // The next answer, with the body its Content-Length announces (none for HEAD); nullopt when the
    // server has closed the connection.
    std::optional<Answer> receive(bool head = false);
    // True when the server closes the connection with nothing more to say.
    bool closed();
    // The answers that still come, until the server closes the connection.
    std::vector<Answer> receiveAll();

private:
    bool more();

    Poco::Net::StreamSocket socket_;
    std::string received_;
};

}  // namespace errand::tests
