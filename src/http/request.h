// SPDX-License-Identifier: Apache-2.0
// Request is one HTTP request as handlers see it; Head is what came before its body.
//
// Threads: plain data.
// Owns: Head its decoded path; everything else views the connection's buffer, which stays as it is
//       until the answer has been written.
// Errors: Fault is what is wrong with a request before any handler sees it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/ascii.h"

namespace errand::http {

class ClientJobs;
struct Caller;

// The status and the words of a refusal. The connection cannot go on after it.
struct Fault {
    int status = 0;
    std::string detail;
    int retryAfter = 0;  // in seconds; 0: nothing is said of that
};

struct Field {
    std::string_view name;
    std::string_view value;
};

struct Head {
    std::string_view method;
    std::string path;        // percent-decoded; may hold any byte
    std::string_view query;  // as it came, without the '?'
    int minor = 1;           // of the version, HTTP/1.minor
    std::vector<Field> fields;

    // What the fields say of the body and of the connection.
    std::optional<std::uint64_t> length;
    bool chunked = false;
    bool keepAlive = true;
    bool expectsContinue = false;

    bool hasBody() const noexcept { return chunked || length.value_or(0) > 0; }

    // The first field of that name, or null.
    const std::string_view* find(std::string_view name) const noexcept {
        for (const Field& field : fields)
            if (sameName(field.name, name)) return &field.value;
        return nullptr;
    }

    // Its value; empty where there is none.
    std::string_view value(std::string_view name) const noexcept {
        const auto* found = find(name);
        return found ? *found : std::string_view();
    }
};

struct Request {
    const Head& head;
    std::string_view body;
    std::string_view id;  // what stands for {id} in the route's path
    const Caller& caller;
    ClientJobs& jobs;  // those that the caller may see and change
};

}  // namespace errand::http
