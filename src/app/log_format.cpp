// SPDX-License-Identifier: Apache-2.0
#include "app/log_format.h"

#include <Poco/Message.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

namespace errand::app {

namespace {

// What messages may have: POCO does not tell which they are.
constexpr const char* parameters[] = {"client", "caller", "status", "bytes", "micros", "trace"};

const char* levelName(Poco::Message::Priority level) noexcept {
    switch (level) {
        case Poco::Message::PRIO_FATAL:
            return "fatal";
        case Poco::Message::PRIO_CRITICAL:
            return "critical";
        case Poco::Message::PRIO_ERROR:
            return "error";
        case Poco::Message::PRIO_WARNING:
            return "warning";
        case Poco::Message::PRIO_NOTICE:
            return "notice";
        case Poco::Message::PRIO_INFORMATION:
            return "information";
        case Poco::Message::PRIO_DEBUG:
            return "debug";
        case Poco::Message::PRIO_TRACE:
            return "trace";
    }
    return "unknown";
}

void appendHex(std::string& out, char prefix, unsigned value, int digits) {
    out += '\\';
    out += prefix;
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        out += "0123456789abcdef"[value >> shift & 0xf];
    }
}

// Readers take these for the end of a line, too: C1 controls, line and paragraph separator.
bool disturbs(char32_t character) noexcept {
    return (character >= 0x7f && character < 0xa0) || character == 0x2028 || character == 0x2029;
}

void appendAscii(std::string& out, char c) {
    switch (c) {
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
                out += c;
            } else {
                appendHex(out, 'x', static_cast<unsigned char>(c), 2);
            }
    }
}

// `text` is valid UTF-8.
void appendValid(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            appendAscii(out, text[at++]);
            continue;
        }
        const std::size_t start = at;
        const char32_t character = base::decodeUtf8(text, at);
        if (disturbs(character)) {
            appendHex(out, 'u', character, 4);
        } else {
            out += text.substr(start, at - start);
        }
    }
}

base::Time timeOf(const Poco::Message& message) {
    return base::Time(std::chrono::microseconds(message.getTime().epochMicroseconds()));
}

std::string sourceOf(const Poco::Message& message) {
    return message.getSource().empty() ? "errandd" : message.getSource();
}

}  // namespace

void appendOneLine(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t valid = base::utf8Prefix(text);
        appendValid(out, text.substr(0, valid));
        text.remove_prefix(valid);
        if (text.empty()) return;
        appendHex(out, 'x', static_cast<unsigned char>(text.front()), 2);
        text.remove_prefix(1);
    }
}

void LineFormatter::format(const Poco::Message& message, std::string& out) {
    base::appendRfc3339(out, timeOf(message));
    out += ' ';
    out += levelName(message.getPriority());
    out += ' ';
    appendOneLine(out, sourceOf(message));
    out += ' ';
    appendOneLine(out, message.getText());
    for (const char* name : parameters) {
        if (!message.has(name)) continue;
        out.append(" ").append(name).append("=");
        appendOneLine(out, message.get(name));
    }
    out += '\n';
}

// Bytes that are not UTF-8 are escaped, as in the other format: JSON has no place for them.
void JsonFormatter::format(const Poco::Message& message, std::string& out) {
    const auto append = [&out](std::string_view name, const std::string& value) {
        out.append(",\"").append(name).append("\":");
        if (base::utf8Prefix(value) == value.size()) return base::appendJsonString(out, value);
        std::string mended;
        appendOneLine(mended, value);
        base::appendJsonString(out, mended);
    };
    out += R"({"time":")";
    base::appendRfc3339(out, timeOf(message));
    out += '"';
    append("level", levelName(message.getPriority()));
    append("source", sourceOf(message));
    append("text", message.getText());
    for (const char* name : parameters)
        if (message.has(name)) append(name, message.get(name));
    out += "}\n";
}

}  // namespace errand::app
