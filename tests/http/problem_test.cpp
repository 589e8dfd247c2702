// SPDX-License-Identifier: Apache-2.0
#include "http/problem.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"

namespace errand::http {
namespace {

using base::Json;

class ProblemTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProblemTest);
    CPPUNIT_TEST(itIsProblemJson);
    CPPUNIT_TEST(fieldsAreListedOneByOne);
    CPPUNIT_TEST(whatIsOfNoFieldIsSaidAlone);
    CPPUNIT_TEST(anyBytesBecomeUtf8);
    CPPUNIT_TEST(longTextsAreCutBetweenCharacters);
    CPPUNIT_TEST_SUITE_END();

    void itIsProblemJson() {
        const Response response = problem(404, "no \"x\"", R"(,"line":3)");
        CPPUNIT_ASSERT_EQUAL(404, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("application/problem+json"),
                             std::string(response.contentType));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"type":"about:blank","title":"Not Found",)"
                                         R"("status":404,"detail":"no \"x\"","line":3})"),
                             response.body);
    }

    void fieldsAreListedOneByOne() {
        const Json body = Json::parse(unprocessable({{"a", "is required"}, {"b", "x"}}).body);
        CPPUNIT_ASSERT_EQUAL(std::string("422"), body.find("status")->asDigits());
        CPPUNIT_ASSERT_EQUAL(std::string("a: is required (and 1 more)"),
                             body.find("detail")->asString());
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"([{"field":"a","message":"is required"},{"field":"b","message":"x"}])"),
            body.find("errors")->toString());
    }

    void whatIsOfNoFieldIsSaidAlone() {
        const Json body = Json::parse(unprocessable({{"", "they do not fit together"}}).body);
        CPPUNIT_ASSERT_EQUAL(std::string("they do not fit together"),
                             body.find("detail")->asString());
    }

    void anyBytesBecomeUtf8() {
        std::string out;
        appendAnyText(out, "a\xff\xc3\xa4\xc3");
        CPPUNIT_ASSERT_EQUAL(std::string("\"a\xEF\xBF\xBD\xc3\xa4\xEF\xBF\xBD\""), out);
        Json::parse(problem(404, std::string("\0\xfe\x01", 3)).body);
    }

    void longTextsAreCutBetweenCharacters() {
        CPPUNIT_ASSERT_EQUAL(std::string("'ab'"), inQuotes("ab"));
        const std::string text = inQuotes(std::string(79, 'a') + "\xc3\xa4" + "b");
        CPPUNIT_ASSERT_EQUAL("'" + std::string(79, 'a') + "...'", text);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProblemTest);

}  // namespace
}  // namespace errand::http
