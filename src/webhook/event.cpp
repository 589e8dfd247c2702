// SPDX-License-Identifier: Apache-2.0
#include "webhook/event.h"

#include <algorithm>
#include <string_view>

#include "rpc/python.h"

namespace errand::webhook {
namespace {

using Fault = std::optional<std::string>;

bool isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool isName(std::string_view text) {
    // Neither empty, nor with an empty part.
    if (text.empty() || text.front() == '.' || text.back() == '.') return false;
    if (text.find("..") != text.npos) return false;
    return std::ranges::all_of(text, [](char c) { return isWordCharacter(c) || c == '.'; });
}

bool isId(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return isWordCharacter(c) || c == '-'; });
}

Fault faultOfName(const base::Json& value) {
    if (value.isString() && value.asString().size() <= EventName::maxBytes &&
        isName(value.asString())) {
        return std::nullopt;
    }
    return "must be words of letters, digits and _ with full stops between them, such as "
           "job.succeeded, of at most 128 bytes";
}

Fault faultOfId(const base::Json& value) {
    if (value.isString() && value.asString().size() <= EventId::maxBytes &&
        isId(value.asString())) {
        return std::nullopt;
    }
    return "must be 1 to 128 letters, digits, _ and -";
}

Fault faultOfTime(const base::Json& value) {
    if (value.isString() && base::parseRfc3339(value.asString())) return std::nullopt;
    return "must be an RFC 3339 time such as 2026-11-22T17:38:41Z";
}

Fault faultOfData(const base::Json& value) {
    if (!value.isObject()) return std::string("must be an object, not ") + value.kindName();
    if (value.toString().size() <= EventData::maxBytes) return std::nullopt;
    return "must be at most " + std::to_string(EventData::maxBytes) + " bytes long as JSON";
}

// What a caller other than HTTP hears.
void require(const char* name, const Fault& fault, bool rightType, const base::Json& value) {
    if (!rightType) {
        throw rpc::Error("TypeError",
                         std::string(name) + " has the wrong type: " + rpc::pythonTypeName(value));
    }
    if (fault) throw rpc::Error("ValueError", std::string(name) + ' ' + *fault);
}

}  // namespace

std::string payload(const EventName& name, base::Time time, const EventData& data) {
    return R"({"type":")" + name.text + R"(","timestamp":")" + base::formatRfc3339(time) +
           R"(","data":)" + data.json + '}';
}

}  // namespace errand::webhook

namespace errand::rpc {

using webhook::EventData;
using webhook::EventId;
using webhook::EventName;
using webhook::EventTime;

EventName Argument<EventName>::read(const base::Json& value) {
    webhook::require("event", check(value), value.isString(), value);
    return {value.asString()};
}

std::optional<std::string> Argument<EventName>::check(const base::Json& value) {
    return webhook::faultOfName(value);
}

std::string Argument<EventName>::schema() {
    return R"({"type":"string","pattern":"^[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*$","maxLength":128})";
}

EventId Argument<EventId>::read(const base::Json& value) {
    webhook::require("id", check(value), value.isString(), value);
    return {value.asString()};
}

std::optional<std::string> Argument<EventId>::check(const base::Json& value) {
    return webhook::faultOfId(value);
}

std::string Argument<EventId>::schema() {
    return R"({"type":"string","pattern":"^[A-Za-z0-9_-]+$","maxLength":128})";
}

EventTime Argument<EventTime>::read(const base::Json& value) {
    webhook::require("timestamp", check(value), value.isString(), value);
    return {base::parseRfc3339(value.asString()).value()};
}

std::optional<std::string> Argument<EventTime>::check(const base::Json& value) {
    return webhook::faultOfTime(value);
}

std::string Argument<EventTime>::schema() {
    return R"({"type":"string","format":"date-time"})";
}

EventData Argument<EventData>::read(const base::Json& value) {
    webhook::require("data", check(value), value.isObject(), value);
    return {value.toString()};
}

std::optional<std::string> Argument<EventData>::check(const base::Json& value) {
    return webhook::faultOfData(value);
}

std::string Argument<EventData>::schema() {
    return R"({"type":"object"})";
}

}  // namespace errand::rpc
