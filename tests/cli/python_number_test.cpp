// SPDX-License-Identifier: Apache-2.0
#include "cli/python_number.h"

#include <cppunit/extensions/HelperMacros.h>

#include "literals.h"

namespace errand::cli {

class PythonNumberTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PythonNumberTest);
    CPPUNIT_TEST(integersKeepEveryDigit);
    CPPUNIT_TEST(otherBasesBecomeDecimal);
    CPPUNIT_TEST(floatsGetTheFormOfJson);
    CPPUNIT_TEST(everyNumberReadIsJson);
    CPPUNIT_TEST(mistakesAreWordedAsPythonDoes);
    CPPUNIT_TEST(takesNoMoreThanTheNumber);
    CPPUNIT_TEST_SUITE_END();

    static void check(const std::string& json, const std::string& python) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(python, json, jsonOf(python));
    }
    static void refuse(const std::string& what, const std::string& python) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(python, what + " (line 1, column 1)", complaint(python));
    }

    void integersKeepEveryDigit() {
        check("30", "30");
        check("0", "0");
        check("0", "0_0");
        check("1000000", "1_000_000");
        const std::string digits = "9" + std::string(299, '7');
        check(digits, digits);
        check("-" + digits, "-" + digits);
        check("0", "-0");
        check("5", "--5");
        check("-5", "- + 5");
    }

    void otherBasesBecomeDecimal() {
        check("255", "0xff");
        check("255", "0X_F_F");
        check("15", "0o17");
        check("5", "0b1_01");
        check("1180591620717411303424", "0x400000000000000000");
        check("-30", "-0x1E");
    }

    void floatsGetTheFormOfJson() {
        check("1.5", "1.5");
        check("0.5", ".5");
        check("5.0", "5.");
        check("1000.25", "1_000.2_5");
        check("1e3", "1e3");
        check("1e3", "1E+3");
        check("12.5e-03", "1_2.5e-0_3");
        check("7.5", "007.5");
        check("-0.0", "-0.0");
        check("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827");
    }

    void everyNumberReadIsJson() {
        for (const char* python : {"1", "0x1", "1.", ".1", "1e1", "00", "1.e5", ".0e-0", "09.5"}) {
            const std::string json = jsonOf(python);
            CPPUNIT_ASSERT_MESSAGE(python, base::Json::parse(json).isNumber());
        }
    }

    void mistakesAreWordedAsPythonDoes() {
        refuse(
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for "
            "octal integers",
            "012");
        refuse("invalid decimal literal", "1__0");
        refuse("invalid decimal literal", "1_");
        refuse("invalid decimal literal", "12ab");
        refuse("invalid decimal literal", "1.2.3");
        refuse("invalid decimal literal", "1e");
        refuse("invalid decimal literal", "1._5");
        refuse("invalid hexadecimal literal", "0xg");
        refuse("invalid hexadecimal literal", "0x");
        refuse("invalid octal literal", "0o8");
        refuse("invalid binary literal", "0b2");
        refuse("a complex number has no form in JSON", "2j");
    }

    void takesNoMoreThanTheNumber() {
        Cursor cursor("1e-5-3");
        CPPUNIT_ASSERT_EQUAL(std::string("1e-5"), readNumber(cursor).digits);
        CPPUNIT_ASSERT_EQUAL('-', cursor.peek());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PythonNumberTest);

}  // namespace errand::cli
