// SPDX-License-Identifier: Apache-2.0
#include "http/api_sample.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace errand::http {
namespace {

class ApiSampleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiSampleTest);
    CPPUNIT_TEST(whatIsFixedOrGivenComesFirst);
    CPPUNIT_TEST(typesAndFormatsHaveAValue);
    CPPUNIT_TEST(ofAlternativesTheFirstIsTaken);
    CPPUNIT_TEST(objectsHaveWhatIsRequired);
    CPPUNIT_TEST(whatIsNotUnderstoodIsNull);
    CPPUNIT_TEST_SUITE_END();

    static std::string sample(const char* schema) {
        return sampleOf(base::Json::parse(schema)).toString();
    }

    void whatIsFixedOrGivenComesFirst() {
        CPPUNIT_ASSERT_EQUAL(std::string("7"), sample(R"({"type":"string","const":7})"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"b\""), sample(R"({"enum":["a"],"examples":["b"]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"a\""), sample(R"({"type":"string","enum":["a"]})"));
    }

    void typesAndFormatsHaveAValue() {
        CPPUNIT_ASSERT_EQUAL(std::string("30"), sample(R"({"type":"integer"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("5"), sample(R"({"type":"number","minimum":5})"));
        CPPUNIT_ASSERT_EQUAL(std::string("true"), sample(R"({"type":"boolean"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), sample(R"({"type":"array"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"text\""), sample(R"({"type":["string","null"]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"name@example.com\""),
                             sample(R"({"type":"string","format":"email"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"https://example.com/\""),
                             sample(R"({"type":"string","format":"uri"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"text\""),
                             sample(R"({"type":"string","format":"other"})"));
    }

    void ofAlternativesTheFirstIsTaken() {
        CPPUNIT_ASSERT_EQUAL(std::string("30"),
                             sample(R"({"anyOf":[{"type":"integer"},{"type":"string"}]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("null"),
                             sample(R"({"oneOf":[{"type":"null"},{"type":"string"}]})"));
    }

    void objectsHaveWhatIsRequired() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"b":false,"c":null})"),
                             sample(R"({"type":"object","required":["b","c"],
                       "properties":{"a":{"type":"string"},"b":{"const":false}}})"));
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), sample(R"({"type":"object"})"));
    }

    void whatIsNotUnderstoodIsNull() {
        CPPUNIT_ASSERT_EQUAL(std::string("null"), sample("{}"));
        CPPUNIT_ASSERT_EQUAL(std::string("null"), sample("true"));
        CPPUNIT_ASSERT_EQUAL(std::string("null"), sample(R"({"enum":[],"examples":[]})"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiSampleTest);

}  // namespace
}  // namespace errand::http
