// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <string>
#include <string_view>

#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"

using namespace errand::base;
using namespace std::string_literals;

namespace {

std::size_t length(std::string_view text) {
    return text.size();
}

// UTF-8 by the book, one character at a time: what the fast code is compared with.
bool encodesToItself(char32_t c) {
    std::string text;
    appendUtf8(text, c);
    std::size_t at = 0;
    return isUtf8(text) && decodeUtf8(text, at) == c && at == text.size();
}

}  // namespace

class TextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TextTest);
    CPPUNIT_TEST(everyCharacterSurvivesBothWays);
    CPPUNIT_TEST(lengthsChangeAtTheRightCharacters);
    CPPUNIT_TEST(brokenUtf8StopsThePrefix);
    CPPUNIT_TEST(badByteIsFoundAtEveryOffset);
    CPPUNIT_TEST(plainRunStopsAtEverySpecialByteAtEveryOffset);
    CPPUNIT_TEST(longestNumberIsTaken);
    CPPUNIT_TEST_SUITE_END();

public:
    void everyCharacterSurvivesBothWays() {
        for (char32_t c = 0; c <= 0x10FFFF; ++c) {
            if (c == 0xD800) c = 0xE000;
            CPPUNIT_ASSERT_MESSAGE("U+" + std::to_string(c), encodesToItself(c));
        }
    }

    void lengthsChangeAtTheRightCharacters() {
        const auto encoded = [](char32_t c) {
            std::string text;
            appendUtf8(text, c);
            return text;
        };
        CPPUNIT_ASSERT_EQUAL("\x7f"s, encoded(0x7F));
        CPPUNIT_ASSERT_EQUAL("\xC2\x80"s, encoded(0x80));
        CPPUNIT_ASSERT_EQUAL("\xDF\xBF"s, encoded(0x7FF));
        CPPUNIT_ASSERT_EQUAL("\xE0\xA0\x80"s, encoded(0x800));
        CPPUNIT_ASSERT_EQUAL("\xEF\xBF\xBF"s, encoded(0xFFFF));
        CPPUNIT_ASSERT_EQUAL("\xF0\x90\x80\x80"s, encoded(0x10000));
        CPPUNIT_ASSERT_EQUAL("\xF4\x8F\xBF\xBF"s, encoded(0x10FFFF));
    }

    void brokenUtf8StopsThePrefix() {
        const std::string_view broken[] = {
            "\x80",              // a tail without a lead
            "\xBF",              //
            "\xC0\x80",          // overlong NUL
            "\xC1\xBF",          // overlong U+007F
            "\xC3",              // cut short
            "\xC3(",             // tail missing
            "\xE0\x80\x80",      // overlong
            "\xE0\x9F\xBF",      // overlong U+07FF
            "\xE2\x82",          // cut short
            "\xED\xA0\x80",      // U+D800
            "\xED\xBF\xBF",      // U+DFFF
            "\xF0\x80\x80\x80",  // overlong
            "\xF0\x8F\xBF\xBF",  // overlong U+FFFF
            "\xF0\x9F\x98",      // cut short
            "\xF4\x90\x80\x80",  // U+110000
            "\xF5\x80\x80\x80",  //
            "\xFE",              //
            "\xFF",              //
        };
        for (const std::string_view bytes : broken) {
            const std::string text = "good \xC3\xA9 " + std::string(bytes);
            CPPUNIT_ASSERT_EQUAL(std::size_t{8}, utf8Prefix(text));
            CPPUNIT_ASSERT(!isUtf8(text));
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, utf8Prefix(bytes));
        }
        CPPUNIT_ASSERT(isUtf8(""));
        CPPUNIT_ASSERT(isUtf8("\xED\x9F\xBF\xEE\x80\x80"));  // beside the surrogates
        CPPUNIT_ASSERT(isUtf8("a\0b"s));
    }

    void badByteIsFoundAtEveryOffset() {
        for (std::size_t size = 1; size <= 40; ++size) {
            for (std::size_t at = 0; at < size; ++at) {
                std::string text(size, 'a');
                text[at] = '\xFF';
                CPPUNIT_ASSERT_EQUAL(at, utf8Prefix(text));
            }
        }
    }

    void plainRunStopsAtEverySpecialByteAtEveryOffset() {
        for (int byte = 0; byte < 256; ++byte) {
            const bool special = byte < 0x20 || byte == '"' || byte == '\\';
            for (std::size_t at = 0; at < 20; ++at) {
                std::string text(20, '~');
                text[at] = static_cast<char>(byte);
                CPPUNIT_ASSERT_EQUAL(special ? at : length(text), plainPrefix(text));
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, plainPrefix(""));
    }

    void longestNumberIsTaken() {
        const auto taken = [](std::string_view text) {
            return std::string(text.substr(0, numberPrefix(text)));
        };
        CPPUNIT_ASSERT_EQUAL("0"s, taken("0"));
        CPPUNIT_ASSERT_EQUAL("-0"s, taken("-0"));
        CPPUNIT_ASSERT_EQUAL("0"s, taken("01"));
        CPPUNIT_ASSERT_EQUAL("10"s, taken("10,"));
        CPPUNIT_ASSERT_EQUAL("-12.50e+07"s, taken("-12.50e+07]"));
        CPPUNIT_ASSERT_EQUAL("1E5"s, taken("1E5"));
        CPPUNIT_ASSERT_EQUAL("1"s, taken("1."));
        CPPUNIT_ASSERT_EQUAL("1"s, taken("1.e5"));
        CPPUNIT_ASSERT_EQUAL("1.5"s, taken("1.5e"));
        CPPUNIT_ASSERT_EQUAL("1"s, taken("1e-"));
        for (const char* text : {"", "-", "+1", ".5", "-.5", "e5", "a", " 1"}) {
            CPPUNIT_ASSERT_EQUAL(""s, taken(text));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextTest);
