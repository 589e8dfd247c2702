// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "system/with_server.h"

namespace errand::tests {

namespace {

// A digit string without a pattern that a rounding reader could still get right.
std::string digits(std::size_t count) {
    std::string text = "7";
    unsigned state = 12345;
    while (text.size() < count) {
        state = state * 1103515245 + 12345;
        text += static_cast<char>('0' + (state >> 16) % 10);
    }
    return text;
}

std::string inQuotes(const std::string& text) {
    return '"' + text + '"';
}

}  // namespace

class ArithmeticTest : public WithServer {
    CPPUNIT_TEST_SUITE(ArithmeticTest);
    CPPUNIT_TEST(eachOperationGivesWhatPythonGives);
    CPPUNIT_TEST(bigNumbersPassDigitForDigit);
    CPPUNIT_TEST(bigNumbersInStringsPassDigitForDigit);
    CPPUNIT_TEST(stringsAreReadAsPythonReadsThem);
    CPPUNIT_TEST(operandsMayHaveAsManyDigitsAsConfigured);
    CPPUNIT_TEST_SUITE_END();

    void eachOperationGivesWhatPythonGives() {
        start();
        const struct {
            const char *operation, *value, *other, *result;
        } cases[] = {
            {"sum", "30", "10", "40"},  {"sum", "-30", "10", "-20"}, {"sub", "30", "10", "20"},
            {"sub", "10", "30", "-20"}, {"mul", "30", "10", "300"},  {"mul", "-3", "0", "0"},
            {"div", "30", "10", "3"},   {"div", "7", "2", "3"},      {"div", "-7", "2", "-4"},
            {"div", "7", "-2", "-4"},   {"div", "-7", "-2", "3"},    {"div", "-6", "2", "-3"},
            {"div", "0", "-5", "0"},    {"sum", "-0", "0", "0"},     {"div", "1", "3", "0"},
            {"div", "-1", "3", "-1"},
        };
        for (const auto& c : cases) {
            const std::string body = computation(c.operation, c.value, c.other);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, std::string(c.result), result(body));
        }
    }

    void bigNumbersPassDigitForDigit() {
        start();
        const std::string big = digits(300);
        const std::string body = computation("sum", big, "1", "a@b.c");
        const std::string id = submitComputation(http(), body);
        const base::Json job = waitFor(http(), id);
        std::string expected = big;
        ++expected.back();
        CPPUNIT_ASSERT(big.back() != '9');
        CPPUNIT_ASSERT_EQUAL(expected, member(job, "result"));
        CPPUNIT_ASSERT(job.find("result")->isInteger());
        CPPUNIT_ASSERT_EQUAL(body, member(job, "kwargs"));
        const Mail mail = mailWithSubject(mails(2), "Your operation is complete!");
        CPPUNIT_ASSERT_EQUAL("The result is: " + expected + "\n", mail.body);
    }

    void bigNumbersInStringsPassDigitForDigit() {
        start();
        const std::string big = digits(300);
        CPPUNIT_ASSERT_EQUAL(big, result(computation("sub", inQuotes(big), inQuotes("0"))));
        CPPUNIT_ASSERT_EQUAL('-' + big, result(computation("sub", "0", inQuotes(big))));
        CPPUNIT_ASSERT_EQUAL(big + std::string(300, '0'),
                             result(computation("mul", big, '1' + std::string(300, '0'))));
        CPPUNIT_ASSERT_EQUAL(big, result(computation("div", big + std::string(300, '9'),
                                                     '1' + std::string(300, '0'))));
    }

    void stringsAreReadAsPythonReadsThem() {
        start();
        CPPUNIT_ASSERT_EQUAL(std::string("-12001"),
                             result(computation("sub", inQuotes(" -12_000 "), "1")));
        CPPUNIT_ASSERT_EQUAL(std::string("12"),
                             result(computation("sum", inQuotes("+0_5"), inQuotes("\\n7\\t"))));
    }

    void operandsMayHaveAsManyDigitsAsConfigured() {
        start({.settings = {"compute.maxDigits=50"}});
        const std::string most(50, '9');
        CPPUNIT_ASSERT_EQUAL('1' + std::string(50, '0'), result(computation("sum", most, "1")));
        checkFields("a digit more", http().post("/compute", computation("sum", most + '9', "1")),
                    {"value"});
        checkFields("both", http().post("/compute", computation("sum", most + '9', most + '9')),
                    {"value", "other"});
    }

    std::string result(const std::string& body) {
        return member(waitFor(http(), submit(http(), body)), "result");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ArithmeticTest);

}  // namespace errand::tests
