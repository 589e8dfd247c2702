// SPDX-License-Identifier: Apache-2.0
#include "carriage.h"

#include <vector>

#include "field_table.h"

namespace errand::transport_amqp {

namespace {

// For what is not headers: a frame's own bytes, and seven short strings.
constexpr std::size_t besides = 2048;

// JSON says no value in less than a fifth of the bytes that AMQP needs: "1," are five.
constexpr std::size_t mostPerByte = 5;

bool isShort(const std::optional<std::string>& text) {
    return !text || transport_amqp::isShort(*text);
}

bool fit(const std::map<std::string, std::string>& headers, std::size_t bytes) {
    std::size_t written = 0;
    for (const auto& [name, text] : headers) written += name.size() + text.size() + 1;
    if (written * mostPerByte <= bytes) return true;  // nearly always: what follows is work
    const FieldTable made(headers);
    amqp_table_t table = made.table();
    std::vector<char> room(bytes);
    std::size_t used = 0;
    return amqp_encode_table({room.size(), room.data()}, &table, &used) == AMQP_STATUS_OK;
}

}  // namespace

bool isShort(const std::string& text) noexcept {
    return text.size() <= 255;
}

bool fitsOneFrame(const Message& message, std::size_t frameBytes) {
    return isShort(message.contentType) && isShort(message.contentEncoding) &&
           isShort(message.correlationId) && isShort(message.replyTo) && isShort(message.type) &&
           fit(message.headers, frameBytes > besides ? frameBytes - besides : 0);
}

}  // namespace errand::transport_amqp
