// SPDX-License-Identifier: Apache-2.0
#include "cli/safe_text.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"

namespace errand::cli {

class SafeTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SafeTextTest);
    CPPUNIT_TEST(plainTextStays);
    CPPUNIT_TEST(controlCharactersAreEscaped);
    CPPUNIT_TEST(linesStayWhereTheyMay);
    CPPUNIT_TEST(bytesThatAreNoUtf8AreEscaped);
    CPPUNIT_TEST(jsonStaysTheSameValue);
    CPPUNIT_TEST_SUITE_END();

    void plainTextStays() {
        const std::string text = "a \"b\" \\ \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x8D\xB5";
        CPPUNIT_ASSERT_EQUAL(text, oneLine(text));
        CPPUNIT_ASSERT_EQUAL(text, plainLines(text));
        CPPUNIT_ASSERT_EQUAL(std::string(), oneLine(""));
    }

    void controlCharactersAreEscaped() {
        CPPUNIT_ASSERT_EQUAL(std::string("\\x1b[2J\\x07\\x7f\\x00"),
                             oneLine(std::string_view("\x1b[2J\a\x7f\0", 7)));
        CPPUNIT_ASSERT_EQUAL(std::string("a\\nb\\r\\tc"), oneLine("a\nb\r\tc"));
        // C1's CSI does as ESC [ does; U+202E turns the rest of the line round.
        CPPUNIT_ASSERT_EQUAL(std::string("\\x9b2J \\u202e \\u2028"),
                             oneLine("\xC2\x9B"
                                     "2J \xE2\x80\xAE \xE2\x80\xA8"));
    }

    void linesStayWhereTheyMay() {
        CPPUNIT_ASSERT_EQUAL(std::string("a\n\tb\\r\\x1b"), plainLines("a\n\tb\r\x1b"));
    }

    void bytesThatAreNoUtf8AreEscaped() {
        CPPUNIT_ASSERT_EQUAL(std::string("a\\xff\\xc3b"), oneLine("a\xFF\xC3"
                                                                  "b"));
        CPPUNIT_ASSERT_EQUAL(std::string("\\xe2\\x82"), plainLines("\xE2\x82"));
    }

    void jsonStaysTheSameValue() {
        const std::string json = "{\"a\":\"\xC2\x9B \x7f \xE2\x80\xAE \xC3\xA4\"}";
        const std::string safe = safeJson(json);
        CPPUNIT_ASSERT_EQUAL(std::string("{\"a\":\"\\u009b \\u007f \\u202e \xC3\xA4\"}"), safe);
        CPPUNIT_ASSERT(base::Json::parse(json) == base::Json::parse(safe));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SafeTextTest);

}  // namespace errand::cli
