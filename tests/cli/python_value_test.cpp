// SPDX-License-Identifier: Apache-2.0
#include "cli/python_value.h"

#include <cppunit/extensions/HelperMacros.h>

#include "literals.h"

namespace errand::cli {

class PythonValueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PythonValueTest);
    CPPUNIT_TEST(valuesLookAsInPython);
    CPPUNIT_TEST(digitsStay);
    CPPUNIT_TEST(whatIsPrintedReadsAsTheSame);
    CPPUNIT_TEST(nothingReachesTheTerminalUnescaped);
    CPPUNIT_TEST_SUITE_END();

    static void check(const std::string& python, const std::string& json) {
        CPPUNIT_ASSERT_EQUAL(python, asPython(base::Json::parse(json)));
    }

    void valuesLookAsInPython() {
        check("None", "null");
        check("True", "true");
        check("'x'", "\"x\"");
        check("\"it's\"", "\"it's\"");
        check("[1, 2, [], {}]", "[1,2,[],{}]");
        check("{'a': 1, 'b': [None, False]}", R"({"a":1,"b":[null,false]})");
        check("'\xC3\xA4 \\n'", "\"\xC3\xA4 \\n\"");
    }

    void digitsStay() {
        const std::string digits(300, '8');
        check(digits, digits);
        check("-1.50", "-1.50");
        check("1e400", "1e400");
        check("0", "-0");
        check("-0.0", "-0.0");
    }

    void whatIsPrintedReadsAsTheSame() {
        for (const char* json :
             {"null", "[true,false,0,-7,1.5,1e-7]", R"(["", "'", "\"", "\\", "\n\t\u0000\u007f"])",
              R"({"a'b":{"\u00e4\u2028":["\ud83c\udf75"]},"":[[[]]]})"}) {
            const base::Json value = base::Json::parse(json);
            CPPUNIT_ASSERT_EQUAL(value.toString(), jsonOf(asPython(value)));
        }
    }

    void nothingReachesTheTerminalUnescaped() {
        check(R"({'\x1b[2J': '\x9b\u202e'})", R"({"\u001b[2J":"\u009b\u202e"})");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PythonValueTest);

}  // namespace errand::cli
