// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_reply.h"

#include <algorithm>

#include "mail/smtp_failure.h"

namespace errand::mail {
namespace {

constexpr std::size_t maxWords = 500;  // it is shown in lists and stored with the job

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

[[noreturn]] void throwGarbled(std::string_view line) {
    throw SmtpTrouble(SmtpCause::garbled,
                      "what came is not SMTP: \"" + printable(line.substr(0, 60)) + "\"");
}

// Three digits, then a space, a hyphen or the end; of a line that is not whole, what is there.
void checkBegin(std::string_view line) {
    const std::string_view code = line.substr(0, 3);
    if (!std::ranges::all_of(code, isDigit)) throwGarbled(line);
    if (!code.empty() && (code[0] < '2' || code[0] > '5')) throwGarbled(line);
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-') throwGarbled(line);
}

}  // namespace

std::size_t parseReply(std::string_view bytes, SmtpReply& reply) {
    reply.text.clear();
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = bytes.find('\n', begin);
        // Also of a reply that is whole: how the bytes happen to arrive must not matter.
        if (std::min(end, bytes.size()) >= maxReplyBytes) {
            throw SmtpTrouble(SmtpCause::garbled, "a reply without an end");
        }
        std::string_view line = bytes.substr(begin, end - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        checkBegin(line);
        if (end == std::string_view::npos) return 0;
        if (line.size() < 3) throwGarbled(line);
        if (begin > 0) reply.text += '\n';
        if (line.size() > 4) reply.text += line.substr(4);
        begin = end + 1;
        if (line.size() > 3 && line[3] == '-') continue;
        std::ranges::replace(reply.text, '\r', ' ');  // one that ends no line
        reply.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        return begin;
    }
}

std::string inWords(const SmtpReply& reply) {
    std::string words = std::to_string(reply.code);
    if (!reply.text.empty()) words += ' ' + reply.text;
    std::ranges::replace(words, '\n', ' ');
    return printable(words);
}

std::string printable(std::string_view text) {
    std::string out(text.substr(0, maxWords));
    for (char& c : out) {
        if (c < ' ' || c > '~') c = '?';
    }
    if (text.size() > maxWords) out += "...";
    return out;
}

}  // namespace errand::mail
