// SPDX-License-Identifier: Apache-2.0
#include "http/response.h"

#include <charconv>
#include <chrono>

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>

namespace errand::http {
namespace {

void appendNumber(std::string& out, std::size_t number) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

// The date of this second, formatted once a second and thread: formatting costs a microsecond.
const std::string& dateNow(base::Time now) {
    thread_local std::chrono::sys_seconds formatted{};
    thread_local std::string date;
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second != formatted || date.empty()) {
        date.clear();
        appendHttpDate(date, second);
        formatted = second;
    }
    return date;
}

void writeConnection(std::string& out, const Delivery& delivery) {
    if (!delivery.keepAlive)
        out += "Connection: close\r\n";
    else if (delivery.minor == 0)
        out += "Connection: keep-alive\r\n";
}

}  // namespace

void Response::addField(std::string_view name, std::string_view value) {
    fields.append(name).append(": ").append(value).append("\r\n");
}

std::string_view reasonPhrase(int status) noexcept {
    using Poco::Net::HTTPResponse;
    // RFC 9110's names, where Poco 1.11 has those of RFC 7231 and older.
    if (status == 413) return "Content Too Large";
    if (status == 414) return "URI Too Long";
    if (status == 422) return "Unprocessable Content";
    if (status == 505) return "HTTP Version Not Supported";
    return HTTPResponse::getReasonForStatus(static_cast<HTTPResponse::HTTPStatus>(status));
}

void writeResponse(std::string& out, const Response& response, const Delivery& delivery,
                   base::Time now) {
    // Neither has a body, and 204 must not even say how long it would be.
    const bool bodyless = response.status == 204 || response.status == 304;
    out += "HTTP/1.1 ";
    appendNumber(out, static_cast<std::size_t>(response.status));
    out.append(" ").append(reasonPhrase(response.status));
    out.append("\r\nDate: ").append(dateNow(now)).append("\r\n");
    if (!bodyless) {
        out.append("Content-Type: ").append(response.contentType);
        out += "\r\nX-Content-Type-Options: nosniff\r\n";
    }
    if (!bodyless && !response.endless) {
        out += "Content-Length: ";
        appendNumber(out, response.body.size());
        out += "\r\n";
    }
    if (!response.cacheable) out += "Cache-Control: no-store\r\n";
    if (delivery.secure) out += "Strict-Transport-Security: max-age=31536000\r\n";
    writeConnection(out, delivery);
    out.append(response.fields).append(delivery.fields).append("\r\n");
    if (delivery.withBody && !bodyless) out += response.body;
}

void appendHttpDate(std::string& out, base::Time time) {
    const Poco::Timestamp stamp(time.time_since_epoch().count());
    out += Poco::DateTimeFormatter::format(stamp, Poco::DateTimeFormat::HTTP_FORMAT);
}

}  // namespace errand::http
