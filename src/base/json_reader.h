// SPDX-License-Identifier: Apache-2.0
// JsonReader turns one JSON text into a Json; Json::parse is the door to it.
//
// Threads: one reader serves one call on one thread.
// Owns: n/a; the text is borrowed and must outlive the reader.
// Errors: JsonError, which says what was expected, what was found and where.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace errand::base {

class JsonReader {
public:
    explicit JsonReader(std::string_view text) : text_(text) {}

    // The whole text as one value. Call once.
    Json read();

private:
    void readValue(Json& out);
    void readArray(Json& out);
    void readObject(Json& out);
    void readMember(Json::Object& object);
    void readString(std::string& out);
    void readEscape(std::string& out);
    void readUnicodeEscape(std::string& out);
    unsigned readHex4();
    void readNumber(Json& out);
    void readWord(Json& out);

    void checkNewKey(const Json::Object& object, std::size_t keyAt);
    void checkManyKeys(const Json::Object& object, std::size_t firstPosition) const;
    void enter();

    void skipSpace() noexcept;
    bool consume(char c) noexcept;
    std::string_view rest() const noexcept { return text_.substr(at_); }
    std::string found() const;
    [[noreturn]] void fail(const std::string& what, std::size_t at) const;

    const std::string_view text_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    // Where each key past the first few of the objects being read stands; see checkManyKeys.
    std::vector<std::size_t> keyPositions_;
};

}  // namespace errand::base
