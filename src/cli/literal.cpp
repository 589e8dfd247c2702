// SPDX-License-Identifier: Apache-2.0
#include "cli/literal.h"

#include <algorithm>

#include "cli/python_number.h"
#include "cli/python_string.h"

namespace errand::cli {

namespace {

using base::Json;

// The message puts an object and an array around the arguments, and its reader has a limit.
constexpr std::size_t maxDepth = Json::maxDepth - 4;

Json readValue(Cursor& cursor, std::size_t depth);

// After a value: true where a comma says that another may come, false at the closing bracket,
// which is left.
bool another(Cursor& cursor, std::size_t opening, char open, char close) {
    cursor.skipBlank(true);
    if (cursor.takeIf(',')) {
        cursor.skipBlank(true);
        return true;
    }
    if (cursor.atEnd()) {
        cursor.endsTooEarly(opening, std::string("'") + open + "' was never closed");
    }
    if (cursor.peek() != close) {
        cursor.fail(std::string("a comma or '") + close +
                    "' must follow here: values are written out, nothing is computed");
    }
    return false;
}

void requireMore(const Cursor& cursor, std::size_t opening, char open) {
    if (!cursor.atEnd()) return;
    cursor.endsTooEarly(opening, std::string("'") + open + "' was never closed");
}

// Lists, and tuples, which JSON has as arrays, too. A value alone in round brackets is itself.
Json readSequence(Cursor& cursor, std::size_t depth) {
    const std::size_t opening = cursor.at();
    const char open = cursor.take();
    const char close = open == '(' ? ')' : ']';
    Json::Array values;
    bool comma = true;
    cursor.skipBlank(true);
    requireMore(cursor, opening, open);
    while (cursor.peek() != close) {
        values.push_back(readValue(cursor, depth + 1));
        comma = another(cursor, opening, open, close);
        requireMore(cursor, opening, open);
        if (!comma) break;
    }
    cursor.advance(1);
    if (open == '(' && values.size() == 1 && !comma) return std::move(values.front());
    return values;
}

// As Python's json makes a key of a value.
std::string keyOf(const Cursor& cursor, std::size_t at, const Json& value) {
    if (value.isString()) return value.asString();
    if (value.isArray() || value.isObject()) {
        cursor.failAt(at, "keys must be str, int, float, bool or None");
    }
    return value.toString();
}

// Of keys that are there twice, the last counts, at the place of the first.
void put(Json::Object& members, std::string key, Json value) {
    const auto found = std::ranges::find(members, key, &Json::Object::value_type::first);
    if (found == members.end()) {
        members.emplace_back(std::move(key), std::move(value));
    } else {
        found->second = std::move(value);
    }
}

Json readDict(Cursor& cursor, std::size_t depth) {
    const std::size_t opening = cursor.at();
    cursor.advance(1);
    Json::Object members;
    cursor.skipBlank(true);
    requireMore(cursor, opening, '{');
    while (cursor.peek() != '}') {
        const std::size_t at = cursor.at();
        std::string key = keyOf(cursor, at, readValue(cursor, depth + 1));
        cursor.skipBlank(true);
        requireMore(cursor, opening, '{');
        if (!cursor.takeIf(':')) {
            cursor.fail("':' must follow a key here; a set has no form in JSON: write a list");
        }
        cursor.skipBlank(true);
        requireMore(cursor, opening, '{');
        put(members, std::move(key), readValue(cursor, depth + 1));
        if (!another(cursor, opening, '{', '}')) break;
        requireMore(cursor, opening, '{');
    }
    cursor.advance(1);
    return members;
}

Json readSigned(Cursor& cursor) {
    bool negative = false;
    while (cursor.peek() == '-' || cursor.peek() == '+') {
        negative ^= cursor.take() == '-';
        cursor.skipBlank(true);
    }
    if (!startsNumber(cursor)) cursor.fail("a number must follow the sign");
    Json::Number number = readNumber(cursor);
    if (negative && number.digits != "0") number.digits.insert(0, 1, '-');
    return number;
}

Json readWord(Cursor& cursor) {
    const std::size_t begin = cursor.at();
    const std::string name(cursor.takeName());
    if (name == "True") return true;
    if (name == "False") return false;
    if (name == "None") return nullptr;
    if (name.empty()) cursor.fail("a value must stand here");
    cursor.failAt(begin, "name '" + name +
                             "' is not defined: values are strings, numbers, True, False, None, "
                             "lists, tuples and dicts of them");
}

Json readValue(Cursor& cursor, std::size_t depth) {
    if (depth > maxDepth) cursor.fail("too many brackets within each other");
    const char c = cursor.peek();
    if (c == '(' || c == '[') return readSequence(cursor, depth);
    if (c == '{') return readDict(cursor, depth);
    if (c == '+' || c == '-') return readSigned(cursor);
    if (startsNumber(cursor)) return readNumber(cursor);
    if (startsString(cursor)) return readString(cursor);
    return readWord(cursor);
}

// "key" of "key=value", taken with the equals sign; empty where no such thing stands here.
std::string takeKeyword(Cursor& cursor) {
    if (startsString(cursor)) return {};
    Cursor ahead = cursor;
    std::string name(ahead.takeName());
    ahead.skipBlank(true);
    if (name.empty() || ahead.peek() != '=' || ahead.peek(1) == '=') return {};
    if (name == "True" || name == "False" || name == "None") {
        cursor.fail("cannot assign to " + name);
    }
    ahead.advance(1);
    ahead.skipBlank(true);
    cursor = ahead;
    return name;
}

void readOperand(Cursor& cursor, Operands& operands) {
    const std::size_t at = cursor.at();
    if (cursor.peek() == '*') cursor.fail("write the arguments out: nothing is unpacked here");
    std::string key = takeKeyword(cursor);
    if (key.empty()) {
        if (!operands.kwargs.empty()) {
            cursor.failAt(at, "positional argument follows keyword argument");
        }
        operands.args.push_back(readValue(cursor, 0));
        return;
    }
    if (std::ranges::find(operands.kwargs, key, &Json::Object::value_type::first) !=
        operands.kwargs.end()) {
        cursor.failAt(at, "keyword argument repeated: " + key);
    }
    Json value = readValue(cursor, 0);
    operands.kwargs.emplace_back(std::move(key), std::move(value));
}

}  // namespace

Json readLiteral(Cursor& cursor) {
    cursor.skipBlank(true);
    Json value = readValue(cursor, 0);
    cursor.skipBlank(true);
    return value;
}

Operands readOperands(Cursor& cursor, std::size_t opening) {
    Operands operands;
    cursor.skipBlank(true);
    requireMore(cursor, opening, '(');
    while (cursor.peek() != ')') {
        readOperand(cursor, operands);
        if (!another(cursor, opening, '(', ')')) break;
        requireMore(cursor, opening, '(');
    }
    cursor.advance(1);
    return operands;
}

}  // namespace errand::cli
