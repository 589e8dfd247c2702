// SPDX-License-Identifier: Apache-2.0
// Message is what travels over the broker, either way.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: n/a (plain data).
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace errand::transport_amqp {

struct Message {
    std::string exchange;
    std::string routingKey;
    std::string body;
    // What is absent is no property of the message.
    std::optional<std::string> contentType;
    std::optional<std::string> contentEncoding;
    std::optional<std::string> correlationId;
    std::optional<std::string> replyTo;
    std::optional<std::string> type;
    std::optional<std::chrono::milliseconds> expiration;  // the broker drops it after that
    std::map<std::string, std::string> headers;           // values as JSON text
    bool persistent = true;
};

}  // namespace errand::transport_amqp
