// SPDX-License-Identifier: Apache-2.0
#include "cli/literal.h"

#include <cppunit/extensions/HelperMacros.h>

#include "literals.h"

namespace errand::cli {

class LiteralTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LiteralTest);
    CPPUNIT_TEST(constantsAreThreeWords);
    CPPUNIT_TEST(listsAndTuplesAreArrays);
    CPPUNIT_TEST(oneValueInRoundBracketsIsItself);
    CPPUNIT_TEST(dictsAreObjects);
    CPPUNIT_TEST(keysAreWordedAsPythonsJsonDoes);
    CPPUNIT_TEST(linesGoOnWithinBrackets);
    CPPUNIT_TEST(openBracketsMayBeCompleted);
    CPPUNIT_TEST(whatIsNoLiteralIsRefused);
    CPPUNIT_TEST(depthHasALimit);
    CPPUNIT_TEST(operandsArePositionalThenByName);
    CPPUNIT_TEST(wrongOperandsAreRefused);
    CPPUNIT_TEST_SUITE_END();

    static void check(const std::string& json, const std::string& python) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(python, json, jsonOf(python));
    }
    static void refuse(const std::string& what, const std::string& text) {
        const std::string said = complaint(text);
        CPPUNIT_ASSERT_MESSAGE(text + ": " + said, said.starts_with(what));
    }

    static std::string operands(const std::string& text) {
        Cursor cursor(text);
        cursor.advance(1);
        const Operands read = readOperands(cursor, 0);
        CPPUNIT_ASSERT(cursor.atEnd());
        return base::Json(read.args).toString() + base::Json(read.kwargs).toString();
    }
    static std::string operandsRefused(const std::string& text) {
        try {
            return operands(text);
        } catch (const BadSyntax& error) {
            return (error.incomplete() ? "..." : "") + std::string(error.what());
        }
    }

    void constantsAreThreeWords() {
        check("true", "True");
        check("false", " False ");
        check("null", "None");
        refuse("name 'true' is not defined", "true");
        refuse("name 'null' is not defined", "null");
        refuse("name 'Truely' is not defined", "Truely");
    }

    void listsAndTuplesAreArrays() {
        check("[]", "[]");
        check("[]", "()");
        check("[1,\"a\",null]", "[1, 'a', None]");
        check("[1,2]", "(1, 2)");
        check("[1]", "(1,)");
        check("[1]", "[1,]");
        check("[[1,[2]],[[]]]", "[(1, [2]), [()],]");
    }

    void oneValueInRoundBracketsIsItself() {
        check("1", "(1)");
        check("\"ab\"", "('a'\n'b')");
        check("-5", "-5");
        check("{}", "(({}))");
    }

    void dictsAreObjects() {
        check("{}", "{}");
        check(R"({"a":1,"b":[2,{"c":null}]})", "{'a': 1, \"b\": [2, {'c': None}],}");
        check(R"({"a":3,"b":2})", "{'a': 1, 'b': 2, 'a': 3}");
    }

    void keysAreWordedAsPythonsJsonDoes() {
        check(R"({"1":1,"2.5":2,"true":3,"null":4,"-7":5})",
              "{1: 1, 2.5: 2, True: 3, None: 4, -7: 5}");
        refuse("keys must be str, int, float, bool or None (line 1, column 2)", "{(1, 2): 3}");
    }

    void linesGoOnWithinBrackets() { check(R"([1,{"a":2}])", "[ # one\n 1,\n {'a'\n:\n2},\n\n]"); }

    void openBracketsMayBeCompleted() {
        refuse("...'[' was never closed (line 1, column 1)", "[1, 2");
        refuse("...'[' was never closed", "[1,");
        refuse("...'(' was never closed (line 1, column 2)", "[(");
        refuse("...'{' was never closed", "{'a'");
        refuse("...'{' was never closed", "{'a': ");
        refuse("...'{' was never closed", "{'a': 1, # more\n");
    }

    void whatIsNoLiteralIsRefused() {
        refuse(
            "a comma or ']' must follow here: values are written out, nothing is computed "
            "(line 1, column 4)",
            "[1 + 2]");
        refuse("a comma or ')' must follow here", "(2**70)");
        refuse("a comma or '}' must follow here", "{'a': 1 2}");
        refuse("':' must follow a key here; a set has no form in JSON", "{1, 2}");
        refuse("a number must follow the sign", "-True");
        refuse("a value must stand here", "[,]");
        refuse("a value must stand here (line 1, column 1)", ")");
        refuse("a comma or ']' must follow here", "[1)");
        refuse("name 'os' is not defined", "[os.environ]");
    }

    void depthHasALimit() {
        const auto nested = [](std::size_t depth) {
            return std::string(depth, '[') + std::string(depth, ']');
        };
        check(nested(60), nested(60));
        refuse("too many brackets within each other", nested(100000));
    }

    void operandsArePositionalThenByName() {
        CPPUNIT_ASSERT_EQUAL(std::string("[]{}"), operands("()"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["sum",30,10,"name@email.com"]{})"),
                             operands("('sum', 30, 10, \"name@email.com\")"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"([1]{"b":2,"r":"x"})"),
                             operands("(1,\n b = 2, r='x',\n)"));
    }

    void wrongOperandsAreRefused() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("positional argument follows keyword argument (line 1, column 7)"),
            operandsRefused("(a=1, 2)"));
        CPPUNIT_ASSERT_EQUAL(std::string("keyword argument repeated: a (line 1, column 7)"),
                             operandsRefused("(a=1, a=2)"));
        CPPUNIT_ASSERT_EQUAL(std::string("cannot assign to None (line 1, column 2)"),
                             operandsRefused("(None=1)"));
        CPPUNIT_ASSERT(operandsRefused("(*[1])").starts_with("write the arguments out"));
        CPPUNIT_ASSERT(operandsRefused("(1").starts_with("...'(' was never closed"));
        CPPUNIT_ASSERT(operandsRefused("(a=").starts_with("...") ||
                       operandsRefused("(a=").starts_with("a value must"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LiteralTest);

}  // namespace errand::cli
