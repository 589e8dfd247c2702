// SPDX-License-Identifier: Apache-2.0
#include "remote_error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace errand::transport_amqp {

using base::Json;

namespace {

// What nameko.exceptions defines and clients know by their path.
constexpr std::array<std::string_view, 4> ofNameko{"IncorrectSignature", "MalformedRequest",
                                                   "MethodNotFound", "UnknownService"};

// Python's own that a service may well raise.
constexpr std::array<std::string_view, 26> ofPython{
    "ArithmeticError",   "AssertionError",      "AttributeError",    "BaseException",
    "ConnectionError",   "Exception",           "FileNotFoundError", "FloatingPointError",
    "IndexError",        "InterruptedError",    "KeyError",          "LookupError",
    "MemoryError",       "NotImplementedError", "OSError",           "OverflowError",
    "PermissionError",   "RecursionError",      "ReferenceError",    "RuntimeError",
    "TimeoutError",      "TypeError",           "UnicodeError",      "ValueError",
    "ZeroDivisionError", "BufferError"};

constexpr auto tryAgainType = "TryAgain";
constexpr auto tryAgainPath = "errand.TryAgain";

// As good as never; sums of times a good deal longer overflow.
constexpr std::int64_t longestPause = std::chrono::milliseconds(std::chrono::years(100)).count();

std::string pathOf(const std::string& type) {
    if (std::ranges::find(ofNameko, type) != ofNameko.end()) return "nameko.exceptions." + type;
    if (std::ranges::find(ofPython, type) != ofPython.end()) return "builtins." + type;
    // A final error of that name must not be read as one that passes.
    if (type == tryAgainType) return "errand.final." + type;
    return "errand." + type;
}

// Appends what the escape at `at`, its backslash, stands for, and moves `at` past it. What is none
// of Python's stays as it is.
void appendUnescaped(std::string& out, std::string_view repr, std::size_t& at) {
    constexpr std::string_view letters = "nrt\\'\"";
    constexpr std::string_view meant = "\n\r\t\\'\"";
    const char letter = at + 1 < repr.size() ? repr[at + 1] : '\0';
    if (const std::size_t found = letters.find(letter); found != std::string_view::npos) {
        out += meant[found];
        at += 2;
        return;
    }
    const std::size_t width = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    const std::string_view digits = repr.substr(std::min(at + 2, repr.size())).substr(0, width);
    std::uint32_t character = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), character, 16);
    const bool surrogate = character >= 0xd800 && character < 0xe000;
    if (width == 0 || read.ptr != digits.data() + width || surrogate || character > 0x10ffff) {
        out += repr[at++];
        return;
    }
    base::appendUtf8(out, character);
    at += 2 + width;
}

// str(KeyError('pow')) is "'pow'", Python's repr of its argument, which itself has no quotes.
std::string argumentOf(const rpc::ErrorReply& error) {
    const std::string_view repr = error.message;
    const bool quoted = repr.size() >= 2 && repr.front() == repr.back() &&
                        (repr.front() == '\'' || repr.front() == '"');
    if (error.type != "KeyError" || !quoted) return error.message;
    const std::string_view inner = repr.substr(1, repr.size() - 2);
    std::string text;
    for (std::size_t at = 0; at < inner.size();) {
        const std::size_t escape = std::min(inner.find('\\', at), inner.size());
        text += inner.substr(at, escape - at);
        at = escape;
        if (at < inner.size()) appendUnescaped(text, inner, at);
    }
    return text;
}

std::string valueOf(const rpc::ErrorReply& error) {
    if (error.type == "UnknownService") return "Unknown service `" + error.message + "`";
    return error.message;
}

void writeObject(std::string& out, const std::string& type, const std::string& path,
                 std::initializer_list<std::string_view> arguments, const std::string& value) {
    out += R"({"exc_type":)";
    base::appendJsonString(out, type);
    out += R"(,"exc_path":)";
    base::appendJsonString(out, path);
    out += R"(,"exc_args":[)";
    bool first = true;
    for (const std::string_view argument : arguments) {
        if (!first) out += ',';
        first = false;
        base::appendJsonString(out, argument);
    }
    out += R"(],"value":)";
    base::appendJsonString(out, value);
    out += '}';
}

// A member as text: a string as it is, what is absent as Python's None, all else as JSON.
std::string textOf(const Json* value) {
    if (value == nullptr || value->isNull()) return "None";
    return value->isString() ? value->asString() : value->toString();
}

std::optional<std::string> argumentAt(const Json& error, std::size_t index) {
    const Json* arguments = error.find("exc_args");
    if (arguments == nullptr || !arguments->isArray()) return std::nullopt;
    if (arguments->asArray().size() <= index) return std::nullopt;
    return textOf(&arguments->asArray()[index]);
}

rpc::TryAgainReply readTryAgain(const Json& error) {
    rpc::TryAgainReply again;
    again.reason = argumentAt(error, 0).value_or("");
    const std::string after = argumentAt(error, 1).value_or("");
    std::int64_t milliseconds = 0;
    const auto read = std::from_chars(after.data(), after.data() + after.size(), milliseconds);
    const bool whole = read.ec == std::errc() && read.ptr == after.data() + after.size();
    if (whole && milliseconds >= 0) {
        again.after = std::chrono::milliseconds(std::min(milliseconds, longestPause));
    }
    again.scope = argumentAt(error, 2) == "service" ? rpc::Scope::service : rpc::Scope::job;
    return again;
}

}  // namespace

void writeError(std::string& out, const rpc::ErrorReply& error) {
    writeObject(out, error.type, pathOf(error.type), {argumentOf(error)}, valueOf(error));
}

void writeError(std::string& out, const rpc::TryAgainReply& again) {
    const std::string after = again.after ? std::to_string(again.after->count()) : std::string();
    const char* scope = again.scope == rpc::Scope::service ? "service" : "job";
    writeObject(out, tryAgainType, tryAgainPath, {again.reason, after, scope}, again.reason);
}

BadEnding readError(const Json& error) {
    if (!error.isObject()) return rpc::ErrorReply{"RemoteError", textOf(&error)};
    const Json* path = error.find("exc_path");
    if (path != nullptr && path->isString() && path->asString() == tryAgainPath) {
        return readTryAgain(error);
    }
    const Json* type = error.find("exc_type");
    rpc::ErrorReply read{type == nullptr ? "RemoteError" : textOf(type),
                         textOf(error.find("value"))};
    // Its text is for people; the service's name is what others go by.
    const auto service = argumentAt(error, 0);
    if (read.type == "UnknownService" && service) read.message = *service;
    return read;
}

bool isError(const Json& error) noexcept {
    switch (error.kind()) {
        case Json::Kind::null:
            return false;
        case Json::Kind::boolean:
            return error.asBoolean();
        case Json::Kind::number:
            return error.asDigits().find_first_of("123456789") <
                   error.asDigits().find_first_of("eE");
        case Json::Kind::string:
            return !error.asString().empty();
        case Json::Kind::array:
            return !error.asArray().empty();
        case Json::Kind::object:
            return !error.asObject().empty();
    }
    return true;
}

}  // namespace errand::transport_amqp
