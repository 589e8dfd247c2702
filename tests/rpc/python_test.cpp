// SPDX-License-Identifier: Apache-2.0
#include "rpc/python.h"

#include <cppunit/extensions/HelperMacros.h>

using errand::base::Json;
using errand::rpc::pythonRepr;
using errand::rpc::pythonTypeName;

class PythonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PythonTest);
    CPPUNIT_TEST(reprPrefersSingleQuotes);
    CPPUNIT_TEST(reprEscapesWhatDoesNotPrint);
    CPPUNIT_TEST(reprKeepsWhatPrints);
    CPPUNIT_TEST(reprIsCutAtCharactersNotBytes);
    CPPUNIT_TEST(typesHavePythonsNames);
    CPPUNIT_TEST_SUITE_END();

public:
    // The expected texts are what Python 3.11 prints.
    void reprPrefersSingleQuotes() {
        CPPUNIT_ASSERT_EQUAL(std::string("'abc'"), pythonRepr("abc"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"it's\""), pythonRepr("it's"));
        CPPUNIT_ASSERT_EQUAL(std::string("'say \"hi\"'"), pythonRepr("say \"hi\""));
        CPPUNIT_ASSERT_EQUAL(std::string("'it\\'s \"both\"'"), pythonRepr("it's \"both\""));
        CPPUNIT_ASSERT_EQUAL(std::string("''"), pythonRepr(""));
    }

    void reprEscapesWhatDoesNotPrint() {
        CPPUNIT_ASSERT_EQUAL(std::string("'a\\n\\r\\t\\\\'"), pythonRepr("a\n\r\t\\"));
        CPPUNIT_ASSERT_EQUAL(std::string("'\\x00\\x1b\\x7f'"),
                             pythonRepr(std::string_view("\0\x1b\x7f", 3)));
        CPPUNIT_ASSERT_EQUAL(std::string("'\\xa0\\u2028\\U000e0001'"),
                             pythonRepr("\u00a0\u2028\U000e0001"));
    }

    void reprKeepsWhatPrints() {
        CPPUNIT_ASSERT_EQUAL(std::string("'h\u00e9 \u6f22 \U0001f600'"),
                             pythonRepr("h\u00e9 \u6f22 \U0001f600"));
    }

    void reprIsCutAtCharactersNotBytes() {
        CPPUNIT_ASSERT_EQUAL(std::string("'\u00e9\u00e9"), pythonRepr("\u00e9\u00e9\u00e9", 3));
        CPPUNIT_ASSERT_EQUAL(std::string("'ab'"), pythonRepr("ab", 4));
        CPPUNIT_ASSERT_EQUAL(std::size_t(200), pythonRepr(std::string(1000000, 'x'), 200).size());
    }

    void typesHavePythonsNames() {
        CPPUNIT_ASSERT_EQUAL(std::string("NoneType"), std::string(pythonTypeName(Json())));
        CPPUNIT_ASSERT_EQUAL(std::string("bool"), std::string(pythonTypeName(Json(true))));
        CPPUNIT_ASSERT_EQUAL(std::string("int"), std::string(pythonTypeName(Json::integer(3))));
        CPPUNIT_ASSERT_EQUAL(std::string("float"),
                             std::string(pythonTypeName(Json(Json::Number{"3.0"}))));
        CPPUNIT_ASSERT_EQUAL(std::string("str"), std::string(pythonTypeName(Json("x"))));
        CPPUNIT_ASSERT_EQUAL(std::string("list"), std::string(pythonTypeName(Json::Array{})));
        CPPUNIT_ASSERT_EQUAL(std::string("dict"), std::string(pythonTypeName(Json::Object{})));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PythonTest);
