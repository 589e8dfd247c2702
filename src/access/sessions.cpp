// SPDX-License-Identifier: Apache-2.0
#include "access/sessions.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace errand::access {

std::size_t Sessions::Hash::operator()(const Digest& digest) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
}

std::string Sessions::begin(std::string tokenId, base::SteadyTime now) {
    std::string id = makeSecret();
    const Digest digest = digestOf({}, id);
    const base::MutexLock lock(mutex_);
    makeRoom(tokenId, now);
    sessions_.push_back({digest, std::move(tokenId), now + lifetime});
    byDigest_.emplace(digest, std::prev(sessions_.end()));
    return id;
}

void Sessions::makeRoom(std::string_view tokenId, base::SteadyTime now) {
    while (!sessions_.empty() && (sessions_.front().ends <= now || sessions_.size() >= most)) {
        remove(sessions_.begin());
    }
    const auto isOf = [&](const Session& session) { return session.tokenId == tokenId; };
    const auto count = std::ranges::count_if(sessions_, isOf);
    if (static_cast<std::size_t>(count) >= mostOfAToken) {
        remove(std::ranges::find_if(sessions_, isOf));
    }
}

std::optional<Digest> Sessions::keyOf(std::string_view id) {
    return isSecret(id) ? std::optional(digestOf({}, id)) : std::nullopt;
}

std::optional<std::string> Sessions::find(std::string_view id, base::SteadyTime now) {
    const auto key = keyOf(id);
    return key ? find(*key, now) : std::nullopt;
}

std::optional<std::string> Sessions::find(const Digest& key, base::SteadyTime now) {
    const base::MutexLock lock(mutex_);
    const auto found = byDigest_.find(key);
    if (found == byDigest_.end()) return std::nullopt;
    if (found->second->ends > now) return found->second->tokenId;
    remove(found->second);
    return std::nullopt;
}

void Sessions::end(std::string_view id) {
    const auto key = keyOf(id);
    if (!key) return;
    const base::MutexLock lock(mutex_);
    const auto found = byDigest_.find(*key);
    if (found != byDigest_.end()) remove(found->second);
}

std::size_t Sessions::count() const {
    const base::MutexLock lock(mutex_);
    return sessions_.size();
}

void Sessions::remove(List::iterator session) {
    byDigest_.erase(session->digest);
    sessions_.erase(session);
}

}  // namespace errand::access
