// SPDX-License-Identifier: Apache-2.0
// GET of the catalogue, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

using base::Json;

class GetServicesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GetServicesTest);
    CPPUNIT_TEST(everyServiceIsListedHostedOrNot);
    CPPUNIT_TEST(aMethodHasItsParametersWithTheirTypes);
    CPPUNIT_TEST(durationsAreSeconds);
    CPPUNIT_TEST(aServiceIsShownAsItIsNow);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    Json services() {
        const Response response = site_.ask("GET /services");
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(jsonType, response.contentType);
        return *Json::parse(response.body).find("services");
    }

    void everyServiceIsListedHostedOrNot() {
        site_.site.hosted = {"mail"};
        const Json all = services();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, all.asArray().size());
        const Json& compute = all.asArray()[0];
        const Json& mail = all.asArray()[1];
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), compute.find("name")->asString());
        CPPUNIT_ASSERT_EQUAL(std::string("Computes."), compute.find("text")->asString());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), compute.find("workers")->asDigits());
        CPPUNIT_ASSERT(!compute.find("hosted")->asBoolean());
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), mail.find("name")->asString());
        CPPUNIT_ASSERT(mail.find("hosted")->asBoolean());
    }

    void aMethodHasItsParametersWithTheirTypes() {
        const Json all = services();
        const Json& method = all.asArray()[0].find("methods")->asArray().front();
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), method.find("name")->asString());
        CPPUNIT_ASSERT(!method.find("queued")->asBoolean());
        const Json::Array& parameters = method.find("parameters")->asArray();
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, parameters.size());
        CPPUNIT_ASSERT_EQUAL(std::string("value"), parameters[1].find("name")->asString());
        CPPUNIT_ASSERT(parameters[1].find("required")->asBoolean());
        CPPUNIT_ASSERT_EQUAL(rpc::Argument<rpc::IntegerLike>::schema(),
                             parameters[1].find("schema")->toString());
        CPPUNIT_ASSERT(!parameters[3].find("required")->asBoolean());
    }

    void durationsAreSeconds() {
        const Json all = services();
        const Json& method = all.asArray()[1].find("methods")->asArray().front();
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"max_attempts":5,"timeout":0.25,"backoff":{"first":1,"longest":28800}})"),
            method.find("policy")->toString());
    }
    void aServiceIsShownAsItIsNow() {
        jobs::ServiceState state;
        state.service = "mail";
        state.paused = true;
        state.jobs[0] = 7;
        site_.jobs.states = {state};
        const Json all = services();
        const Json& compute = all.asArray()[0];
        const Json& mail = all.asArray()[1];
        CPPUNIT_ASSERT(!compute.find("paused")->asBoolean());
        CPPUNIT_ASSERT(mail.find("paused")->asBoolean());
        CPPUNIT_ASSERT_EQUAL(std::string("7"), mail.find("jobs")->find("queued")->asDigits());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GetServicesTest);

}  // namespace
}  // namespace errand::http
