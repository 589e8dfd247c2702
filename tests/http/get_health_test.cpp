// SPDX-License-Identifier: Apache-2.0
// GET /livez and /readyz, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

class GetHealthTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GetHealthTest);
    CPPUNIT_TEST(aliveIsAlwaysOk);
    CPPUNIT_TEST(readyNamesWhatIsMissing);
    CPPUNIT_TEST(notStoringIs503WithTheReason);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    void aliveIsAlwaysOk() {
        site_.jobs.ready.storing = false;
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"status":"ok"})"), site_.ask("GET /livez").body);
    }

    void readyNamesWhatIsMissing() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"status":"ok","missing":[]})"),
                             site_.ask("GET /readyz").body);
        site_.jobs.ready.missing = {"broker", "service \"mail\""};
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"status":"ok","missing":["broker","service \"mail\""]})"),
            site_.ask("GET /readyz").body);
    }

    void notStoringIs503WithTheReason() {
        site_.jobs.ready = {.storing = false, .reason = "the disk is full", .missing = {"broker"}};
        const Response response = site_.ask("GET /readyz");
        CPPUNIT_ASSERT_EQUAL(503, response.status);
        ASSERT_CONTAINS("Retry-After", response.fields);
        const base::Json json = base::Json::parse(response.body);
        CPPUNIT_ASSERT_EQUAL(std::string("the disk is full"), json.find("detail")->asString());
        CPPUNIT_ASSERT_EQUAL(std::string("[\"broker\"]"), json.find("missing")->toString());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GetHealthTest);

}  // namespace
}  // namespace errand::http
