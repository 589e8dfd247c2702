// SPDX-License-Identifier: Apache-2.0
// TokenFile says whose token a request carries. It follows the file: what is added there holds, and
// what is removed is refused, within a second.
//
// Threads: any.
// Owns: what it has read; the clock outlives it.
// Errors: the constructor throws Poco::FileException, see token_list.h. What is wrong with the file
//         later is said in the log, once, and what was read before holds on.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "access/token_list.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace errand::access {

enum class Verdict {
    good,
    unknown,  // no such token, or another secret, or no token at all
    expired   // the right secret, too late
};

struct Finding {
    Verdict verdict = Verdict::unknown;
    Identity identity;    // where the verdict is good; else empty
    std::string tokenId;  // likewise: what a session is begun with
};

class TokenFile {
public:
    TokenFile(std::string path, const base::Clock& clock);

    // A token's text: "errand_...". An id that is unknown takes as long as a secret that is wrong.
    Finding find(std::string_view text);

    // Whose token has that id; nullopt: it was removed, or has expired. A new token of an old name
    // has another id: a session of the old one ends with it.
    std::optional<Identity> identityOf(std::string_view tokenId);

private:
    using Tokens = std::unordered_map<std::string, Token>;

    std::optional<Token> tokenOf(std::string_view id);
    void refresh() REQUIRES(mutex_);
    void read() REQUIRES(mutex_);

    // A request must not wait for the disk each time, nor a removed token hold for long.
    static constexpr std::chrono::seconds betweenLooks{1};

    // Set in the constructor, then constant.
    const std::string path_;
    const base::Clock& clock_;
    const Token decoy_;  // what an unknown id is compared with

    base::Mutex mutex_;
    Tokens tokens_ GUARDED_BY(mutex_);  // by id
    base::FileStamp stamp_ GUARDED_BY(mutex_);
    base::SteadyTime nextLook_ GUARDED_BY(mutex_);
    std::string trouble_ GUARDED_BY(mutex_);  // what the log has been told; empty: all is well
};

}  // namespace errand::access
