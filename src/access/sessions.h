// SPDX-License-Identifier: Apache-2.0
// Sessions are the browsers that are logged in: each was given an id nobody can guess, in exchange
// for a token. They end with the process.
//
// Threads: any.
// Owns: the sessions; of their ids it keeps digests alone, so that memory that leaks is no key.
// Errors: begin throws Poco::SystemException where the system has no random numbers.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "access/digest.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace errand::access {

class Sessions {
public:
    // A day's work; then the token is asked for again, whether the session was in use or not.
    static constexpr std::chrono::hours lifetime{12};
    // Some 3 MB; past that the oldest ends. And the oldest of a token past its own, so that who
    // logs in without end logs nobody else out.
    static constexpr std::size_t most = 10'000;
    static constexpr std::size_t mostOfAToken = 100;

    // The new session's id: 43 characters of base64url.
    std::string begin(std::string tokenId, base::SteadyTime now);

    // The token it was begun with; nullopt: there is no such session (any more).
    std::optional<std::string> find(std::string_view id, base::SteadyTime now);

    // The same, for who must not keep the id; nullopt from keyOf: the text is none.
    static std::optional<Digest> keyOf(std::string_view id);
    std::optional<std::string> find(const Digest& key, base::SteadyTime now);

    // No matter whether there is one.
    void end(std::string_view id);

    std::size_t count() const;

private:
    struct Session {
        Digest digest;
        std::string tokenId;
        base::SteadyTime ends;
    };
    // A part of a digest is as good a hash as any.
    struct Hash {
        std::size_t operator()(const Digest& digest) const noexcept;
    };
    using List = std::list<Session>;

    void makeRoom(std::string_view tokenId, base::SteadyTime now) REQUIRES(mutex_);
    void remove(List::iterator session) REQUIRES(mutex_);

    mutable base::Mutex mutex_;
    List sessions_ GUARDED_BY(mutex_);  // the oldest first
    std::unordered_map<Digest, List::iterator, Hash> byDigest_ GUARDED_BY(mutex_);
};

}  // namespace errand::access
