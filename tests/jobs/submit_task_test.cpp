// SPDX-License-Identifier: Apache-2.0
#include "jobs/submit_task.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/bench.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

class SubmitTaskTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SubmitTaskTest);
    CPPUNIT_TEST(submittedJobsComeBackAsStored);
    CPPUNIT_TEST(arrayIsTakenWholeOrNotAtAll);
    CPPUNIT_TEST(arrayLongerThanTheQueueIsTakenWhenNothingWaits);
    CPPUNIT_TEST(laterJobsAndMailsAreNeverRefused);
    CPPUNIT_TEST(refusedSubmitKeepsNothingAndMayBeRepeated);
    CPPUNIT_TEST(submitThatTheStoreRefusesIsUnavailable);
    CPPUNIT_TEST(cancelOfAQueuedJobIsDone);
    CPPUNIT_TEST(cancelOfARunningJobIsAskedFor);
    CPPUNIT_TEST(cancelOfAFinishedJobIsRefused);
    CPPUNIT_TEST(cancelledJobNoLongerWaits);
    CPPUNIT_TEST(retryQueuesAndWakes);
    CPPUNIT_TEST(retryOfAnUnfinishedJobIsRefused);
    CPPUNIT_TEST(retryNotesAnExpiryToCome);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { bench_.emplace(0); }
    void tearDown() override { bench_.reset(); }

    void submittedJobsComeBackAsStored() {
        const Submission answer = submit({make(), make(), make("beta"), make("alpha", 9s), make()});
        CPPUNIT_ASSERT(answer.refusal == Refusal::none);
        std::string text;
        for (const Job& job : answer.jobs) {
            text += std::to_string(job.sequence) + toString(job.state) +
                    std::to_string(job.attempt) + ' ';
        }
        CPPUNIT_ASSERT_EQUAL("1running1 2running1 3running1 4queued0 5queued0 "s, text);
    }

    void arrayIsTakenWholeOrNotAtAll() {
        bench_->settings.maxQueued = 3;
        submit({make(), make(), make(), make()});  // two run, two wait
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, waiting());
        CPPUNIT_ASSERT(submit({make(), make()}).refusal == Refusal::queueFull);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, waiting());
        CPPUNIT_ASSERT(submit({make()}).refusal == Refusal::none);
        CPPUNIT_ASSERT(submit({make()}).refusal == Refusal::queueFull);
        CPPUNIT_ASSERT(submit({make("beta")}).refusal == Refusal::queueFull);
    }

    void arrayLongerThanTheQueueIsTakenWhenNothingWaits() {
        bench_->settings.maxQueued = 1;
        CPPUNIT_ASSERT(submit(std::vector<Job>(1, make())).refusal == Refusal::none);
        CPPUNIT_ASSERT(submit({make(), make(), make(), make()}).refusal == Refusal::none);
        CPPUNIT_ASSERT(submit({make()}).refusal == Refusal::queueFull);
    }

    void laterJobsAndMailsAreNeverRefused() {
        bench_->settings.maxQueued = 1;
        submit({make(), make(), make(), make()});
        CPPUNIT_ASSERT(submit({make("alpha", 1us), make("alpha", 1h)}).refusal == Refusal::none);
        CPPUNIT_ASSERT(submit({make("mail"), make("mail"), make("mail")}).refusal == Refusal::none);
        CPPUNIT_ASSERT(submit({make("mail"), make()}).refusal == Refusal::queueFull);
    }

    void refusedSubmitKeepsNothingAndMayBeRepeated() {
        bench_->settings.maxQueued = 1;
        std::vector<Job> refused{make("alpha"), make("alpha")};
        submit({make(), make(), make()});
        CPPUNIT_ASSERT(submit(refused).refusal == Refusal::queueFull);
        CPPUNIT_ASSERT(!bench_->reader.find(refused[0].id));
        bench_->settings.maxQueued = 3;
        CPPUNIT_ASSERT(submit(refused).refusal == Refusal::none);
        CPPUNIT_ASSERT(bench_->reader.find(refused[1].id));
    }

    void submitThatTheStoreRefusesIsUnavailable() {
        std::vector<Job> jobs{make(), make()};
        jobs[1].id = jobs[0].id;
        CPPUNIT_ASSERT(submit(jobs).refusal == Refusal::unavailable);
        CPPUNIT_ASSERT(!bench_->reader.find(jobs[0].id));
        CPPUNIT_ASSERT_EQUAL(2, bench_->roomOf("alpha"));
    }

    void cancelOfAQueuedJobIsDone() {
        const Job job = bench_->queued();
        CPPUNIT_ASSERT(cancel(job) == Change::done);
        CPPUNIT_ASSERT_EQUAL("cancelled"s, bench_->stateOf(job));
        CPPUNIT_ASSERT(bench_->transport.cancelled().empty());
    }

    void cancelOfARunningJobIsAskedFor() {
        const Job job = bench_->started();
        bench_->transport.begin(0);
        CPPUNIT_ASSERT(cancel(job) == Change::asked);
        CPPUNIT_ASSERT(bench_->now(job).cancelRequested);
        bench_->drain();
        bench_->transport.waitCancel(0);
        CPPUNIT_ASSERT(cancel(job) == Change::asked);
    }

    void cancelOfAFinishedJobIsRefused() {
        const Job job = bench_->queued();
        cancel(job);
        CPPUNIT_ASSERT(cancel(job) == Change::refused);
        CPPUNIT_ASSERT(cancel(make()) == Change::refused);  // gone in the meantime
    }

    void cancelledJobNoLongerWaits() {
        const Submission answer = submit({make(), make(), make(), make(), make("alpha", 9s)});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, waiting());
        cancel(answer.jobs[3]);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, waiting());
        cancel(answer.jobs[4]);  // a scheduled one was never counted
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, waiting());
        cancel(answer.jobs[0]);  // a running one neither
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, waiting());
    }

    void retryQueuesAndWakes() {
        const Job job = bench_->queued();
        cancel(job);
        bench_->clock.advance(5s);
        bench_->lanes.of("alpha").setBacklog(false);
        CPPUNIT_ASSERT(retry(job) == Change::done);
        const Job again = bench_->now(job);
        CPPUNIT_ASSERT(again.state == JobState::queued);
        CPPUNIT_ASSERT_EQUAL(7, again.maxAttempts);
        CPPUNIT_ASSERT(again.runAt == bench_->clock.now());
        CPPUNIT_ASSERT(bench_->lanes.of("alpha").backlog());
        bench_->timetable.wait(base::SteadyTime::max());  // it rang
    }

    void retryOfAnUnfinishedJobIsRefused() {
        CPPUNIT_ASSERT(retry(bench_->queued()) == Change::refused);
        CPPUNIT_ASSERT(retry(bench_->started()) == Change::refused);
        const Job done = bench_->started("beta");
        bench_->transport.run(1, succeeded());
        bench_->drain();
        CPPUNIT_ASSERT(retry(done) == Change::refused);
    }

    void retryNotesAnExpiryToCome() {
        Job job = make();
        job.expiresAt = job.createdAt + 1h;
        bench_->onWriter([&] { bench_->jobs.submit(job); });
        cancel(job);
        retry(job);
        CPPUNIT_ASSERT(bench_->timetable.nextExpiry.at() == job.createdAt + 1h);
    }

private:
    Job make(const std::string& service = "alpha", std::chrono::microseconds delay = {}) {
        return bench_->make(service, service == "mail" ? "send" : "work", delay);
    }

    Submission submit(std::vector<Job> jobs) {
        Waiter<Submission> waiter;
        waiter.answer.jobs = std::move(jobs);
        bench_->writer.enqueue(std::make_unique<SubmitTask>(bench_->core, waiter));
        waiter.done.acquire();
        bench_->drain();
        return std::move(waiter.answer);
    }

    Change cancel(const Job& job) {
        Waiter<Change> waiter;
        bench_->writer.enqueue(std::make_unique<CancelTask>(bench_->core, job, waiter));
        waiter.done.acquire();
        return waiter.answer;
    }

    Change retry(const Job& job) {
        Waiter<Change> waiter;
        bench_->writer.enqueue(std::make_unique<RetryTask>(bench_->core, job, 7, waiter));
        waiter.done.acquire();
        return waiter.answer;
    }

    std::int64_t waiting() { return bench_->lanes.waiting(); }

    std::optional<Bench> bench_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SubmitTaskTest);
