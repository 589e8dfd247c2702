// SPDX-License-Identifier: Apache-2.0
// Response is a handler's answer, and how it becomes the bytes of an HTTP/1.1 message.
//
// Threads: plain data; the functions may be called from any thread.
// Owns: its texts; the content type is borrowed from a literal.
// Errors: none.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/parking.h"

namespace errand::http {

constexpr std::string_view jsonType = "application/json";
constexpr std::string_view problemType = "application/problem+json";
constexpr std::string_view textType = "text/plain; charset=utf-8";
constexpr std::string_view eventsType = "text/event-stream";

struct Response {
    int status = 200;
    std::string_view contentType = jsonType;
    std::string body;
    std::string fields;      // further header lines, each with its CR LF
    bool cacheable = false;  // true: its fields say how; else nobody may keep it
    bool endless = false;    // its body has no length: it ends with the connection

    // Where it is set and there is room for one more, that is done instead, and the rest of this
    // never sent.
    std::unique_ptr<Parking> parking{};

    void addField(std::string_view name, std::string_view value);
};

// What a status is called, from RFC 9110's list.
std::string_view reasonPhrase(int status) noexcept;

// How one response goes out.
struct Delivery {
    bool withBody = true;  // false: the request was HEAD
    bool keepAlive = true;
    int minor = 1;         // of the request's version
    bool secure = false;   // through TLS: browsers are told to come no other way
    std::string fields{};  // further header lines, behind the response's own
};

// Appends the whole message.
void writeResponse(std::string& out, const Response& response, const Delivery& delivery,
                   base::Time now);

// Appends "Sun, 22 Nov 2026 17:38:41 GMT".
void appendHttpDate(std::string& out, base::Time time);

}  // namespace errand::http
