// SPDX-License-Identifier: Apache-2.0
// The expected values are those of Python 3.11's int().
#include "base/integer.h"

#include <string>

#include <cppunit/extensions/HelperMacros.h>

using namespace errand::base;
using namespace std::string_literals;

namespace {

std::string shown(const std::optional<Integer>& value) {
    return value ? toString(*value) : "none";
}
std::string python(std::string_view text) {
    return shown(parsePythonInteger(text));
}
std::string json(std::string_view text) {
    return shown(parseJsonInteger(text));
}
std::string truncated(std::string_view text) {
    return shown(truncateNumber(text));
}

}  // namespace

class IntegerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IntegerTest);
    CPPUNIT_TEST(jsonIntegersAreRead);
    CPPUNIT_TEST(whatIsNoJsonIntegerIsNot);
    CPPUNIT_TEST(pythonTakesSignsZerosAndUnderscores);
    CPPUNIT_TEST(pythonRefusesWhatIsNoInteger);
    CPPUNIT_TEST(pythonStripsWhiteSpace);
    CPPUNIT_TEST(pythonTakesUnicodeDigits);
    CPPUNIT_TEST(invalidUtf8IsNoInteger);
    CPPUNIT_TEST(hugeNumbersAreExact);
    CPPUNIT_TEST(floatsAreTruncatedTowardZero);
    CPPUNIT_TEST(floatsAreThoseOfDoubles);
    CPPUNIT_TEST(infiniteFloatsAreNone);
    CPPUNIT_TEST(digitsAreCountedWithoutConversion);
    CPPUNIT_TEST_SUITE_END();

