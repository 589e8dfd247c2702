// SPDX-License-Identifier: Apache-2.0
// Event is something the broker says of itself.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: n/a (plain data).
#pragma once

#include <cstdint>
#include <string>

#include "message.h"

namespace errand::transport_amqp {

struct Event {
    enum class Kind {
        delivered,          // message, tag, redelivered: of a consumer on the channel
        returned,           // message: it was mandatory, and no queue is bound by its key
        confirmed,          // tag, multiple: published messages the broker has taken over
        refused,            // tag, multiple: it could not
        consumerCancelled,  // the queue of the channel's consumer has gone
        channelClosed,      // code, text
        blocked,            // text: it takes no messages for now
        unblocked
    };
    Kind kind = Kind::unblocked;
    int channel = 0;
    Message message;
    std::uint64_t tag = 0;
    bool multiple = false;
    bool redelivered = false;
    int code = 0;
    std::string text;
};

}  // namespace errand::transport_amqp
