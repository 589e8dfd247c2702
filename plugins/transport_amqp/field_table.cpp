// SPDX-License-Identifier: Apache-2.0
#include "field_table.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace errand::transport_amqp {

using base::Json;

namespace {

// Beyond this a foreign table is cut: JSON is read no deeper either.
constexpr std::size_t deepest = Json::maxDepth - 2;

Json numberOf(double value) {
    // JSON has no NaN and no infinity.
    if (!std::isfinite(value)) return nullptr;
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    std::string text(digits.data(), end.ptr);
    // A whole number stays a float, whoever it is passed on to.
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return Json::Number{std::move(text)};
}

Json readValue(const amqp_field_value_t& value, std::size_t depth);

Json readTable(const amqp_table_t& table, std::size_t depth) {
    Json::Object object;
    for (int i = 0; i < table.num_entries; ++i) {
        const amqp_table_entry_t& entry = table.entries[i];
        object.emplace_back(readable(view(entry.key)), readValue(entry.value, depth + 1));
    }
    return object;
}

Json readArray(const amqp_array_t& array, std::size_t depth) {
    Json::Array values;
    for (int i = 0; i < array.num_entries; ++i) {
        values.push_back(readValue(array.entries[i], depth + 1));
    }
    return values;
}

// A fixed-point number: an integer and how many of its digits are decimals.
Json decimalOf(const amqp_decimal_t& decimal) {
    return numberOf(decimal.value / std::pow(10.0, decimal.decimals));
}

Json readScalar(const amqp_field_value_t& value) {
    switch (value.kind) {
        case AMQP_FIELD_KIND_BOOLEAN:
            return value.value.boolean != 0;
        case AMQP_FIELD_KIND_I8:
            return Json::integer(value.value.i8);
        case AMQP_FIELD_KIND_U8:
            return Json::integer(value.value.u8);
        case AMQP_FIELD_KIND_I16:
            return Json::integer(value.value.i16);
        case AMQP_FIELD_KIND_U16:
            return Json::integer(value.value.u16);
        case AMQP_FIELD_KIND_I32:
            return Json::integer(value.value.i32);
        case AMQP_FIELD_KIND_U32:
            return Json::integer(value.value.u32);
        case AMQP_FIELD_KIND_I64:
        case AMQP_FIELD_KIND_U64:
            // rabbitmq-c takes 'L' for unsigned; py-amqp writes and reads it with a sign.
            return Json::integer(value.value.i64);
        case AMQP_FIELD_KIND_TIMESTAMP:
            return Json::Number{std::to_string(value.value.u64)};
        case AMQP_FIELD_KIND_F32:
            return numberOf(value.value.f32);
        case AMQP_FIELD_KIND_F64:
            return numberOf(value.value.f64);
        case AMQP_FIELD_KIND_DECIMAL:
            return decimalOf(value.value.decimal);
        case AMQP_FIELD_KIND_UTF8:
        case AMQP_FIELD_KIND_BYTES:
            return readable(view(value.value.bytes));
        default:
            return nullptr;
    }
}

Json readValue(const amqp_field_value_t& value, std::size_t depth) {
    if (depth > deepest) return nullptr;
    if (value.kind == AMQP_FIELD_KIND_TABLE) return readTable(value.value.table, depth);
    if (value.kind == AMQP_FIELD_KIND_ARRAY) return readArray(value.value.array, depth);
    return readScalar(value);
}

// As py-amqp: "I" where it fits 32 bits, else "L", which it reads with a sign as RabbitMQ does ("l"
// it reads without); what fits neither goes as its digits.
bool makeInteger(const std::string& digits, amqp_field_value_t& made) {
    std::int64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc()) return false;
    const bool fits = number >= std::numeric_limits<std::int32_t>::min() &&
                      number <= std::numeric_limits<std::int32_t>::max();
    made.kind = fits ? AMQP_FIELD_KIND_I32 : AMQP_FIELD_KIND_U64;
    if (fits) {
        made.value.i32 = static_cast<std::int32_t>(number);
    } else {
        made.value.u64 = static_cast<std::uint64_t>(number);
    }
    return true;
}

}  // namespace

std::string readable(std::string_view text) {
    std::string read;
    while (!text.empty()) {
        const std::size_t good = base::utf8Prefix(text);
        read += text.substr(0, good);
        if (good == text.size()) break;
        read += "\xef\xbf\xbd";
        text.remove_prefix(good + 1);
    }
    return read;
}

std::string_view view(const amqp_bytes_t& bytes) noexcept {
    return {static_cast<const char*>(bytes.bytes), bytes.len};
}

amqp_bytes_t bytesOf(std::string_view text) noexcept {
    // rabbitmq-c reads only, though its type cannot say so.
    return {text.size(), const_cast<char*>(text.data())};
}

FieldTable::FieldTable(const std::map<std::string, std::string>& headers) {
    Json::Object object;
    for (const auto& [name, text] : headers) {
        // A short string's length is one byte.
        if (name.size() > 255) continue;
        try {
            object.emplace_back(name, Json::parse(text));
        } catch (const base::JsonError&) {
            continue;
        }
    }
    table_ = makeTable(object);
}

amqp_bytes_t FieldTable::keep(std::string_view text) {
    return bytesOf(texts_.emplace_back(text));
}

amqp_table_t FieldTable::makeTable(const Json::Object& object) {
    std::vector<amqp_table_entry_t>& entries = tables_.emplace_back();
    entries.reserve(object.size());
    for (const auto& [name, value] : object) {
        if (name.size() <= 255) entries.push_back({keep(name), makeValue(value)});
    }
    return {static_cast<int>(entries.size()), entries.data()};
}

amqp_array_t FieldTable::makeArray(const Json::Array& array) {
    std::vector<amqp_field_value_t>& values = arrays_.emplace_back();
    values.reserve(array.size());
    for (const Json& value : array) values.push_back(makeValue(value));
    return {static_cast<int>(values.size()), values.data()};
}

amqp_field_value_t FieldTable::makeValue(const Json& value) {
    amqp_field_value_t made{};
    switch (value.kind()) {
        case Json::Kind::null:
            made.kind = AMQP_FIELD_KIND_VOID;
            break;
        case Json::Kind::boolean:
            made.kind = AMQP_FIELD_KIND_BOOLEAN;
            made.value.boolean = value.asBoolean();
            break;
        case Json::Kind::number:
            if (value.isInteger()) {
                if (makeInteger(value.asDigits(), made)) break;
                made.kind = AMQP_FIELD_KIND_UTF8;
                made.value.bytes = keep(value.asDigits());
                break;
            }
            made.kind = AMQP_FIELD_KIND_F64;
            made.value.f64 = std::strtod(value.asDigits().c_str(), nullptr);
            break;
        case Json::Kind::string:
            made.kind = AMQP_FIELD_KIND_UTF8;
            made.value.bytes = keep(value.asString());
            break;
        case Json::Kind::array:
            made.kind = AMQP_FIELD_KIND_ARRAY;
            made.value.array = makeArray(value.asArray());
            break;
        case Json::Kind::object:
            made.kind = AMQP_FIELD_KIND_TABLE;
            made.value.table = makeTable(value.asObject());
    }
    return made;
}

std::map<std::string, std::string> readHeaders(const amqp_table_t& table) {
    std::map<std::string, std::string> headers;
    for (int i = 0; i < table.num_entries; ++i) {
        const amqp_table_entry_t& entry = table.entries[i];
        headers[readable(view(entry.key))] = readValue(entry.value, 0).toString();
    }
    return headers;
}

}  // namespace errand::transport_amqp
