// SPDX-License-Identifier: Apache-2.0
#include "jobs/new_job.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/bench.h"

using namespace errand;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

class NewJobTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NewJobTest);
    CPPUNIT_TEST(whatIsAbsentFollowsThePolicy);
    CPPUNIT_TEST(whatIsSaidGoesBeforeThePolicy);
    CPPUNIT_TEST(policyWithoutATimeoutFollowsTheSettings);
    CPPUNIT_TEST(unknownMethodFollowsTheUsualPolicy);
    CPPUNIT_TEST(runAtGoesBeforeTheDelay);
    CPPUNIT_TEST(delayCountsFromTheCreation);
    CPPUNIT_TEST(idsDifferAndSayWhen);
    CPPUNIT_TEST(castBecomesAChild);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatIsAbsentFollowsThePolicy() {
        const jobs::Job job = make(asked("alpha", "work"));
        CPPUNIT_ASSERT_EQUAL(
            "alpha.work [1] {}"s,
            job.service + '.' + job.method + ' ' + job.arguments.args + ' ' + job.arguments.kwargs);
        CPPUNIT_ASSERT_EQUAL(3, job.maxAttempts);
        CPPUNIT_ASSERT(job.timeout == 60s);
        CPPUNIT_ASSERT(job.createdAt == now_);
        CPPUNIT_ASSERT(job.runAt == now_);
        CPPUNIT_ASSERT(!job.expiresAt && !job.parent && job.tags.empty());
        CPPUNIT_ASSERT(job.state == jobs::JobState::queued);
    }

    void whatIsSaidGoesBeforeThePolicy() {
        jobs::NewJob wanted = asked("alpha", "work");
        wanted.timeout = 5ms;
        wanted.maxAttempts = 9;
        wanted.expiresAt = now_ + 1h;
        wanted.tags = {"a", "b"};
        const jobs::Job job = make(wanted);
        CPPUNIT_ASSERT(job.timeout == 5ms);
        CPPUNIT_ASSERT_EQUAL(9, job.maxAttempts);
        CPPUNIT_ASSERT(job.expiresAt == now_ + 1h);
        CPPUNIT_ASSERT(job.tags == wanted.tags);
    }

    void policyWithoutATimeoutFollowsTheSettings() {
        bench_.settings.timeout = 123ms;
        CPPUNIT_ASSERT(make(asked("alpha", "untimed")).timeout == 123ms);
        jobs::NewJob wanted = asked("alpha", "untimed");
        wanted.timeout = 7ms;
        CPPUNIT_ASSERT(make(wanted).timeout == 7ms);
    }

    void unknownMethodFollowsTheUsualPolicy() {
        const jobs::Job job = make(asked("nobody", "knows"));
        CPPUNIT_ASSERT_EQUAL(rpc::RetryPolicy{}.maxAttempts, job.maxAttempts);
        CPPUNIT_ASSERT(job.timeout == rpc::RetryPolicy{}.timeout);
    }

    void runAtGoesBeforeTheDelay() {
        jobs::NewJob wanted = asked("alpha", "work");
        wanted.runAt = now_ + 9s;
        wanted.delay = 1s;
        CPPUNIT_ASSERT(make(wanted).runAt == now_ + 9s);
    }

    void delayCountsFromTheCreation() {
        jobs::NewJob wanted = asked("alpha", "work");
        wanted.delay = 1500us;
        CPPUNIT_ASSERT(make(wanted).runAt == now_ + 1500us);
    }

    void idsDifferAndSayWhen() {
        const jobs::Job a = make(asked("alpha", "work"));
        const jobs::Job b = make(asked("alpha", "work"));
        CPPUNIT_ASSERT(a.id != b.id);
        CPPUNIT_ASSERT_EQUAL(base::Id::generate(now_).toString().substr(0, 13),
                             a.id.toString().substr(0, 13));
    }

    void castBecomesAChild() {
        jobs::ClaimedJob parent;
        parent.id = base::Id::generate(now_);
        parent.priority = jobs::Priority::high;
        parent.trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        parent.submitter = "alice";
        const rpc::Cast cast{"mail", "send", {"[1]", "{\"a\":1}"}};
        const jobs::Job child = jobs::makeChild(bench_.core, cast, parent, now_);
        CPPUNIT_ASSERT(child.parent == parent.id);
        CPPUNIT_ASSERT(child.id != parent.id);
        CPPUNIT_ASSERT(child.priority == parent.priority);
        CPPUNIT_ASSERT_EQUAL(parent.trace, child.trace);
        CPPUNIT_ASSERT_EQUAL("alice"s, child.submitter);
        CPPUNIT_ASSERT_EQUAL("mail.send"s, child.service + '.' + child.method);
        CPPUNIT_ASSERT(child.arguments == cast.arguments);
        CPPUNIT_ASSERT_EQUAL(5, child.maxAttempts);
        CPPUNIT_ASSERT(child.runAt == now_);
    }

private:
    jobs::Job make(const jobs::NewJob& wanted) { return jobs::makeJob(bench_.core, wanted, now_); }

    Bench bench_;
    const base::Time now_ = bench_.clock.now();
};

CPPUNIT_TEST_SUITE_REGISTRATION(NewJobTest);
