// SPDX-License-Identifier: Apache-2.0
#include "cli/python_string.h"

#include <cppunit/extensions/HelperMacros.h>

#include "literals.h"

namespace errand::cli {

class PythonStringTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PythonStringTest);
    CPPUNIT_TEST(allFourQuotes);
    CPPUNIT_TEST(escapesMeanWhatTheyDoInPython);
    CPPUNIT_TEST(rawStringsKeepTheirBackslashes);
    CPPUNIT_TEST(neighboursMakeOneString);
    CPPUNIT_TEST(otherKindsOfStringsAreRefused);
    CPPUNIT_TEST(badEscapesAreRefused);
    CPPUNIT_TEST(openQuotesAreNoticed);
    CPPUNIT_TEST_SUITE_END();

    static std::string read(const std::string& text) {
        Cursor cursor(text);
        std::string value = readString(cursor);
        CPPUNIT_ASSERT_MESSAGE(text, cursor.atEnd());
        return value;
    }
    static void check(const std::string& value, const std::string& text) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(text, value, read(text));
    }
    static void refuse(const std::string& what, const std::string& text) {
        const std::string said = complaint(text);
        CPPUNIT_ASSERT_MESSAGE(text + ": " + said, said.starts_with(what));
    }

    void allFourQuotes() {
        check("a\"b", "'a\"b'");
        check("a'b", "\"a'b\"");
        check("a'\n''b", "'''a'\n''b'''");
        check("a\"\"b\n", "\"\"\"a\"\"b\n\"\"\"");
        check("", "''");
        check("", "''''''");
        check("\xC3\xA4\xF0\x9F\x8D\xB5", "'\xC3\xA4\xF0\x9F\x8D\xB5'");
    }

    void escapesMeanWhatTheyDoInPython() {
        check("\\ ' \" \a\b\f\n\r\t\v", R"('\\ \' \" \a\b\f\n\r\t\v')");
        check("A\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8D\xB5", R"('\x41\xe4\u20AC\U0001f375')");
        check(std::string("\0001\0A\x7F", 5), R"('\0001\0\101\177')");
        check("ab", "'a\\\nb'");
        check("\\d \\", R"('\d \\')");
    }

    void rawStringsKeepTheirBackslashes() {
        check(R"(\n\d+)", R"(r'\n\d+')");
        check(R"(a\'b)", R"(R'a\'b')");
        check("ab", "u'ab'");
        check("ab", "U\"ab\"");
    }

    void neighboursMakeOneString() {
        check("abcd", "'a' \"b\" r'c' '''d'''");
        check("ab", "'a'  # half\n 'b'");
    }

    void otherKindsOfStringsAreRefused() {
        refuse("bytes have no form in JSON: leave out the b (line 1, column 1)", "b'x'");
        refuse("bytes have no form in JSON", "Rb'x'");
        refuse("nothing is computed here: leave out the f", "f'{x}'");
        refuse("nothing is computed here: leave out the f", "rf'{x}'");
        refuse("invalid string prefix", "ur'x'");
        refuse("name 'x' is not defined", "x'y'");
    }

    void badEscapesAreRefused() {
        refuse("a truncated \\x, \\u or \\U escape (line 1, column 3)", R"(' \x4')");
        refuse("a truncated", R"('\u12g4')");
        refuse("no character has that number", R"('\U00110000')");
        refuse("half a surrogate pair is no character", R"('\ud83c\udf75')");
        refuse("characters are not known by name here", R"('\N{EURO SIGN}')");
    }

    void openQuotesAreNoticed() {
        refuse("unterminated string literal (line 1, column 1)", "'abc");
        refuse("unterminated string literal (line 1, column 1)", "'abc\n'");
        refuse("...unterminated triple-quoted string literal (line 1, column 1)", "'''abc'\n''");
        refuse("...unterminated string literal", "'abc\\");
        refuse("...unterminated string", "r'''abc\\");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PythonStringTest);

}  // namespace errand::cli
