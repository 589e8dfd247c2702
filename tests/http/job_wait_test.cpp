// SPDX-License-Identifier: Apache-2.0
#include "http/job_wait.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

using jobs::JobState;
using std::chrono::seconds;

class JobWaitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobWaitTest);
    CPPUNIT_TEST(withoutAWishTheAnswerComesAtOnce);
    CPPUNIT_TEST(whatIsReadyIsAnsweredAtOnce);
    CPPUNIT_TEST(aWaitOfNothingIsOver);
    CPPUNIT_TEST(whatIsNotReadyIsParked);
    CPPUNIT_TEST(aJobComesWithItsVersion);
    CPPUNIT_TEST_SUITE_END();

    FakeJobs jobs_;

    static jobs::Job job(JobState state = JobState::queued) {
        jobs::Job job;
        job.sequence = 7;
        job.changed = 42;
        job.state = state;
        return job;
    }

    static Response ask(const jobs::Job& job, std::optional<seconds> wait) {
        return answerOrWait(job, wait,
                            {[](const jobs::Job& now) { return isFinished(now.state); },
                             [](const jobs::Job& now) {
                                 Response response;
                                 response.body = toString(now.state);
                                 return response;
                             }});
    }

    void withoutAWishTheAnswerComesAtOnce() {
        const Response response = ask(job(), std::nullopt);
        CPPUNIT_ASSERT(!response.parking);
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), response.body);
        CPPUNIT_ASSERT_EQUAL(std::string(), response.fields);
    }

    void whatIsReadyIsAnsweredAtOnce() {
        const Response response = ask(job(JobState::failed), seconds(5));
        CPPUNIT_ASSERT(!response.parking);
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), response.body);
        CPPUNIT_ASSERT_EQUAL(std::string("Preference-Applied: wait=5\r\n"), response.fields);
    }

    void aWaitOfNothingIsOver() {
        const Response response = ask(job(), seconds(0));
        CPPUNIT_ASSERT(!response.parking);
        CPPUNIT_ASSERT_EQUAL(std::string("Preference-Applied: wait=0\r\n"), response.fields);
    }

    void whatIsNotReadyIsParked() {
        const Response response = ask(job(), seconds(5));
        const auto& parked = std::get<AwaitJob>(response.parking->wanted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(7), parked.sequence);
        CPPUNIT_ASSERT(parked.limit == seconds(5));
        CPPUNIT_ASSERT(!parked.ready(job()));
        CPPUNIT_ASSERT(parked.ready(job(JobState::cancelled)));
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"),
                             parked.answer(job(JobState::cancelled)).body);
        // Where there is no room it is answered, and not said to have waited.
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), response.body);
        CPPUNIT_ASSERT_EQUAL(std::string(), response.fields);
    }

    void aJobComesWithItsVersion() {
        jobs_.pause = seconds(17);
        const Response response = versionedJob(jobs_, 202, job(JobState::running));
        CPPUNIT_ASSERT_EQUAL(202, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("ETag: \"42\"\r\nVary: Prefer\r\nRetry-After: 17\r\n"),
                             response.fields);
        CPPUNIT_ASSERT(!response.cacheable);
        CPPUNIT_ASSERT(
            !contains(versionedJob(jobs_, 200, job(JobState::succeeded)).fields, "Retry-After"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobWaitTest);

}  // namespace
}  // namespace errand::http
