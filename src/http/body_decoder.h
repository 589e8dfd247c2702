// SPDX-License-Identifier: Apache-2.0
// BodyDecoder takes a request's body out of the bytes received: by its length or in chunks.
//
// Threads: used by one thread at a time.
// Owns: the body so far.
// Errors: outcomes are values: `refused`, with a Fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/request.h"
#include "http/request_parser.h"

namespace errand::http {

class BodyDecoder {
public:
    explicit BodyDecoder(std::size_t maxBytes) : maxBytes_(maxBytes) {}

    // Begins with the body this head announces. `done` at once when there is none.
    Parsed begin(const Head& head);

    // Takes what it can from the front of `input` and leaves there what it could not: the next
    // request's bytes after `done`, nothing before.
    Parsed push(std::string_view& input);

    std::size_t maxBytes() const noexcept { return maxBytes_; }
    const std::string& body() const noexcept { return body_; }
    const Fault& fault() const noexcept { return fault_; }

private:
    enum class Part { data, sizeLine, chunk, chunkEnd, trailer };

    Parsed refuse(int status, const char* detail);
    Parsed tooLarge();
    Parsed takeData(std::string_view& input);
    Parsed takeLine(std::string_view& input);
    Parsed endLine();
    Parsed readSize();

    // Set in the constructor, then constant.
    const std::size_t maxBytes_;

    Part part_ = Part::data;
    std::uint64_t left_ = 0;  // of the data or of the chunk
    std::size_t extensionBytes_ = 0;
    std::size_t trailerBytes_ = 0;
    std::string line_;  // of the chunked coding, as far as it has come
    std::string body_;
    Fault fault_;
};

}  // namespace errand::http
