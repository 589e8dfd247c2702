// SPDX-License-Identifier: Apache-2.0
// carriage.h says what AMQP can carry. What it cannot would end the connection that it is sent
// over, and with it all that is under way there.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: none.
#pragma once

#include <cstddef>
#include <string>

#include "message.h"

namespace errand::transport_amqp {

// Routing keys, and all other properties that are text, are short strings: one byte tells their
// length.
bool isShort(const std::string& text) noexcept;

// Whether the properties can be sent where a frame has at most that many bytes: they share one.
bool fitsOneFrame(const Message& message, std::size_t frameBytes);

}  // namespace errand::transport_amqp
