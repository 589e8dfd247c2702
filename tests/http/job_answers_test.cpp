// SPDX-License-Identifier: Apache-2.0
#include "http/job_answers.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class JobAnswersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobAnswersTest);
    CPPUNIT_TEST(refusalsSayWhenToTryAgain);
    CPPUNIT_TEST(aConflictSaysTheState);
    CPPUNIT_TEST(aMissingJobIsNamed);
    CPPUNIT_TEST_SUITE_END();

    void refusalsSayWhenToTryAgain() {
        const Response full = refusalAnswer(jobs::Refusal::queueFull);
        CPPUNIT_ASSERT_EQUAL(503, full.status);
        ASSERT_CONTAINS("Retry-After: 5\r\n", full.fields);
        ASSERT_CONTAINS("jobs.maxQueued", full.body);
        const Response disk = refusalAnswer(jobs::Refusal::diskFull);
        CPPUNIT_ASSERT_EQUAL(507, disk.status);
        ASSERT_CONTAINS("Retry-After: 60\r\n", disk.fields);
        ASSERT_CONTAINS("data.minFree", disk.body);
        CPPUNIT_ASSERT_EQUAL(503, refusalAnswer(jobs::Refusal::unavailable).status);
    }

    void aConflictSaysTheState() {
        jobs::Job job;
        job.state = jobs::JobState::succeeded;
        const Response response = changeAnswer({jobs::Change::refused, job}, "7", "too late");
        CPPUNIT_ASSERT_EQUAL(409, response.status);
        ASSERT_CONTAINS(R"("detail":"too late","state":"succeeded"})", response.body);
        CPPUNIT_ASSERT_EQUAL(
            409, changeAnswer({jobs::Change::refused, std::nullopt}, "7", "too late").status);
    }

    void aMissingJobIsNamed() { ASSERT_CONTAINS("there is no job '7'", noSuchJob("7").body); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobAnswersTest);

}  // namespace
}  // namespace errand::http
