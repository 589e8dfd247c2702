// SPDX-License-Identifier: Apache-2.0
#include "mail/message.h"

#include <algorithm>
#include <string_view>

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include "base/json.h"
#include "mail/base64.h"
#include "rpc/error.h"

namespace errand::mail {
namespace {

constexpr std::size_t longestLine = 998;  // RFC 5322, 2.1.1: a server may refuse longer ones
constexpr std::size_t foldedLine = 76;    // RFC 2047, 2: a line with an encoded word
constexpr std::size_t encodedBytes = 39;  // 52 of base64: "Subject: =?UTF-8?B?...?=" is 73 long

bool isPrintable(char c) {
    return c >= ' ' && c <= '~';
}

// The longest beginning of the text that fits and does not end within a character.
std::string_view wholeCharacters(std::string_view text, std::size_t size) {
    if (text.size() <= size) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return text.substr(0, size);
}

// RFC 2047's encoded words, one a line; readers join them without the space between.
void appendEncodedWords(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const std::string_view word = wholeCharacters(text, encodedBytes);
        out += "=?UTF-8?B?" + base64(word) + "?=";
        text.remove_prefix(word.size());
        if (!text.empty()) out += "\r\n ";
    }
}

// Breaks lines before single spaces, where readers undo it exactly. A word may be longer than a
// line.
void appendFolded(std::string& out, std::string_view text, std::size_t column) {
    std::size_t begin = 0;
    while (begin < text.size()) {
        std::size_t end = text.find(' ', begin + 1);
        while (end != std::string_view::npos && text[end - 1] == ' ') end = text.find(' ', end + 1);
        end = std::min(end, text.size());
        if (begin > 0 && column + (end - begin) > foldedLine) {
            out += "\r\n";
            column = 0;
        }
        out += text.substr(begin, end - begin);
        column += end - begin;
        begin = end;
    }
}

// Spaces at the ends would be lost, and "=?" would be read as an encoded word.
bool standsAsItIs(std::string_view text) {
    if (text.empty()) return true;
    return std::ranges::all_of(text, isPrintable) && text.front() != ' ' && text.back() != ' ' &&
           text.find("=?") == std::string_view::npos && text.size() + 9 <= longestLine;
}

void appendSubject(std::string& out, std::string_view subject) {
    if (subject.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
        throw rpc::Error("ValueError", "subject must not contain CR, LF or NUL");
    }
    if (!base::isUtf8(subject)) throw rpc::Error("ValueError", "subject must be UTF-8");
    const std::string_view name = "Subject: ";
    out += name;
    if (standsAsItIs(subject)) {
        appendFolded(out, subject, name.size());
    } else {
        appendEncodedWords(out, subject);
    }
    out += "\r\n";
}

void appendAddress(std::string& out, const char* name, const rpc::Mailbox& mailbox) {
    if (!rpc::parseMailbox(mailbox.address)) {
        throw rpc::Error("ValueError", std::string(name) + " must be one plain mailbox");
    }
    out += std::string(name) + ": " + mailbox.address + "\r\n";
}

std::string formatDate(base::Time time) {
    const Poco::Timestamp timestamp(time.time_since_epoch().count());
    return Poco::DateTimeFormatter::format(timestamp, "%w, %e %b %Y %H:%M:%S +0000");
}

// Whether the contents can travel as they are: printable ASCII and tabs in lines that are not too
// long. A CR cannot: on its way it would become, or join, the end of a line.
bool isPlain(std::string_view contents) {
    std::size_t column = 0;
    for (const char c : contents) {
        if (c == '\n') {
            column = 0;
        } else if (!(isPrintable(c) || c == '\t') || ++column > longestLine) {
            return false;
        }
    }
    return true;
}

void appendPlain(std::string& out, std::string_view contents) {
    for (const char c : contents) {
        if (c == '\n') out += '\r';
        out += c;
    }
    if (!contents.empty() && contents.back() != '\n') out += "\r\n";
}

}  // namespace

std::optional<base::Time> creationTime(const base::Id& id) noexcept {
    if (id.bytes[6] >> 4 != 7) return std::nullopt;
    std::int64_t milliseconds = 0;
    for (std::size_t i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | id.bytes[i];
    return base::Time(std::chrono::milliseconds(milliseconds));
}

std::string format(const Message& message) {
    std::string out;
    out.reserve(512 + message.contents.size() * 3 / 2);
    const std::string& from = message.from.address;
    out += "Date: " + formatDate(message.date) + "\r\n";
    appendAddress(out, "From", message.from);
    appendAddress(out, "To", message.to);
    appendSubject(out, message.subject);
    out += "Message-ID: <" + message.id.toString() + from.substr(from.rfind('@')) + ">\r\n";
    out += "MIME-Version: 1.0\r\n";
    out += "Content-Type: text/plain; charset=utf-8\r\n";
    // Poco's QuotedPrintableEncoder would be the other choice, but it lets lone CR and LF and
    // spaces before a line's end through, which do not survive the way.
    if (isPlain(message.contents)) {
        out += "Content-Transfer-Encoding: 7bit\r\n\r\n";
        appendPlain(out, message.contents);
    } else {
        out += "Content-Transfer-Encoding: base64\r\n\r\n";
        out += base64(message.contents, 76);
        if (!out.ends_with("\r\n")) out += "\r\n";
    }
    return out;
}

}  // namespace errand::mail
