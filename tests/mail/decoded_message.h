// SPDX-License-Identifier: Apache-2.0
// DecodedMessage is a message as a mail reader sees it: the tests' own reading of what format()
// wrote, independent of it.
//
// Threads: n/a (plain data).
// Owns: n/a (plain data).
// Errors: decode throws std::runtime_error for what is no message.
#pragma once

#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/Base64Decoder.h>

namespace errand::mail {

// The lines of a text, without their CRLF or LF.
inline std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        lines.push_back(line);
    }
    return lines;
}

inline std::string decodeBase64(const std::string& text) {
    std::istringstream in(text);
    Poco::Base64Decoder decoder(in);
    return {std::istreambuf_iterator<char>(decoder), {}};
}

// A header's text: unfolded, its encoded words joined and decoded.
inline std::string decodeHeader(const std::string& raw) {
    std::string unfolded;
    for (const std::string& line : lines(raw)) unfolded += line;
    const std::string begin = "=?UTF-8?B?";
    if (unfolded.find(begin) == std::string::npos) return unfolded;
    std::string decoded;
    for (std::size_t at = 0; (at = unfolded.find(begin, at)) != std::string::npos;) {
        at += begin.size();
        decoded += decodeBase64(unfolded.substr(at, unfolded.find("?=", at) - at));
    }
    return decoded;
}

struct DecodedMessage {
    std::map<std::string, std::string> headers;  // as written, folds included
    std::string body;                            // decoded

    const std::string& rawHeader(const std::string& name) const { return headers.at(name); }
    std::string header(const std::string& name) const { return decodeHeader(rawHeader(name)); }
};

inline DecodedMessage decode(const std::string& text) {
    const std::string end = text.find("\r\n\r\n") == std::string::npos ? "\n" : "\r\n";
    const std::size_t blank = text.find(end + end);
    if (blank == std::string::npos) throw std::runtime_error("no blank line");
    DecodedMessage message;
    std::string name;
    for (const std::string& line : lines(text.substr(0, blank))) {
        if (line.starts_with(' ')) {
            message.headers.at(name) += "\r\n" + line;
            continue;
        }
        const std::size_t colon = line.find(": ");
        if (colon == std::string::npos) throw std::runtime_error("no header: " + line);
        name = line.substr(0, colon);
        if (!message.headers.emplace(name, line.substr(colon + 2)).second) {
            throw std::runtime_error("twice: " + name);
        }
    }
    message.body = text.substr(blank + 2 * end.size());
    if (message.header("Content-Transfer-Encoding") == "base64") {
        message.body = decodeBase64(message.body);
    }
    return message;
}

}  // namespace errand::mail
