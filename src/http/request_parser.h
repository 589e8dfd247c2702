// SPDX-License-Identifier: Apache-2.0
// RequestParser reads a request's line and header fields in place, where they were received.
//
// Poco::Net::HTTPRequest::read is not used: it takes a character at a time from a stream and copies
// every field into a map, which costs more than all the rest of answering a small request.
//
// Strict where readers differ: lines end with CR LF (a bare LF is refused, RFC 9112 allows either),
// continued lines and spaces before a colon are refused.
//
// Threads: used by one thread at a time.
// Owns: its head, whose views are into the input of the parse that was done.
// Errors: outcomes are values: `refused`, with a Fault.
#pragma once

#include <cstddef>
#include <string_view>

#include "http/request.h"

namespace errand::http {

enum class Parsed { more, done, refused };

class RequestParser {
public:
    RequestParser(std::size_t maxHeaderBytes, std::size_t maxTargetBytes)
        : maxHeaderBytes_(maxHeaderBytes), maxTargetBytes_(maxTargetBytes) {}

    // `input` is all that was received since the last request's end; it grows from call to call and
    // may move meanwhile. Each byte is looked for a line's end once.
    Parsed parse(std::string_view input);

    // After `done`: the head, and how many bytes of the input it took.
    const Head& head() const noexcept { return head_; }
    std::size_t consumed() const noexcept { return end_; }

    // After `refused`.
    const Fault& fault() const noexcept { return fault_; }

    // Begins with the next request.
    void reset() noexcept;

private:
    Parsed findEnd(std::string_view input);
    Parsed checkLimits(std::size_t size, bool complete);
    Parsed refuse(int status, const char* detail);
    Parsed parseHead(std::string_view block);
    Parsed parseRequestLine(std::string_view line);
    Parsed parseField(std::string_view line);

    // Set in the constructor, then constant.
    const std::size_t maxHeaderBytes_;
    const std::size_t maxTargetBytes_;

    std::size_t begin_ = 0;      // of the request line: empty lines may come before it
    std::size_t lineStart_ = 0;  // of the line whose end is looked for
    std::size_t scanned_ = 0;    // up to here no line end is left to be found
    std::size_t end_ = 0;        // behind the empty line
    Head head_;
    Fault fault_;
};

}  // namespace errand::http
