// SPDX-License-Identifier: Apache-2.0
// EventStream is a client of server-sent events: it asks for a path and reads what comes.
//
// Threads: an object is used by one thread.
// Owns: its connection.
// Errors: Poco exceptions for a connection that breaks or is silent for a minute;
//         std::runtime_error for what is no event stream.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"

namespace errand::tests {

struct StreamEvent {
    std::int64_t id = 0;
    std::string name;
    base::Json data;
};

class EventStream {
public:
    // Asks; `lastId` absent: for the first time. `room`: of its receive buffer, 0: the system's.
    EventStream(int port, const std::string& path, std::optional<std::int64_t> lastId = {},
                int room = 0);

    // The status and the header lines, which are read first.
    int status();
    const std::string& head();

    // The next event; nullopt when the server has ended the stream.
    std::optional<StreamEvent> next();

    // What EventSource would send as Last-Event-ID: also what stands without an event.
    std::int64_t lastId() const noexcept { return lastId_; }

private:
    bool more();
    void readHead();

    Poco::Net::StreamSocket socket_;
    std::string head_;
    std::string received_;
    std::int64_t lastId_ = -1;
};

}  // namespace errand::tests
