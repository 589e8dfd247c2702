// SPDX-License-Identifier: Apache-2.0
#include "jobs/expire_task.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/bench.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

class ExpireTaskTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExpireTaskTest);
    CPPUNIT_TEST(expiredJobFailsWithItsFailureCast);
    CPPUNIT_TEST(othersAreLeftAndTheNextIsNoted);
    CPPUNIT_TEST(manyGoInBatches);
    CPPUNIT_TEST(expiredJobsNoLongerWait);
    CPPUNIT_TEST(runningJobIsLeft);
    CPPUNIT_TEST(failureLeavesAllAsItWas);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { bench_.emplace(); }
    void tearDown() override { bench_.reset(); }

    void expiredJobFailsWithItsFailureCast() {
        const Job job = expiring(5s);
        bench_->clock.advance(5s);
        expire();
        const Job failed = bench_->now(job);
        CPPUNIT_ASSERT(failed.state == JobState::failed);
        CPPUNIT_ASSERT(failed.error ==
                       (rpc::ErrorReply{"Expired", "not begun before its expires_at passed"}));
        CPPUNIT_ASSERT(failed.finishedAt == bench_->clock.now());
        const auto children = bench_->childrenOf(job);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, children.size());
        CPPUNIT_ASSERT(children[0].state == JobState::running);  // there is room for the mail
        CPPUNIT_ASSERT_EQUAL(R"(["[1]","Expired","not begun before its expires_at passed"])"s,
                             bench_->transport.waitCall(0).arguments.args);
    }

    void othersAreLeftAndTheNextIsNoted() {
        expiring(5s);
        const Job later = expiring(7s);
        const Job never = bench_->queued();
        bench_->clock.advance(5s);
        expire();
        CPPUNIT_ASSERT_EQUAL("queued queued"s,
                             bench_->stateOf(later) + ' ' + bench_->stateOf(never));
        CPPUNIT_ASSERT(bench_->timetable.nextExpiry.at() == later.expiresAt);
        bench_->clock.advance(2s);
        expire();
        CPPUNIT_ASSERT(bench_->timetable.nextExpiry.at() == base::Time::max());
        bench_->timetable.wait(base::SteadyTime::max());  // it rang
    }

    void manyGoInBatches() {
        bench_->onWriter([&] {
            for (int i = 0; i < 450; ++i) {
                Job job = bench_->make("alpha", "plain");
                job.expiresAt = job.createdAt;
                bench_->jobs.submit(job);
            }
        });
        for (const auto* left : {"250", "50", "0"}) {
            expire();
            CPPUNIT_ASSERT_EQUAL(std::string(left), count("state = 0"));
        }
        CPPUNIT_ASSERT_EQUAL("450"s, count("state = 3 AND error_type = 'Expired'"));
    }

    void expiredJobsNoLongerWait() {
        expiring(5s);
        Job scheduled = bench_->make("alpha", "work", 1s);
        scheduled.expiresAt = scheduled.createdAt + 5s;
        bench_->onWriter([&] { bench_->jobs.submit(scheduled); });
        bench_->lanes.of("alpha").resetWaiting(3);
        bench_->clock.advance(5s);
        expire();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, bench_->lanes.of("alpha").waiting());
    }

    void runningJobIsLeft() {
        Job job = bench_->make();
        job.expiresAt = job.createdAt + 5s;
        bench_->onWriter([&] { bench_->jobs.submitAndClaim(job); });
        bench_->clock.advance(1h);
        expire();
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job));
    }

    void failureLeavesAllAsItWas() {
        const Job job = expiring(5s);
        bench_->timetable.nextExpiry.set(job.expiresAt);
        bench_->clock.advance(5s);
        bench_->breakStore();
        expire();
        bench_->mend();
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job));
        CPPUNIT_ASSERT(bench_->timetable.nextExpiry.at() == job.expiresAt);
        CPPUNIT_ASSERT_EQUAL(3, bench_->roomOf("mail"));
        expire();
        CPPUNIT_ASSERT_EQUAL("failed"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, bench_->childrenOf(job).size());
    }

private:
    Job expiring(std::chrono::microseconds in) {
        Job job = bench_->make();
        job.expiresAt = job.createdAt + in;
        bench_->onWriter([&] { bench_->jobs.submit(job); });
        return job;
    }

    void expire() {
        underWay_ = true;
        bench_->run(std::make_unique<ExpireTask>(bench_->core, underWay_));
        CPPUNIT_ASSERT(!underWay_);
    }

    std::string count(const std::string& condition) {
        std::string text;
        bench_->onWriter([&] {
            text = valueOf(bench_->database, "SELECT count(*) FROM jobs WHERE " + condition);
        });
        return text;
    }

    std::optional<Bench> bench_;
    std::atomic<bool> underWay_{false};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExpireTaskTest);
