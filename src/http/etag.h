// SPDX-License-Identifier: Apache-2.0
// Reads If-None-Match: whether the client has already what it would be sent (RFC 9110, 13.1.2).
//
// Threads: plain data and functions without state.
// Owns: an IfNoneMatch its text.
// Errors: none; what is no entity tag matches nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/request.h"

namespace errand::http {

// The tag of a job that has changed so: the number in quotes.
std::string etagOf(std::int64_t changed);

// Whether a list of tags, or "*", names this one; by weak comparison.
bool namesTag(std::string_view list, std::string_view etag) noexcept;

// What a request says of the versions that its client has; it may be kept longer than the request.
class IfNoneMatch {
public:
    explicit IfNoneMatch(const Head& head);

    bool given() const noexcept { return given_; }
    bool names(std::string_view etag) const noexcept { return namesTag(tags_, etag); }

private:
    std::string tags_;
    bool given_ = false;
};

}  // namespace errand::http
