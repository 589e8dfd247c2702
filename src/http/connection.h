// SPDX-License-Identifier: Apache-2.0
// Connection serves the requests of one client one after another: receives, has them answered,
// sends; for as long as its client has something to say.
//
// Poco's HTTPServerConnection is not used: it takes an unread body for the next request, waits
// without deadlines and on a thread, and answers what it cannot read with nothing.
//
// Threads: serve() on a thread of the crew, and nothing else.
// Owns: its guest, until that is the streams' or given back, and its buffers; settings, responder,
//       connections and streams outlive it.
// Errors: none leave serve(): a client that goes away, or breaks off, ends it quietly.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/allowance.h"
#include "http/body_decoder.h"
#include "http/connections.h"
#include "http/guest.h"
#include "http/request_parser.h"
#include "http/respond.h"
#include "http/settings.h"
#include "http/streams.h"
#include "http/wire.h"

namespace errand::http {

class Connection {
public:
    Connection(Guest guest, const Settings& settings, const Responder& responder,
               Connections& connections, Streams& streams);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Serves until the client falls silent, or others should have their turn: then the guest is
    // back. Nothing: the connection has ended, or waits with the streams.
    std::optional<Guest> serve();

private:
    enum class Next { on, leave, end };

    std::string_view received() const noexcept { return {buffer_.get(), size_}; }

    Next receiveHead();
    Next receiveMoreOfHead();
    Next answer();
    // Each false: the connection ends.
    bool receiveMore(const Allowance& allowance, const char* late);
    bool send(const Response& response, const Delivery& delivery);
    // How what answers the request is delivered.
    Delivery deliveryFor(const Head& head, bool keepAlive) const noexcept;

    // The body, and in used_ where it ends; nothing: the connection ends.
    std::optional<std::string_view> receiveBody(const Head& head, BodyDecoder& decoder);
    std::optional<std::string_view> decodeBody(const Head& head, BodyDecoder& decoder);

    void refuse(const Fault& fault);
    bool sendsMore();
    void linger();
    bool givesWay();
    void dropUsed() noexcept;
    Guest leave(bool ready);

    // Set in the constructor, then constant.
    const Settings& settings_;
    const Responder& responder_;
    Connections& connections_;
    Streams& streams_;
    const std::size_t capacity_;

    Guest guest_;
    const Connections::Entry entry_;
    Wire wire_;
    RequestParser parser_;
    std::unique_ptr<char[]> buffer_;  // head and what follows; never moves under a head's views
    std::size_t size_ = 0;            // what has been received of it
    std::size_t used_ = 0;            // what the request being answered took
    std::string out_;
};

}  // namespace errand::http
