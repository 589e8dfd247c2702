// SPDX-License-Identifier: Apache-2.0
#include "base/id.h"

#include <Poco/SHA1Engine.h>

#include <algorithm>
#include <cstring>

#include "base/system.h"

namespace errand::base {

namespace {

// Random bits of the system, fetched 32 ids at a time, one store a thread: no lock is shared, and
// an id says nothing about the next, which matters where knowing an id gives access to its job.
class RandomStore {
public:
    std::uint64_t next() {
        if (at_ == words_.size()) {
            fillRandom(words_.data(), sizeof(words_));
            at_ = 0;
        }
        return words_[at_++];
    }

private:
    std::array<std::uint64_t, 32> words_{};  // 256 bytes: the most one system call gives at once
    std::size_t at_ = words_.size();
};

constexpr std::size_t textLength = 36;

// Where a hyphen stands in the text form.
constexpr bool isHyphen(std::size_t at) {
    return at == 8 || at == 13 || at == 18 || at == 23;
}

constexpr int hexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

Id Id::generate(Time now) {
    thread_local RandomStore random;
    const auto micros = static_cast<std::uint64_t>(now.time_since_epoch().count());
    const std::uint64_t millis = micros / 1000;
    // The microsecond within, spread over its 12 bits as RFC 9562 6.2 (method 3) has it.
    const std::uint64_t within = micros % 1000 * 4096 / 1000;
    const std::uint64_t head = millis << 16 | 0x7000 | within;
    const std::uint64_t tail = (random.next() >> 2) | 0x8000000000000000;

    Id id;
    for (std::size_t i = 0; i < 8; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(head >> (56 - 8 * i));
        id.bytes[8 + i] = static_cast<std::uint8_t>(tail >> (56 - 8 * i));
    }
    return id;
}

std::optional<Id> Id::parse(std::string_view text) noexcept {
    if (text.size() != textLength) return std::nullopt;
    Id id;
    std::size_t digit = 0;
    for (std::size_t i = 0; i < textLength; ++i) {
        if (isHyphen(i)) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const int value = hexValue(text[i]);
        if (value < 0) return std::nullopt;
        auto& byte = id.bytes[digit++ / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | value);
    }
    return id;
}

Id Id::derive(std::string_view text) {
    Poco::SHA1Engine engine;
    engine.update(text.data(), text.size());
    const Poco::DigestEngine::Digest& digest = engine.digest();
    Id id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x50);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

std::string Id::toString() const {
    static constexpr char hex[] = "0123456789abcdef";
    std::string text(textLength, '-');
    std::size_t at = 0;
    for (const std::uint8_t byte : bytes) {
        if (isHyphen(at)) ++at;
        text[at++] = hex[byte >> 4];
        text[at++] = hex[byte & 15];
    }
    return text;
}

}  // namespace errand::base
