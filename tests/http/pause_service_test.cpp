// SPDX-License-Identifier: Apache-2.0
// POST /services/NAME/pause and /resume, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class PauseServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PauseServiceTest);
    CPPUNIT_TEST(theServiceIsShownAsItIsThen);
    CPPUNIT_TEST(unknownServicesAreNotFound);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    void theServiceIsShownAsItIsThen() {
        site_.jobs.states = {{"compute"}, {"mail", false, true, {1, 2, 3, 4, 5}}};
        const Response paused = site_.ask("POST /services/mail/pause");
        CPPUNIT_ASSERT_EQUAL(200, paused.status);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"name":"mail","paused":true,"waits":true,"jobs":{"queued":1,)"
                        R"("running":2,"succeeded":3,"failed":4,"cancelled":5}})"),
            paused.body);
        CPPUNIT_ASSERT(!site_.jobs.states[0].paused);
        ASSERT_CONTAINS(R"("paused":false)", site_.ask("POST /services/mail/resume").body);
        CPPUNIT_ASSERT(!site_.jobs.states[1].paused);
    }

    void unknownServicesAreNotFound() {
        for (const char* line : {"POST /services/none/pause", "POST /services/none/resume"}) {
            const Response response = site_.ask(line);
            CPPUNIT_ASSERT_EQUAL(404, response.status);
            ASSERT_CONTAINS("there is no service 'none'", response.body);
        }
        CPPUNIT_ASSERT_EQUAL(405, site_.ask("GET /services/mail/pause").status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PauseServiceTest);

}  // namespace
}  // namespace errand::http
