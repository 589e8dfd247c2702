// SPDX-License-Identifier: Apache-2.0
// Argument<T> says how a parameter of type T is read from JSON, what HTTP accepts for it and how
// the API document describes it. A service adds its own types by specialising it.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: read throws Error with Python's name for what is wrong; check answers with words, or
//         nullopt when the value will do.
#pragma once

#include <optional>
#include <string>

#include "base/integer.h"
#include "base/json.h"
#include "rpc/error.h"

namespace errand::rpc {

// Required members of a specialisation:
//   static T read(const base::Json&);
//   static std::optional<std::string> check(const base::Json&);
//   static std::string schema();
//   static constexpr bool required
template <class T>
struct Argument;

// A number as Python's int() takes it: kept as it came, converted when asked, so that a method can
// treat a bad one as its own error.
class IntegerLike {
public:
    explicit IntegerLike(base::Json value) : value_(std::move(value)) {}
    // ValueError or TypeError with Python's texts; ValueError over `maxDigits` digits.
    base::Integer value(std::size_t maxDigits) const;

private:
    base::Json value_;
};

// One plain ASCII mailbox, "local@domain" (RFC 5321's Mailbox without quoting or literals): at most
// 254 characters, 64 before the @; nothing that could end a header line.
struct Mailbox {
    std::string address;
    bool operator==(const Mailbox&) const = default;
};
std::optional<Mailbox> parseMailbox(std::string_view text);

template <>
struct Argument<std::string> {
    static std::string read(const base::Json& value);
    static std::optional<std::string> check(const base::Json& value);
    static std::string schema();
    static constexpr bool required = true;
};

template <>
struct Argument<base::Json> {
    static base::Json read(const base::Json& value) { return value; }
    static std::optional<std::string> check(const base::Json&) { return std::nullopt; }
    static std::string schema() { return "{}"; }
    static constexpr bool required = true;
};

template <>
struct Argument<IntegerLike> {
    static IntegerLike read(const base::Json& value) { return IntegerLike(value); }
    // Stricter than read: a JSON integer or a string int() would take; 30.0 and 1e3 are none.
    static std::optional<std::string> check(const base::Json& value);
    static std::string schema();
    static constexpr bool required = true;
};

template <>
struct Argument<Mailbox> {
    static Mailbox read(const base::Json& value);
    static std::optional<std::string> check(const base::Json& value);
    static std::string schema();
    static constexpr bool required = true;
};

// May be null or left out at the end.
template <class T>
struct Argument<std::optional<T>> {
    static std::optional<T> read(const base::Json& value) {
        if (value.isNull()) return std::nullopt;
        return Argument<T>::read(value);
    }
    static std::optional<std::string> check(const base::Json& value) {
        if (value.isNull()) return std::nullopt;
        return Argument<T>::check(value);
    }
    static std::string schema() {
        return R"({"anyOf":[)" + Argument<T>::schema() + R"(,{"type":"null"}]})";
    }
    static constexpr bool required = false;
};

// How a method's result becomes JSON text.
std::string toJson(const base::Integer& value);
std::string toJson(const std::string& value);
std::string toJson(const base::Json& value);

}  // namespace errand::rpc
