// SPDX-License-Identifier: Apache-2.0
// DELETE /jobs/ID and POST /jobs/ID/retry, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class ChangeJobTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChangeJobTest);
    CPPUNIT_TEST(changesAreAnsweredByOutcome);
    CPPUNIT_TEST(theTwoAskForDifferentThings);
    CPPUNIT_TEST(whatIsNoJobIsNotFound);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    int status(jobs::Change outcome, const std::string& line) {
        site_.jobs.outcome = outcome;
        return site_.ask(line).status;
    }

    void changesAreAnsweredByOutcome() {
        const std::string id = site_.submit();
        for (const std::string& line : {"DELETE /jobs/" + id, "POST /jobs/" + id + "/retry"}) {
            CPPUNIT_ASSERT_EQUAL(202, status(jobs::Change::done, line));
            CPPUNIT_ASSERT_EQUAL(202, status(jobs::Change::asked, line));
            CPPUNIT_ASSERT_EQUAL(409, status(jobs::Change::refused, line));
            CPPUNIT_ASSERT_EQUAL(404, status(jobs::Change::notFound, line));
            CPPUNIT_ASSERT_EQUAL(503, status(jobs::Change::unavailable, line));
        }
    }

    void theTwoAskForDifferentThings() {
        const std::string id = site_.submit();
        site_.ask("DELETE /jobs/" + id);
        CPPUNIT_ASSERT_EQUAL(std::string("cancel"), site_.jobs.lastChange);
        site_.ask("POST /jobs/" + id + "/retry");
        CPPUNIT_ASSERT_EQUAL(std::string("retry"), site_.jobs.lastChange);
    }

    void whatIsNoJobIsNotFound() {
        CPPUNIT_ASSERT_EQUAL(404, site_.ask("DELETE /jobs/1").status);
        CPPUNIT_ASSERT_EQUAL(404, site_.ask("POST /jobs/1/retry").status);
        CPPUNIT_ASSERT(site_.jobs.lastChange.empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChangeJobTest);

}  // namespace
}  // namespace errand::http