public:
    void jsonIntegersAreRead() {
        CPPUNIT_ASSERT_EQUAL("0"s, json("0"));
        CPPUNIT_ASSERT_EQUAL("0"s, json("-0"));
        CPPUNIT_ASSERT_EQUAL("-12"s, json("-12"));
        CPPUNIT_ASSERT_EQUAL("123456789012345678901234567890"s,
                             json("123456789012345678901234567890"));
    }

    void whatIsNoJsonIntegerIsNot() {
        for (const char* text :
             {"", "-", "+1", "01", "-01", " 1", "1 ", "1_0", "1.0", "1e2", "0x10", "a", "--1"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, "none"s, json(text));
        }
        CPPUNIT_ASSERT_EQUAL("none"s, json("1\0"s));
    }

    void pythonTakesSignsZerosAndUnderscores() {
        CPPUNIT_ASSERT_EQUAL("30"s, python("30"));
        CPPUNIT_ASSERT_EQUAL("5"s, python("+5"));
        CPPUNIT_ASSERT_EQUAL("-5"s, python("-5"));
        CPPUNIT_ASSERT_EQUAL("0"s, python("-0"));
        CPPUNIT_ASSERT_EQUAL("7"s, python("007"));
        CPPUNIT_ASSERT_EQUAL("0"s, python("000"));
        CPPUNIT_ASSERT_EQUAL("1000"s, python("1_000"));
        CPPUNIT_ASSERT_EQUAL("1"s, python("0_1"));
        CPPUNIT_ASSERT_EQUAL("123"s, python("1_2_3"));
        CPPUNIT_ASSERT_EQUAL("-12000"s, python(" -12_000 "));
    }

    void pythonRefusesWhatIsNoInteger() {
        for (const char* text : {"",
                                 " ",
                                 "+",
                                 "-",
                                 "_",
                                 "_1",
                                 "1_",
                                 "1__0",
                                 "1_ ",
                                 "+_1",
                                 "- 5",
                                 "+ 5",
                                 "--5",
                                 "+-5",
                                 "-+5",
                                 "5-",
                                 "1 2",
                                 "1 _2",
                                 "0x10",
                                 "0b1",
                                 "0o7",
                                 "1.0",
                                 "1e3",
                                 "1,000",
                                 "ten",
                                 "5L",
                                 "inf",
                                 "nan",
                                 "1'0",
                                 "5\n6",
                                 "\xE2\x88\x92"
                                 "5",  // the minus sign U+2212
                                 "\xEF\xBC\x8B"
                                 "5",  // the full-width plus
                                 "\xC2\xBD",
                                 "\xC2\xB2",
                                 "\xE2\x91\xA0",  // one half, superscript 2, circled 1
                                 "\xE2\x80\x8B"
                                 "5"}) {  // a zero-width space is no white space
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, "none"s, python(text));
        }
        CPPUNIT_ASSERT_EQUAL("none"s, python("1\0"s));
        CPPUNIT_ASSERT_EQUAL("none"s, python("1\0"
                                             "2"s));
    }

    void pythonStripsWhiteSpace() {
        for (const std::string space :
             {" ", "\t", "\n", "\v", "\f", "\r", " \t\r\n", "\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80",
              "\xE2\x80\x80", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF",
              "\xE2\x81\x9F", "\xE3\x80\x80", "\xE3\x80\x80 \xC2\xA0"}) {
            CPPUNIT_ASSERT_EQUAL("-42"s, python(space + "-42" + space));
            CPPUNIT_ASSERT_EQUAL("none"s, python("-" + space + "42"));
            CPPUNIT_ASSERT_EQUAL("none"s, python("4" + space + "2"));
            CPPUNIT_ASSERT_EQUAL("none"s, python(space));
        }
        // str.isspace() is true for these four, int() refuses them all the same.
        for (const std::string space : {"\x1c", "\x1d", "\x1e", "\x1f"}) {
            CPPUNIT_ASSERT_EQUAL("none"s, python(space + "42"));
        }
    }

    void pythonTakesUnicodeDigits() {
        CPPUNIT_ASSERT_EQUAL("12"s, python("\xE0\xA5\xA7\xE0\xA5\xA8"));  // Devanagari
        CPPUNIT_ASSERT_EQUAL("-90"s, python("-\xD9\xA9\xD9\xA0"));        // Arabic-Indic
        CPPUNIT_ASSERT_EQUAL("19"s, python("\xEF\xBC\x91"
                                           "9"));  // full width, mixed
        CPPUNIT_ASSERT_EQUAL("1234"s, python("1_\xEF\xBC\x92_3\xEF\xBC\x94"));
        CPPUNIT_ASSERT_EQUAL("0"s, python("\xF0\x9D\x9F\x98"));     // double-struck 0
        CPPUNIT_ASSERT_EQUAL("9"s, python("\xF0\x9D\x9F\xBF"));     // monospace 9
        CPPUNIT_ASSERT_EQUAL("9"s, python("\xF0\x9F\xAF\xB9"));     // segmented 9, the last
        CPPUNIT_ASSERT_EQUAL("none"s, python("\xF0\x9F\xAF\xBA"));  // what follows it
        CPPUNIT_ASSERT_EQUAL("none"s, python("\xD9\x9F"));          // what precedes U+0660
    }

    void invalidUtf8IsNoInteger() {
        for (const char* text : {"\xFF", "5\xFF", "\xC2", "5\xC2",
                                 "\xED\xA0\x80"
                                 "5",
                                 "5\x80"}) {
            CPPUNIT_ASSERT_EQUAL("none"s, python(text));
        }
    }

    void hugeNumbersAreExact() {
        std::string digits;
        for (int i = 0; i < 100'000; ++i) digits.push_back(static_cast<char>('1' + i % 9));
        CPPUNIT_ASSERT_EQUAL(digits, json(digits));
        CPPUNIT_ASSERT_EQUAL("-" + digits, python("\n-000" + digits + " "));
        CPPUNIT_ASSERT_EQUAL("-" + digits, truncated("-" + digits));
        CPPUNIT_ASSERT_EQUAL(std::size_t{100'000}, countDigits(digits));
        const Integer next = *parseJsonInteger(std::string(100'000, '9')) + 1;
        CPPUNIT_ASSERT_EQUAL("1" + std::string(100'000, '0'), toString(next));
    }

    void floatsAreTruncatedTowardZero() {
        CPPUNIT_ASSERT_EQUAL("2"s, truncated("2.9"));
        CPPUNIT_ASSERT_EQUAL("-2"s, truncated("-2.9"));
        CPPUNIT_ASSERT_EQUAL("0"s, truncated("-0.5"));
        CPPUNIT_ASSERT_EQUAL("0"s, truncated("-0.0"));
        CPPUNIT_ASSERT_EQUAL("1500"s, truncated("1.5e3"));
        CPPUNIT_ASSERT_EQUAL("0"s, truncated("1E-5"));
        CPPUNIT_ASSERT_EQUAL("0"s, truncated("1e-400"));
        CPPUNIT_ASSERT_EQUAL("-7"s, truncated("-7"));
        for (const char* text : {"", "x", "1.", "nan", "inf", " 1.5", "1.5 ", "+1.5", "0x1p3"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, "none"s, truncated(text));
        }
    }

    void floatsAreThoseOfDoubles() {
        CPPUNIT_ASSERT_EQUAL("10000000000000000000000"s, truncated("1e22"));
        CPPUNIT_ASSERT_EQUAL("99999999999999991611392"s, truncated("1e23"));
        CPPUNIT_ASSERT_EQUAL("9007199254740992"s, truncated("9007199254740993.0"));
        CPPUNIT_ASSERT_EQUAL("9007199254740993"s, truncated("9007199254740993"));
        const std::string most = truncated("1.7976931348623157e308");
        CPPUNIT_ASSERT_EQUAL(std::size_t{309}, most.size());
        CPPUNIT_ASSERT_EQUAL("17976931348623157081452742373170435679807"s, most.substr(0, 41));
    }

    void infiniteFloatsAreNone() {
        for (const char* text : {"1e400", "-1e400", "1.8e308", "1.0e99999999999999999999"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, "none"s, truncated(text));
        }
        CPPUNIT_ASSERT_EQUAL("none"s, truncated(std::string(400, '9') + ".5"));
        CPPUNIT_ASSERT_EQUAL(std::string(400, '9'), truncated(std::string(400, '9')));
    }

    void digitsAreCountedWithoutConversion() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, countDigits(""));
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, countDigits(" -12_000 "));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, countDigits("007"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, countDigits("+-_ x"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, countDigits("\xE0\xA5\xA7\xE0\xA5\xA8"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, countDigits("5\xFF"
                                                         "5"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IntegerTest);
