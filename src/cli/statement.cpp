// SPDX-License-Identifier: Apache-2.0
#include "cli/statement.h"

#include "base/json.h"
#include "cli/literal.h"
#include "cli/python_string.h"

namespace errand::cli {

namespace {

constexpr const char* known = "this shell knows n.rpc.SERVICE.METHOD(...), help and exit";

// Nothing but blanks and comments may follow.
void requireEnd(Cursor& cursor) {
    cursor.skipBlank(false);
    if (cursor.atEnd()) return;
    if (cursor.peek() == ';') cursor.fail("one call a line: leave out the semicolon");
    if (cursor.peek() == '.' || cursor.peek() == '[') {
        cursor.fail("nothing can be taken from an answer here");
    }
    if (cursor.peek() != '\n') {
        cursor.fail("a call stands alone in its line: nothing is computed here");
    }
    cursor.skipBlank(true);
    if (!cursor.atEnd()) cursor.fail("one call at a time");
}

// ".name", with blanks as Python allows them.
std::string takeAttribute(Cursor& cursor, const std::string& missing) {
    cursor.skipBlank(false);
    if (!cursor.takeIf('.')) cursor.fail(missing);
    cursor.skipBlank(false);
    std::string name(cursor.takeName());
    if (name.empty()) cursor.fail("a name must follow the dot");
    return name;
}

// For services whose names are none of Python's: ['service-name'].
std::string takeIndex(Cursor& cursor) {
    const std::size_t opening = cursor.at();
    cursor.advance(1);
    cursor.skipBlank(true);
    if (cursor.atEnd()) cursor.endsTooEarly(opening, "'[' was never closed");
    if (!startsString(cursor)) cursor.fail("the service's name must stand here, in quotes");
    std::string name = readString(cursor);
    if (cursor.atEnd()) cursor.endsTooEarly(opening, "'[' was never closed");
    if (!cursor.takeIf(']')) cursor.fail("']' must follow the service's name");
    if (name.empty()) cursor.failAt(opening, "the service has no name");
    return name;
}

Statement readCall(Cursor& cursor) {
    const std::size_t begin = cursor.at();
    if (takeAttribute(cursor, known) != "rpc") cursor.failAt(begin, known);
    Statement statement;
    statement.kind = Statement::Kind::call;
    cursor.skipBlank(false);
    statement.service =
        cursor.peek() == '[' ? takeIndex(cursor) : takeAttribute(cursor, "the service is missing");
    statement.method = takeAttribute(cursor, "the method is missing: n.rpc.SERVICE.METHOD(...)");
    cursor.skipBlank(false);
    const std::size_t opening = cursor.at();
    if (cursor.peek() == '.') {
        cursor.fail(
            "a method has no parts here: calls wait for their answer, there is no call_"
            "async");
    }
    if (!cursor.takeIf('(')) cursor.fail("a call needs its brackets: n.rpc.SERVICE.METHOD(...)");
    Operands operands = readOperands(cursor, opening);
    statement.arguments = {base::Json(std::move(operands.args)).toString(),
                           base::Json(std::move(operands.kwargs)).toString()};
    return statement;
}

Statement readWord(Cursor& cursor, Statement::Kind kind) {
    cursor.skipBlank(false);
    if (cursor.takeIf('(')) {
        cursor.skipBlank(true);
        if (!cursor.takeIf(')')) cursor.fail("')' must follow here");
    }
    Statement statement;
    statement.kind = kind;
    return statement;
}

}  // namespace

Statement readStatement(std::string_view text) {
    if (!base::isUtf8(text)) throw BadSyntax("the line is not UTF-8", false);
    Cursor cursor(text);
    cursor.skipBlank(true);
    if (cursor.atEnd()) return {};
    const std::size_t begin = cursor.at();
    const std::string_view name = cursor.takeName();
    Statement statement;
    if (name == "n") {
        statement = readCall(cursor);
    } else if (name == "help") {
        statement = readWord(cursor, Statement::Kind::help);
    } else if (name == "exit" || name == "quit") {
        statement = readWord(cursor, Statement::Kind::leave);
    } else {
        cursor.failAt(begin, known);
    }
    requireEnd(cursor);
    return statement;
}

}  // namespace errand::cli
