// SPDX-License-Identifier: Apache-2.0
// Connection serves the requests of one client one after another: receives, has them answered,
// sends.
//
// Poco's HTTPServerConnection is not used: it takes an unread body for the next request, waits
// without deadlines, and answers what it cannot read with nothing.
//
// Threads: run() on a thread of the server's pool, and nothing else.
// Owns: its buffers; settings, responder, connections and streams outlive
//       it. The socket of a client that is parked is the streams'.
// Errors: none leave run(): a client that goes away, or breaks off, ends it quietly.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <Poco/Net/TCPServerConnection.h>

#include "http/allowance.h"
#include "http/body_decoder.h"
#include "http/connections.h"
#include "http/request_parser.h"
#include "http/respond.h"
#include "http/settings.h"
#include "http/streams.h"
#include "http/wire.h"

namespace errand::http {

class Connection : public Poco::Net::TCPServerConnection {
public:
    Connection(const Poco::Net::StreamSocket& socket, const Settings& settings,
               const Responder& responder, Connections& connections, Streams& streams);

    void run() override;

private:
    std::string_view received() const noexcept { return {buffer_.get(), size_}; }

    // Each false: the connection ends.
    bool receiveHead();
    bool awaitRequest();
    bool receiveMore(const Allowance& allowance, const char* late);
    bool serve();
    bool send(const Response& response, const Delivery& delivery);

    // The body, and in used_ where it ends; nothing: the connection ends.
    std::optional<std::string_view> receiveBody(const Head& head, BodyDecoder& decoder);
    std::optional<std::string_view> decodeBody(const Head& head, BodyDecoder& decoder);

    void refuse(const Fault& fault);
    void linger();
    bool makesRoom();
    void dropUsed() noexcept;

    // Set in the constructor, then constant.
    const Settings& settings_;
    const Responder& responder_;
    Connections& connections_;
    Streams& streams_;
    const std::size_t capacity_;

    Connections::Entry entry_;
    Wire wire_;
    RequestParser parser_;
    std::unique_ptr<char[]> buffer_;  // head and what follows; never moves under a head's views
    std::size_t size_ = 0;            // what has been received of it
    std::size_t used_ = 0;            // what the request being answered took
    std::string out_;
    int served_ = 0;
};

}  // namespace errand::http
