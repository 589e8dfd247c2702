// SPDX-License-Identifier: Apache-2.0
#include "http/job_request.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

using base::Json;

class JobRequestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobRequestTest);
    CPPUNIT_TEST(aJobKeepsItsArgumentsDigitForDigit);
    CPPUNIT_TEST(aComputationIsAJobToo);
    CPPUNIT_TEST(aServiceBesideAnOperationMeansAJob);
    CPPUNIT_TEST(whatIsNoObjectIs400WithThePlace);
    CPPUNIT_TEST(unknownNamesComeWithNearOnes);
    CPPUNIT_TEST(servicesOfOthersAreTakenWhereCallsReachThem);
    CPPUNIT_TEST(servicesOfOthersNeedNamesThatABrokerCanRoute);
    CPPUNIT_TEST(knownServicesAreCheckedWhereverCallsReach);
    CPPUNIT_TEST(everythingWrongIsSaidAtOnce);
    CPPUNIT_TEST(badComputationsAreNamedFieldByField);
    CPPUNIT_TEST(mailboxesThatCouldEndALineAreRefused);
    CPPUNIT_TEST_SUITE_END();

    FakeCatalogue services_;
    const rpc::Catalogue everywhere_{services_.catalogue.services(), rpc::Reach::everywhere};
    const rpc::Catalogue* catalogue_ = &services_.catalogue;

    jobs::NewJob job(std::string_view body) {
        auto read = readJob(body, *catalogue_, FixedClock().now());
        if (const auto* refusal = std::get_if<Response>(&read)) CPPUNIT_FAIL(refusal->body);
        return std::get<jobs::NewJob>(std::move(read));
    }

    Json refusal(std::string_view body, int status) {
        const auto read = readJob(body, *catalogue_, FixedClock().now());
        CPPUNIT_ASSERT_MESSAGE(std::string(body), std::holds_alternative<Response>(read));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(std::get<Response>(read).body, status,
                                     std::get<Response>(read).status);
        return Json::parse(std::get<Response>(read).body);
    }

    // "field: message\n" each.
    std::string errors(std::string_view body) {
        const Json problem = refusal(body, 422);
        std::string text;
        for (const Json& error : problem.find("errors")->asArray())
            text +=
                error.find("field")->asString() + ": " + error.find("message")->asString() + '\n';
        return text;
    }

    void aJobKeepsItsArgumentsDigitForDigit() {
        const std::string big(400, '7');
        const jobs::NewJob read = job(R"({"service":"compute","method":"compute","args":["sum", )" +
                                      big + R"(],"kwargs":{"other":-0,"email":null},"delay":2})");
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), read.service);
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), read.method);
        CPPUNIT_ASSERT_EQUAL("[\"sum\"," + big + "]", read.arguments.args);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"other":-0,"email":null})"), read.arguments.kwargs);
        CPPUNIT_ASSERT(*read.delay == std::chrono::seconds(2));
    }

    void aComputationIsAJobToo() {
        const jobs::NewJob read = job(R"({"operation":"sum","value":"1_0","other":2})");
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), read.service);
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), read.arguments.args);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"operation":"sum","value":"1_0","other":2})"),
                             read.arguments.kwargs);
    }

    void aServiceBesideAnOperationMeansAJob() {
        ASSERT_CONTAINS("operation: is not a member of a job",
                        errors(R"({"service":"mail","method":"send","operation":"sum"})"));
    }

    void whatIsNoObjectIs400WithThePlace() {
        const Json broken = refusal("{\"a\":1,\n \"b\":}", 400);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), broken.find("line")->asDigits());
        CPPUNIT_ASSERT(broken.find("column")->isInteger());
        for (const char* body : {"", "[]", "1", "null", "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}",
                                 "{} {}", "{'a':1}", "{\"a\":NaN}"})
            CPPUNIT_ASSERT_MESSAGE(body, refusal(body, 400).find("line"));
        refusal("{\"a\":" + std::string(65, '[') + std::string(65, ']') + '}', 400);
        ASSERT_CONTAINS("not array", refusal("[]", 400).find("detail")->asString());
    }

    void unknownNamesComeWithNearOnes() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("service: unknown service 'compte'; did you mean 'compute'?\n"),
            errors(R"({"service":"compte","method":"x"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("method: unknown method 'sned'; did you mean 'send'?\n"),
                             errors(R"({"service":"mail","method":"sned"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("service: unknown service 'quite-other'\n"),
                             errors(R"({"service":"quite-other","method":"x"})"));
    }

    // Errors of a job for a service that only others know; `method` is JSON, with its quotes.
    std::string foreign(const std::string& service, const std::string& method) {
        catalogue_ = &everywhere_;
        return errors(R"({"service":)" + service + R"(,"method":)" + method + '}');
    }

    void servicesOfOthersAreTakenWhereCallsReachThem() {
        catalogue_ = &everywhere_;
        const jobs::NewJob read = job(
            R"({"service":"thumbs.v2","method":"make_one","args":[1e400,{}],"kwargs":{"a":[]}})");
        CPPUNIT_ASSERT_EQUAL(std::string("thumbs.v2"), read.service);
        CPPUNIT_ASSERT_EQUAL(std::string("make_one"), read.method);
        CPPUNIT_ASSERT_EQUAL(std::string("[1e400,{}]"), read.arguments.args);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a":[]})"), read.arguments.kwargs);
        const std::string longest = R"({"service":"s","method":")" + std::string(253, 'm') + "\"}";
        CPPUNIT_ASSERT_EQUAL(std::size_t{253}, job(longest).method.size());
    }

    void servicesOfOthersNeedNamesThatABrokerCanRoute() {
        CPPUNIT_ASSERT_EQUAL(std::string("service: must not be empty\nmethod: must not be empty\n"),
                             foreign(R"("")", R"("")"));
        ASSERT_CONTAINS("method: must not have a dot", foreign(R"("s")", R"("a.b")"));
        for (const char* control : {R"("a\u0000")", R"("\n")", R"("\u007f")", R"("\u001f")"}) {
            ASSERT_CONTAINS("service: must not have control", foreign(control, R"("m")"));
            ASSERT_CONTAINS("method: must not have control", foreign(R"("s")", control));
        }
        const std::string long256 = '"' + std::string(256, 'x') + '"';
        CPPUNIT_ASSERT_EQUAL(std::string("service: must be at most 255 bytes long\n"),
                             foreign(long256, R"("m")"));
        const std::string long254 = '"' + std::string(254, 'x') + '"';
        ASSERT_CONTAINS("method: must be shorter", foreign(R"("s")", long254));
        CPPUNIT_ASSERT_EQUAL(std::string("method: is required\n"),
                             errors(R"({"service":"thumbs"})"));
        ASSERT_CONTAINS("args: must be an array",
                        errors(R"({"service":"thumbs","method":"m","args":1})"));
    }

    void knownServicesAreCheckedWhereverCallsReach() {
        CPPUNIT_ASSERT_EQUAL(std::string("method: unknown method 'sned'; did you mean 'send'?\n"),
                             foreign(R"("mail")", R"("sned")"));
        ASSERT_CONTAINS("operation: is required", foreign(R"("compute")", R"("compute")"));
    }

    void everythingWrongIsSaidAtOnce() {
        CPPUNIT_ASSERT_EQUAL(std::string("service: is required\nmethod: is required\n"),
                             errors("{}"));
        const std::string text =
            errors(R"({"service":1,"method":"m","args":{},"kwargs":[],"tags":1,"colour":"red"})");
        for (const char* part :
             {"service: must be a string, not number", "args: must be an array, not object",
              "kwargs: must be an object, not array", "tags: ", "colour: is not a member"})
            ASSERT_CONTAINS(part, text);
    }

    void badComputationsAreNamedFieldByField() {
        const std::string text = errors(R"({"operation":7,"value":1.5,"foo":1,"email":"x"})");
        for (const char* part :
             {"operation: ", "value: ", "other: is required", "foo: ", "email: "})
            ASSERT_CONTAINS(part, text);
        ASSERT_CONTAINS("value: ", errors(R"({"operation":"sum","value":"abc","other":1})"));
        ASSERT_CONTAINS("other: ", errors(R"({"operation":"sum","value":1,"other":true})"));
        ASSERT_CONTAINS("args: ", errors(R"({"service":"compute","method":"compute",)"
                                         R"("args":["sum",1,2,null,5]})"));
    }

    void mailboxesThatCouldEndALineAreRefused() {
        for (const char* email :
             {R"("a@b.c\r\nBcc: x@y.z")", R"("a@b.c\u0000")", R"("a@b.c,d@e.f")", R"("A <a@b.c>")",
              R"("\u00e4@b.c")", "7", R"("")"})
            ASSERT_CONTAINS("email: ", errors(R"({"operation":"sum","value":1,"other":2,"email":)" +
                                              std::string(email) + '}'));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobRequestTest);

}  // namespace
}  // namespace errand::http
