// SPDX-License-Identifier: Apache-2.0
// Reads what a server has sent, as a client does that takes nothing but well-formed responses.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: ends the program at the first byte that does not belong.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "fuzz/require.h"

namespace errand::fuzz {

struct Answer {
    int status = 0;
    bool closes = false;
    std::string text;  // all of it
};

using Answers = std::vector<Answer>;

// The value of the field of that name, which comes once at most; empty when it does not.
inline std::string_view fieldOf(std::string_view head, const std::string& name) {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == head.npos) return {};
    const std::size_t begin = at + name.size() + 4;
    require(head.find("\r\n" + name + ": ", begin) == head.npos, "no field comes twice", name);
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

inline void checkHead(std::string_view head) {
    require(head.starts_with("HTTP/1.1 ") && head.size() > 13 && head[12] == ' ', "a status line",
            head);
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
        const std::size_t end = head.find("\r\n", at);
        const std::string_view line = head.substr(at, end - at);
        const std::size_t colon = line.find(": ");
        require(colon != line.npos && colon > 0, "a header line has a name", line);
        for (const char c : line) require(c >= ' ' && c <= '~', "a line is printable", line);
        at = end + 2;
    }
}

// The length of the body behind the head. Of a HEAD's answer none has come, though its head tells.
inline std::size_t checkBody(std::string_view head, std::string_view behind, bool anyHead) {
    const std::string_view length = fieldOf(head, "Content-Length");
    if (length.empty()) return 0;
    const std::size_t size = std::stoul(std::string(length));
    if (anyHead && (behind.empty() || behind.starts_with("HTTP/1.1 "))) return 0;
    require(size <= behind.size(), "the body is as long as its head says", head);
    const std::string_view type = fieldOf(head, "Content-Type");
    const bool json = type == "application/json" || type == "application/problem+json";
    if (json) errand::base::Json::parse(behind.substr(0, size));
    return size;
}

// All responses but those that only say "continue"; `anyHead`: some may be to HEAD.
inline Answers readAnswers(std::string_view text, bool anyHead) {
    Answers answers;
    while (!text.empty()) {
        require(answers.empty() || !answers.back().closes, "nothing follows the last", text);
        const std::size_t end = text.find("\r\n\r\n");
        require(end != text.npos, "a head ends", text);
        const std::string_view head = text.substr(0, end + 2);
        checkHead(head);
        Answer answer;
        answer.status = std::stoi(std::string(head.substr(9, 3)));
        answer.closes = fieldOf(head, "Connection") == "close";
        const std::size_t size = end + 4 + checkBody(head, text.substr(end + 4), anyHead);
        answer.text = text.substr(0, size);
        text.remove_prefix(size);
        if (answer.status == 100) continue;
        require(answer.status >= 200 && answer.status < 600 && answer.status != 500,
                "a status that is answered", head);
        if (answer.status >= 400)
            require(fieldOf(head, "Content-Type") == "application/problem+json", "a problem", head);
        answers.push_back(std::move(answer));
    }
    return answers;
}

}  // namespace errand::fuzz
