// SPDX-License-Identifier: Apache-2.0
#include "http/api_answers.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace errand::http {
namespace {

class ApiAnswersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiAnswersTest);
    CPPUNIT_TEST(plainProblemsAreSharedAndNoted);
    CPPUNIT_TEST(aProblemWithWordsOfItsOwnIsInPlace);
    CPPUNIT_TEST(bodiesOfOneStatusAreAlternatives);
    CPPUNIT_TEST(aRouteThatTakesJsonMayRefuseIt);
    CPPUNIT_TEST(unknownNamesAreRefused);
    CPPUNIT_TEST_SUITE_END();

    UsedParts used_;

    static Route route(Takes takes, Operation operation) {
        return {"POST", "/x", nullptr, takes, Needs::nothing, "", operation};
    }

    std::string responses(Takes takes, const Operation& operation) {
        return base::Json(apiResponses(route(takes, operation), used_)).toString();
    }

    static constexpr const char* trouble =
        R"("default":{"$ref":"#/components/responses/Trouble"}})";

    void plainProblemsAreSharedAndNoted() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"404":{"$ref":"#/components/responses/Problem404"},)") + trouble,
            responses(Takes::nothing, {.answers = {{404}}}));
        CPPUNIT_ASSERT(used_.problems == std::set<int>{404});
    }

    void aProblemWithWordsOfItsOwnIsInPlace() {
        const std::string text =
            responses(Takes::nothing, {.answers = {{503, nullptr, {}, "Too many."}}});
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"503":{"description":"Too many.","headers":{"Retry-After":)"
                        R"({"$ref":"#/components/headers/Retry-After"}},"content":)"
                        R"({"application/problem+json":{"schema":)"
                        R"({"$ref":"#/components/schemas/Problem"}}}},)") +
                trouble,
            text);
        CPPUNIT_ASSERT(used_.problems.empty());
        CPPUNIT_ASSERT(used_.fields.contains("Retry-After"));
    }

    void bodiesOfOneStatusAreAlternatives() {
        const Answer answers[] = {{202, "Job", {"Location"}}, {202, "JobList", {"Location"}}};
        const base::Json response = apiResponse(answers, used_);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"application/json":{"schema":{"oneOf":[)"
                                         R"({"$ref":"#/components/schemas/Job"},)"
                                         R"({"$ref":"#/components/schemas/JobList"}]}}})"),
                             response.find("content")->toString());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, response.find("headers")->asObject().size());
    }

    void aRouteThatTakesJsonMayRefuseIt() {
        responses(Takes::json, {.answers = {{200, "Job"}}});
        CPPUNIT_ASSERT((used_.problems == std::set<int>{400, 411, 413, 415, 422}));
    }

    void unknownNamesAreRefused() {
        CPPUNIT_ASSERT_THROW(responses(Takes::nothing, {.answers = {{200, "Jobb"}}}),
                             Poco::NotFoundException);
        CPPUNIT_ASSERT_THROW(responses(Takes::nothing, {.answers = {{418}}}),
                             Poco::NotFoundException);
        CPPUNIT_ASSERT_THROW(responses(Takes::nothing, {.answers = {{200, "Job", {"Etag"}}}}),
                             Poco::NotFoundException);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiAnswersTest);

}  // namespace
}  // namespace errand::http
