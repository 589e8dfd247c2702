// SPDX-License-Identifier: Apache-2.0
// Caller is who sends a request, as far as it is known, and what it may do.
//
// Threads: plain data.
// Owns: its texts.
// Errors: n/a (plain data).
#pragma once

#include <optional>
#include <string>

#include "access/digest.h"
#include "access/identity.h"

namespace errand::http {

struct Caller {
    bool known = false;           // by a token or a session
    bool unasked = true;          // no token is asked for: whoever reaches the server may do all
    access::Identity identity{};  // where it is known
    std::string tokenId{};        // likewise
    std::optional<access::Digest> session{};  // of the session's id, where it is known by one
    std::string address{};                    // of the client, behind what proxies are trusted
    bool secure = false;   // it came through TLS, to this server or to such a proxy
    std::string fields{};  // header lines of its answer: what it has left of its quota

    // What its quotas are counted by.
    std::string key() const { return known ? "token " + tokenId : "from " + address; }

    bool has(access::Scope scope) const noexcept { return unasked || identity.scopes.has(scope); }
};

}  // namespace errand::http
