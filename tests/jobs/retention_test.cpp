// SPDX-License-Identifier: Apache-2.0
#include "jobs/retention.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/bench.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

// Time here is what the test says it is: due() is told, and asks no clock.
class RetentionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RetentionTest);
    CPPUNIT_TEST(finishedJobsAreForgottenInTheirTime);
    CPPUNIT_TEST(jobOfAKeyStaysAsLongAsTheKeyWhateverTheClock);
    CPPUNIT_TEST(firstPassIsAtOnceAndTheNextInTenMinutes);
    CPPUNIT_TEST(manyAreForgottenInBatchesWithPauses);
    CPPUNIT_TEST(keysGoInBatchesThoughNoJobIsOld);
    CPPUNIT_TEST(oneBatchIsUnderWayAtATime);
    CPPUNIT_TEST(batchThatFailsIsLeftForTheNextPass);
    CPPUNIT_TEST(stoppedWriterEndsIt);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        bench_.emplace();
        retention_.emplace(bench_->core);
        bench_->settings.retention = 100s;
        bench_->settings.retentionFailed = 1000s;
    }
    void tearDown() override { bench_.reset(); }

    void finishedJobsAreForgottenInTheirTime() {
        finish(1, "succeed");
        finish(1, "fail");
        const Job waiting = bench_->queued();
        bench_->clock.advance(100s);
        pass();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, count());  // not a moment too early
        bench_->clock.advance(1s);
        pass();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, count());
        bench_->clock.advance(900s);
        pass();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, count());
        CPPUNIT_ASSERT(bench_->reader.find(waiting.id));
    }

    void jobOfAKeyStaysAsLongAsTheKeyWhateverTheClock() {
        const std::string failure = bench_->onWriter([&] {
            Job job = bench_->make();
            job.keptUntil = bench_->clock.now() + 300s;
            bench_->jobs.submitAndClaim(job);
            bench_->jobs.succeed({job.sequence, 1, {}, bench_->clock.now()}, "1");
        });
        CPPUNIT_ASSERT_EQUAL(""s, failure);
        for (const auto jump : {200s, -5000s, 5000s, -400s, 500s}) {
            bench_->clock.moveWall(jump);
            pass();
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, count());
        }
        bench_->clock.advance(1s);
        pass();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count());
    }

    void firstPassIsAtOnceAndTheNextInTenMinutes() {
        CPPUNIT_ASSERT(due() == now_ + 20ms);
        bench_->drain();
        CPPUNIT_ASSERT(due() == now_ + 10min);
        now_ += 9min;
        CPPUNIT_ASSERT(due() == now_ + 1min);
        now_ += 1min;
        CPPUNIT_ASSERT(due() == now_ + 20ms);
        bench_->drain();
    }

    void manyAreForgottenInBatchesWithPauses() {
        finish(450, "succeed");
        bench_->clock.advance(101s);
        for (const int left : {250, 50, 0}) {
            CPPUNIT_ASSERT(due() == now_ + 20ms);
            bench_->drain();
            CPPUNIT_ASSERT_EQUAL(std::int64_t{left}, count());
            now_ += 20ms;
        }
        CPPUNIT_ASSERT(due() == now_ + 10min);
    }

    void keysGoInBatchesThoughNoJobIsOld() {
        bench_->settings.idempotencyWindow = 10s;
        bench_->onWriter([&] {
            for (int i = 0; i < 450; ++i)
                bench_->keys.note({"k" + std::to_string(i), "print"}, {}, bench_->clock.now());
        });
        finish(1, "succeed");
        bench_->clock.advance(11s);
        for (const int left : {250, 50, 0}) {
            CPPUNIT_ASSERT(due() == now_ + 20ms);
            bench_->drain();
            CPPUNIT_ASSERT_EQUAL(std::int64_t{left}, count("idempotency_keys"));
            now_ += 20ms;
        }
        CPPUNIT_ASSERT(due() == now_ + 10min);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, count());
    }

    void oneBatchIsUnderWayAtATime() {
        finish(450, "succeed");
        bench_->clock.advance(101s);
        std::promise<void> inside;
        std::promise<void> go;
        std::promise<std::string> done;
        bench_->writer.enqueue(std::make_unique<Doing>(
            [&] {
                inside.set_value();
                go.get_future().wait();
            },
            done));
        inside.get_future().wait();
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT(due() == now_ + 20ms);
        go.set_value();
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{250}, count());
    }

    void batchThatFailsIsLeftForTheNextPass() {
        finish(1, "succeed");
        bench_->clock.advance(101s);
        bench_->onWriter([&] {
            bench_->database.execute(
                "CREATE TEMP TRIGGER no_delete BEFORE DELETE ON jobs"
                " BEGIN SELECT RAISE(ABORT, 'broken'); END");
        });
        due();
        bench_->drain();
        CPPUNIT_ASSERT(due() == now_ + 10min);
        bench_->onWriter([&] { bench_->database.execute("DROP TRIGGER no_delete"); });
        pass();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count());
    }

    void stoppedWriterEndsIt() {
        bench_->writer.stop();
        CPPUNIT_ASSERT(due() == base::SteadyTime::max());
    }

private:
    base::SteadyTime due() { return retention_->due(now_); }

    // From one pass to the end of the next.
    void pass() {
        now_ += 10min;
        due();
        bench_->drain();
        due();
    }

    void finish(int jobs, const std::string& how) {
        const std::string failure = bench_->onWriter([&] {
            for (int i = 0; i < jobs; ++i) {
                Job job = bench_->make();
                bench_->jobs.submitAndClaim(job);
                const JobStore::Settled settled{job.sequence, 1, {}, bench_->clock.now()};
                if (how == "succeed") bench_->jobs.succeed(settled, "1");
                if (how == "fail") bench_->jobs.fail(settled, {"E", "e"});
            }
        });
        CPPUNIT_ASSERT_EQUAL(""s, failure);
    }

    std::int64_t count(const std::string& table = "jobs") {
        std::int64_t number = 0;
        bench_->onWriter(
            [&] { number = numberOf(bench_->database, "SELECT count(*) FROM " + table); });
        return number;
    }

    std::optional<Bench> bench_;
    std::optional<Retention> retention_;
    base::SteadyTime now_{100h};
};

CPPUNIT_TEST_SUITE_REGISTRATION(RetentionTest);
