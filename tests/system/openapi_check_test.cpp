// SPDX-License-Identifier: Apache-2.0
// That the check of all answers finds what is not in the document: it is what other tests rely on.
#include "system/openapi_check.h"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>

#include "system/http.h"

using namespace errand;
using namespace errand::tests;

namespace {

constexpr const char* document = R"({
"paths":{
  "/things/{id}":{
    "get":{"operationId":"getThing","responses":{
      "200":{"description":"","content":{"application/json":{"schema":{"oneOf":[
        {"$ref":"#/components/schemas/Thing"},{"$ref":"#/components/schemas/Other"}]}}}},
      "304":{"description":""},
      "404":{"$ref":"#/components/responses/Problem"},
      "default":{"$ref":"#/components/responses/Trouble"}}}}},
"components":{
  "responses":{
    "Problem":{"description":"","content":{"application/problem+json":{
      "schema":{"$ref":"#/components/schemas/Problem"}}}},
    "Trouble":{"description":"","x-statuses":[500],"content":{"application/problem+json":{
      "schema":{"$ref":"#/components/schemas/Problem"}}}}},
  "schemas":{
    "Thing":{"allOf":[{"$ref":"#/components/schemas/Named"}],
      "properties":{"size":{"type":"integer","minimum":1},"any":{},
        "counts":{"$ref":"#/components/schemas/Counts"},
        "tags":{"type":"array","items":{"enum":["a","b"]}}},"required":["size"]},
    "Named":{"type":"object","properties":{"id":{"type":"string","format":"uuid"}},
      "required":["id"]},
    "Other":{"type":"object","properties":{"other":{"type":["boolean","null"]}},
      "required":["other"],"additionalProperties":false},
    "Counts":{"type":"object","propertyNames":{"enum":["red","blue"]},
      "additionalProperties":{"type":"integer"}},
    "Problem":{"type":"object","properties":{"status":{"type":"integer"}},
      "required":["status"]}}}})";

}  // namespace

class OpenApiCheckTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OpenApiCheckTest);
    CPPUNIT_TEST(whatIsDescribedPasses);
    CPPUNIT_TEST(anotherStatusIsFound);
    CPPUNIT_TEST(anotherTypeIsFound);
    CPPUNIT_TEST(aWrongMemberIsFound);
    CPPUNIT_TEST(anUndescribedMemberIsFound);
    CPPUNIT_TEST(otherMethodsAndPathsAnswerProblems);
    CPPUNIT_TEST(aKeywordThatIsNotCheckedIsNotPassedOver);
    CPPUNIT_TEST_SUITE_END();

    const OpenApiCheck check_{base::Json::parse(document)};
    const std::string thing_ = R"({"id":"01a20494-6d20-701d-b03f-6a6c4b9a2ce4","size":3)";

    static Answer answer(int status, const std::string& type, const std::string& body) {
        Answer answer;
        answer.status = status;
        if (!type.empty()) answer.fields.set("Content-Type", type);
        answer.body = body;
        return answer;
    }

    void passes(const Answer& answer, const std::string& method = "GET",
                const std::string& target = "/things/7?a=/b") const {
        check_.check(method, target, answer);
    }

    void fails(const std::string& part, const Answer& answer, const std::string& method = "GET",
               const std::string& target = "/things/7") const {
        try {
            check_.check(method, target, answer);
        } catch (const std::runtime_error& error) {
            const std::string words = error.what();
            CPPUNIT_ASSERT_MESSAGE(words, words.find(part) != std::string::npos);
            return;
        }
        CPPUNIT_FAIL("nothing was found wrong, but: " + part);
    }

    void failsWith(const std::string& part, const std::string& members) const {
        fails(part, answer(200, "application/json", thing_ + members + '}'));
    }

    void whatIsDescribedPasses() {
        passes(answer(200, "application/json; charset=utf-8", thing_ + R"(,"tags":["b"]})"));
        passes(answer(200, "application/json", thing_ + R"(,"counts":{"blue":0},"any":[]})"));
        passes(answer(200, "application/json", R"({"other":null})"));
        passes(answer(304, "", ""));
        passes(answer(404, "application/problem+json", R"({"status":404})"));
        passes(answer(500, "application/problem+json", R"({"status":500})"));
        passes(answer(200, "application/json", ""), "HEAD");
    }

    void anotherStatusIsFound() {
        fails("no such status for getThing", answer(202, "application/json", "{}"));
        fails("no such status", answer(503, "application/problem+json", R"({"status":503})"));
        fails("no such status", answer(202, "application/json", ""), "HEAD");
    }

    void anotherTypeIsFound() {
        fails("its type is not in", answer(200, "text/plain", "hello"));
        fails("its type is not in", answer(404, "application/json", R"({"status":404})"));
        fails("it has no body", answer(304, "", "x"));
    }

    void aWrongMemberIsFound() {
        failsWith("body/counts's member is none of", R"(,"counts":{"red":1,"green":2})");
        failsWith("body/counts/red is no \"integer\"", R"(,"counts":{"red":"1"})");
        fails("has no size",
              answer(200, "application/json", R"({"id":"01a20494-6d20-701d-b03f-6a6c4b9a2ce4"})"));
        fails("body/id is no uuid", answer(200, "application/json", R"({"id":"7","size":1})"));
        failsWith("body/tags/1 is none of [\"a\",\"b\"]", R"(,"tags":["a","c"])");
        fails("body/size is beyond the minimum",
              answer(200, "application/json",
                     R"({"id":"01a20494-6d20-701d-b03f-6a6c4b9a2ce4","size":0})"));
        fails("body/other is no [\"boolean\",\"null\"]",
              answer(200, "application/json", R"({"other":1})"));
    }

    void anUndescribedMemberIsFound() {
        failsWith("undescribed member more", R"(,"more":1)");
        failsWith("undescribed member other", R"(,"other":true)");
        fails("undescribed member x",
              answer(404, "application/problem+json", R"({"status":404,"x":1})"));
    }

    void otherMethodsAndPathsAnswerProblems() {
        const Answer missing = answer(404, "application/problem+json", R"({"status":404})");
        passes(missing, "GET", "/nowhere");
        passes(missing, "GET", "/things/7/8");
        passes(answer(405, "application/problem+json", R"({"status":405})"), "POST");
        passes(answer(204, "", ""), "OPTIONS");
        passes(answer(200, "text/html", "<p>"), "GET", "/page.html");
        fails("has no status", answer(404, "application/problem+json", "{}"), "GET", "/nowhere");
        fails("no problem", answer(404, "text/plain", "gone"), "GET", "/nowhere");
        fails("no such operation", answer(200, "application/json", "{}"), "POST");
        fails("no such operation", answer(200, "application/json", "{}"), "POST", "/nowhere");
        fails("answered 204", answer(200, "", ""), "OPTIONS");
    }

    void aKeywordThatIsNotCheckedIsNotPassedOver() {
        const OpenApiCheck other(base::Json::parse(
            R"({"paths":{"/a":{"get":{"responses":{"200":{"content":{"application/json":
            {"schema":{"multipleOf":2}}}}}}}}})"));
        CPPUNIT_ASSERT_THROW(other.check("GET", "/a", answer(200, "application/json", "4")),
                             std::runtime_error);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OpenApiCheckTest);
