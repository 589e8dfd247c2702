// SPDX-License-Identifier: Apache-2.0
#include "jobs/admission.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/bench.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

// Admits jobs as the engine's tasks do. Fails at the end when it should.
class Admitting : public store::Task {
public:
    Admitting(Core& core, std::vector<Job>& jobs, bool fails = false)
        : admission_(core), jobs_(jobs), fails_(fails) {}
    void apply() override {
        for (Job& job : jobs_) admission_.admit(job);
        if (fails_) throw std::runtime_error("no");
    }
    void rolledBack() noexcept override { admission_.rolledBack(); }
    void committed() noexcept override { admission_.committed(); }
    void failed(const store::StoreError&) noexcept override {}

private:
    Admission admission_;
    std::vector<Job>& jobs_;
    const bool fails_;
};

}  // namespace

class AdmissionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdmissionTest);
    CPPUNIT_TEST(newJobRunsWhereThereIsRoom);
    CPPUNIT_TEST(restIsQueuedWhenTheRoomIsTaken);
    CPPUNIT_TEST(queuedJobKeepsLaterOnesFromOvertakingInItsOwnCommit);
    CPPUNIT_TEST(laterJobWaits);
    CPPUNIT_TEST(expiredJobIsNotBegun);
    CPPUNIT_TEST(expiryIsNoted);
    CPPUNIT_TEST(closedLanesQueueAll);
    CPPUNIT_TEST(roomIsGivenBackWhenTheTaskFails);
    CPPUNIT_TEST(neighbourThatFailsCostsNoRoom);
    CPPUNIT_TEST(callCarriesTheJob);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { bench_.emplace(); }
    void tearDown() override { bench_.reset(); }

    void newJobRunsWhereThereIsRoom() {
        admit(1);
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(jobs_[0]));
        CPPUNIT_ASSERT(jobs_[0].state == JobState::running);
        CPPUNIT_ASSERT_EQUAL(3, bench_->roomOf("alpha"));
        CPPUNIT_ASSERT(!bench_->lanes.starting());
        CPPUNIT_ASSERT_EQUAL(1, bench_->attempts.active());
    }

    void restIsQueuedWhenTheRoomIsTaken() {
        admit(6);
        CPPUNIT_ASSERT_EQUAL("running running running running queued queued"s, states());
        CPPUNIT_ASSERT(lane().backlog());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, lane().waiting());
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, bench_->transport.count());
    }

    // Room may come free in the middle of a transaction.
    void queuedJobKeepsLaterOnesFromOvertakingInItsOwnCommit() {
        lane().takeRoom(4);
        std::vector<Job> first{bench_->make()};
        std::vector<Job> second{bench_->make()};
        const std::string failure = bench_->onWriter([&] {
            Admission one(bench_->core);
            Admission two(bench_->core);
            one.admit(first[0]);
            lane().giveRoom(4);
            two.admit(second[0]);
        });
        CPPUNIT_ASSERT_EQUAL(""s, failure);
        CPPUNIT_ASSERT(first[0].state == JobState::queued);
        CPPUNIT_ASSERT(second[0].state == JobState::queued);
    }

    void laterJobWaits() {
        jobs_ = {bench_->make("alpha", "work", 5s)};
        run();
        CPPUNIT_ASSERT_EQUAL("queued"s, states());
        CPPUNIT_ASSERT(!lane().backlog());
        CPPUNIT_ASSERT(lane().nextRunAt() == jobs_[0].runAt);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, lane().waiting());
    }

    void expiredJobIsNotBegun() {
        jobs_ = {bench_->make()};
        jobs_[0].expiresAt = jobs_[0].createdAt;
        run();
        CPPUNIT_ASSERT_EQUAL("queued"s, states());
        CPPUNIT_ASSERT(bench_->timetable.nextExpiry.at() == jobs_[0].createdAt);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, bench_->transport.count());
    }

    void expiryIsNoted() {
        jobs_ = {bench_->make("alpha", "work", 5s), bench_->make("beta", "work", 5s)};
        jobs_[0].expiresAt = jobs_[0].createdAt + 9s;
        jobs_[1].expiresAt = jobs_[0].createdAt + 7s;
        run();
        CPPUNIT_ASSERT(bench_->timetable.nextExpiry.at() == jobs_[0].createdAt + 7s);
    }

    void closedLanesQueueAll() {
        bench_->lanes.setOpen(false);
        admit(2);
        CPPUNIT_ASSERT_EQUAL("queued queued"s, states());
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
    }

    void roomIsGivenBackWhenTheTaskFails() {
        for (int i = 0; i < 3; ++i) jobs_.push_back(bench_->make());
        bench_->run(std::make_unique<Admitting>(bench_->core, jobs_, true));
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
        CPPUNIT_ASSERT(!bench_->lanes.starting());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, bench_->transport.count());
        // So does one that is refused by the store halfway.
        jobs_[2].id = jobs_[0].id;
        bench_->run(std::make_unique<Admitting>(bench_->core, jobs_));
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
        CPPUNIT_ASSERT(!bench_->lanes.starting());
        CPPUNIT_ASSERT(!bench_->reader.find(jobs_[0].id));
    }

    void neighbourThatFailsCostsNoRoom() {
        for (int i = 0; i < 3; ++i) jobs_.push_back(bench_->make());
        std::vector<Job> others{bench_->make()};
        bench_->runTogether(std::make_unique<Admitting>(bench_->core, jobs_),
                            std::make_unique<Admitting>(bench_->core, others, true));
        CPPUNIT_ASSERT_EQUAL("running running running"s, states());
        CPPUNIT_ASSERT_EQUAL(1, bench_->roomOf("alpha"));
        CPPUNIT_ASSERT(!bench_->lanes.starting());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, bench_->transport.count());
    }

    void callCarriesTheJob() {
        admit(1);
        const rpc::Call call = bench_->transport.waitCall(0);
        CPPUNIT_ASSERT_EQUAL(jobs_[0].id.toString() + ".1", call.id);
        CPPUNIT_ASSERT_EQUAL("alpha.work"s, call.service + '.' + call.method);
        CPPUNIT_ASSERT(call.arguments == jobs_[0].arguments);
        CPPUNIT_ASSERT(call.job && call.job->job == jobs_[0].id);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, call.job->claim);
        CPPUNIT_ASSERT_EQUAL(1, call.job->attempt);
        CPPUNIT_ASSERT(call.timeout == 60s);
        CPPUNIT_ASSERT(!call.deadline);
    }

private:
    void admit(int count) {
        for (int i = 0; i < count; ++i) jobs_.push_back(bench_->make());
        run();
    }
    void run() { bench_->run(std::make_unique<Admitting>(bench_->core, jobs_)); }

    std::string states() {
        std::string text;
        for (const Job& job : jobs_) text += (text.empty() ? "" : " ") + bench_->stateOf(job);
        return text;
    }
    Lane& lane() { return bench_->lanes.of("alpha"); }

    std::optional<Bench> bench_;
    std::vector<Job> jobs_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdmissionTest);
