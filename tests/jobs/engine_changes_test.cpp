// SPDX-License-Identifier: Apache-2.0
// Keys, pauses, priorities, and changes of many jobs at once.
#include "jobs/engine.h"

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <thread>

#include "jobs/node.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

class EngineChangesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EngineChangesTest);
    CPPUNIT_TEST(sameKeyIsOneSubmit);
    CPPUNIT_TEST(sameKeyForSomethingElseIsRefused);
    CPPUNIT_TEST(keyOfDeletedJobsMakesThemNotAgain);
    CPPUNIT_TEST(keyOutlivesARestart);
    CPPUNIT_TEST(keyIsFreeAfterItsWindow);
    CPPUNIT_TEST(clockThatIsSetMakesNoSecondJobOfAKey);
    CPPUNIT_TEST(refusedSubmitUsesUpNoKey);
    CPPUNIT_TEST(manyThreadsWithOneKeyMakeOneJob);
    CPPUNIT_TEST(higherPrioritiesBeginFirst);
    CPPUNIT_TEST(pausedServiceBeginsNothingAndBurnsNothing);
    CPPUNIT_TEST(pauseOutlivesARestart);
    CPPUNIT_TEST(pausedServicesSuspectWaits);
    CPPUNIT_TEST(unknownServiceCannotBePaused);
    CPPUNIT_TEST(manyAreQueuedAgain);
    CPPUNIT_TEST(manyAreDeletedButNoneWithAnUnfinishedChild);
    CPPUNIT_TEST(servicesTellTheirJobsByState);
    CPPUNIT_TEST(changesAreToldAndKeptOverARestart);
    CPPUNIT_TEST(clientsAreToldWhenToAskAgain);
    CPPUNIT_TEST(aKnownKeyIsAnsweredWithoutJobsAndWithoutRoom);
    CPPUNIT_TEST(whatTakesLongEndsWithTheServer);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        files_.emplace();
        clock_.emplace();
        start();
    }
    void tearDown() override {
        node_.reset();
        clock_.reset();
        files_.reset();
    }

    void sameKeyIsOneSubmit() {
        const Submission first =
            once("k", "print", {asked("alpha", "work"), asked("beta", "work")});
        CPPUNIT_ASSERT(first.refusal == Refusal::none && !first.replayed);
        transport().run(0, succeeded("1"));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(first.jobs[0], "succeeded"));
        const Submission again =
            once("k", "print", {asked("alpha", "work"), asked("beta", "work")});
        CPPUNIT_ASSERT(again.refusal == Refusal::none && again.replayed);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), again.jobs.size());
        CPPUNIT_ASSERT(again.jobs[0].id == first.jobs[0].id);
        CPPUNIT_ASSERT(again.jobs[1].id == first.jobs[1].id);
        // As they are now.
        CPPUNIT_ASSERT(again.jobs[0].state == JobState::succeeded);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), all().size());
    }

    void sameKeyForSomethingElseIsRefused() {
        once("k", "print");
        const Submission other = once("k", "other print");
        CPPUNIT_ASSERT(other.refusal == Refusal::keyReused);
        CPPUNIT_ASSERT(other.jobs.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), all().size());
    }

    void keyOfDeletedJobsMakesThemNotAgain() {
        const Job first = once("k", "print").jobs.at(0);
        transport().run(0, succeeded("1"));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(first, "succeeded"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), node_->engine.eraseAll({}).changed);
        const Submission again = once("k", "print");
        CPPUNIT_ASSERT(again.refusal == Refusal::keyErased && again.jobs.empty());
        CPPUNIT_ASSERT(all().empty());
    }

    void keyOutlivesARestart() {
        const base::Id id = once("k", "print").jobs.at(0).id;
        restart();
        const Submission again = once("k", "print");
        CPPUNIT_ASSERT(again.replayed);
        CPPUNIT_ASSERT(again.jobs.at(0).id == id);
    }

    void keyIsFreeAfterItsWindow() {
        once("k", "print");
        clock_->advance(24h);
        CPPUNIT_ASSERT(once("k", "print").replayed);
        clock_->advance(1us);
        CPPUNIT_ASSERT(once("k", "other print").refusal == Refusal::none);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), all().size());
    }

    // Back, the key is from a time to come; forth, it is as old as it was.
    void clockThatIsSetMakesNoSecondJobOfAKey() {
        const Job first = once("k", "print").jobs.at(0);
        for (const auto jump : {-1000h, 1000h, 23h, -23h, -1h}) {
            clock_->moveWall(jump);
            const Submission again = once("k", "print");
            CPPUNIT_ASSERT(again.replayed);
            CPPUNIT_ASSERT(again.jobs.at(0).id == first.id);
            const auto wait = node_->engine.askAgain(node_->now(first));
            CPPUNIT_ASSERT(wait >= 1s && wait <= 3600s);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), all().size());
    }

    void refusedSubmitUsesUpNoKey() {
        node_.reset();
        node_.emplace(*files_, *clock_, [](Settings& settings) { settings.maxQueued = 1; });
        CPPUNIT_ASSERT(node_->engine.setPaused("alpha", true));
        node_->submit();
        CPPUNIT_ASSERT(once("k", "print").refusal == Refusal::queueFull);
        CPPUNIT_ASSERT(node_->engine.setPaused("alpha", false));
        transport().waitCall(0);
        node_->settleDown();
        CPPUNIT_ASSERT(once("k", "other print").refusal == Refusal::none);
    }

    void manyThreadsWithOneKeyMakeOneJob() {
        std::vector<std::thread> threads;
        std::atomic<int> stored{0};
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                for (int k = 0; k < 20; ++k) {
                    const Submission one = once(std::to_string(k), "print");
                    const bool fresh = one.refusal == Refusal::none && !one.replayed;
                    if (fresh) ++stored;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(20, stored.load());
        CPPUNIT_ASSERT_EQUAL(std::size_t(20), all().size());
    }

    void higherPrioritiesBeginFirst() {
        CPPUNIT_ASSERT(node_->engine.setPaused("alpha", true));
        std::vector<base::Id> ids;
        for (const auto priority :
             {Priority::low, Priority::normal, Priority::high, Priority::normal, Priority::high}) {
            NewJob wanted = asked("alpha", "work");
            wanted.priority = priority;
            ids.push_back(node_->submit(wanted).id);
            clock_->advance(1s);
        }
        CPPUNIT_ASSERT(node_->engine.setPaused("alpha", false));
        std::size_t number = 0;
        for (const std::size_t expected : {2, 4, 1, 3, 0}) {
            CPPUNIT_ASSERT(transport().waitCall(number).job->job == ids[expected]);
            transport().run(number++, succeeded());
        }
    }

    void pausedServiceBeginsNothingAndBurnsNothing() {
        CPPUNIT_ASSERT(node_->engine.setPaused("alpha", true));
        const Job fresh = node_->submit();
        NewJob later = asked("alpha", "work");
        later.delay = 5s;
        const Job scheduled = node_->submit(later);
        clock_->advance(10s);
        const Job other = node_->submit("beta", "work");
        CPPUNIT_ASSERT(transport().waitCall(0).job->job == other.id);
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), transport().count());
        CPPUNIT_ASSERT_EQUAL(0, node_->now(fresh).attempt);
        CPPUNIT_ASSERT(node_->engine.setPaused("alpha", false));
        CPPUNIT_ASSERT(transport().waitCall(1).job->job == fresh.id);
        CPPUNIT_ASSERT(transport().waitCall(2).job->job == scheduled.id);
        CPPUNIT_ASSERT_EQUAL(1, node_->now(fresh).attempt);
    }

    void pauseOutlivesARestart() {
        CPPUNIT_ASSERT(node_->engine.setPaused("alpha", true));
        const Job job = node_->submit();
        restart();
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL("queued"s, node_->stateOf(job));
        CPPUNIT_ASSERT(stateOf("alpha").paused);
        CPPUNIT_ASSERT(node_->engine.setPaused("alpha", false));
        CPPUNIT_ASSERT(transport().waitCall(0).job->job == job.id);
        restart();
        CPPUNIT_ASSERT(!stateOf("alpha").paused);
    }

    void pausedServicesSuspectWaits() {
        const Job job = node_->submit();
        transport().waitCall(0);
        CPPUNIT_ASSERT(node_->engine.setPaused("alpha", true));
        node_->stop();
        store::Database database(files_->path(), store::Database::Role::writer);
        database.execute("UPDATE jobs SET crashes = 1");
        start();
        const Job other = node_->submit("beta", "work");
        CPPUNIT_ASSERT(transport().waitCall(0).job->job == other.id);
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL("queued"s, node_->stateOf(job));
        transport().run(0, succeeded());
        CPPUNIT_ASSERT(node_->engine.setPaused("alpha", false));
        CPPUNIT_ASSERT(transport().waitCall(1).job->job == job.id);
    }

    void unknownServiceCannotBePaused() {
        CPPUNIT_ASSERT(!node_->engine.setPaused("alfa", true));
        CPPUNIT_ASSERT(!node_->engine.setPaused("", false));
    }

    void manyAreQueuedAgain() {
        for (int i = 0; i < 4; ++i) node_->submit("alpha", "once");
        for (std::size_t i = 0; i < 4; ++i) {
            transport().run(i, i == 0 ? succeeded() : failed("E", "text"));
        }
        CPPUNIT_ASSERT(eventually([&] { return stateOf("alpha").jobs[3] == 3; }));
        Filter filter;
        filter.service = "beta";
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), node_->engine.retryAll(filter).changed);
        filter.service = "alpha";
        filter.state = JobState::cancelled;
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), node_->engine.retryAll(filter).changed);
        filter.state.reset();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), node_->engine.retryAll(filter).changed);
        CPPUNIT_ASSERT(eventually([&] { return transport().count() == 7; }));
    }

    void manyAreDeletedButNoneWithAnUnfinishedChild() {
        const Job parent = node_->submit("alpha", "once");
        const Job plain = node_->submit("alpha", "once");
        CPPUNIT_ASSERT(node_->engine.setPaused("mail", true));
        transport().run(0, succeeded("1", {{"mail", "send", {"[1]", "{}"}}}));
        transport().run(1, succeeded("1"));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(parent, "succeeded"));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(plain, "succeeded"));
        Filter filter;
        filter.service = "alpha";
        const Many many = node_->engine.eraseAll(filter);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), many.changed);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), many.left);
        CPPUNIT_ASSERT(!node_->engine.find(plain.id));
        CPPUNIT_ASSERT(node_->engine.find(parent.id));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), stateOf("alpha").jobs[2]);
    }

    void servicesTellTheirJobsByState() {
        node_->submit();
        const Job done = node_->submit();
        transport().run(1, succeeded());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(done, "succeeded"));
        const ServiceState alpha = stateOf("alpha");
        CPPUNIT_ASSERT((alpha.jobs == std::array<std::int64_t, 5>{0, 1, 1, 0, 0}));
        CPPUNIT_ASSERT(!alpha.paused && !alpha.waits);
        // Also those that never had a job.
        CPPUNIT_ASSERT((stateOf("mail").jobs == std::array<std::int64_t, 5>{}));
    }

    void changesAreToldAndKeptOverARestart() {
        const std::int64_t before = node_->engine.changesAfter(0, 100)->size();
        const Job job = node_->submit();
        transport().run(0, succeeded());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(job, "succeeded"));
        const std::int64_t last = node_->now(job).changed;
        restart();
        const auto changes = node_->engine.changesAfter(before, 100);
        CPPUNIT_ASSERT(changes);
        CPPUNIT_ASSERT_EQUAL(last, changes->back().number);
        CPPUNIT_ASSERT_EQUAL(job.sequence, changes->back().sequence);
        CPPUNIT_ASSERT_EQUAL(before + 1, changes->front().number);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), node_->engine.changesAfter(before, 1)->size());
        CPPUNIT_ASSERT(node_->engine.changesAfter(last, 100)->empty());
        CPPUNIT_ASSERT(!node_->engine.changesAfter(last + 1, 100));
        CPPUNIT_ASSERT(!node_->engine.changesAfter(-1, 100));
        const auto found = node_->engine.findAll({job.sequence, 12345});
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), found.size());
        CPPUNIT_ASSERT(found[0].id == job.id);
    }

    void clientsAreToldWhenToAskAgain() {
        NewJob later = asked("alpha", "work");
        later.delay = 90s;
        CPPUNIT_ASSERT(node_->engine.askAgain(node_->submit(later)) == 90s);
        later.delay = 24h;
        CPPUNIT_ASSERT(node_->engine.askAgain(node_->submit(later)) == 3600s);
        CPPUNIT_ASSERT(node_->engine.askAgain(node_->submit()) == 1s);
        CPPUNIT_ASSERT(node_->engine.setPaused("beta", true));
        Job last;
        for (int i = 0; i < 30; ++i) last = node_->submit("beta", "work");
        const auto seconds = node_->engine.askAgain(last).count();
        CPPUNIT_ASSERT(seconds >= 29 && seconds <= 30);
    }

    void aKnownKeyIsAnsweredWithoutJobsAndWithoutRoom() {
        const Job job = once("k", "f").jobs.front();
        const Submission known = once("k", "f", {});
        CPPUNIT_ASSERT(known.replayed && known.jobs.size() == 1 && known.jobs[0].id == job.id);
        CPPUNIT_ASSERT(once("k", "g", {}).refusal == Refusal::keyReused);
        const Submission unknown = once("l", "f", {});
        CPPUNIT_ASSERT(unknown.refusal == Refusal::none && !unknown.replayed);
        CPPUNIT_ASSERT(!once("l", "g").replayed);  // it was not taken
        node_->stop();
        node_.emplace(*files_, *clock_, [](Settings& settings) { settings.minFree = ~0ull; });
        CPPUNIT_ASSERT(once("k", "f").replayed);
        CPPUNIT_ASSERT(once("m", "f").refusal == Refusal::diskFull);
    }

    void whatTakesLongEndsWithTheServer() {
        const Job job = once("k", "f").jobs.front();
        transport().run(0, failed("ValueError", "no"));
        node_->awaitState(job, "failed");
        node_->engine.beginStop();
        for (const Many& many : {node_->engine.retryAll({}), node_->engine.eraseAll({})}) {
            CPPUNIT_ASSERT(!many.all);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, many.changed);
        }
        CPPUNIT_ASSERT(node_->engine.find(job.id));
    }

private:
    void start() { node_.emplace(*files_, *clock_); }
    void restart() {
        node_->stop();
        start();
    }

    FakeTransport& transport() { return node_->transport; }

    Submission once(const std::string& key, const std::string& fingerprint,
                    std::vector<NewJob> jobs = {asked("alpha", "work")}) {
        return node_->engine.submitOnce(std::move(jobs), {key, fingerprint});
    }

    std::vector<Job> all() { return node_->engine.list({}, 100, std::nullopt).jobs; }

    ServiceState stateOf(const std::string& service) {
        for (const ServiceState& state : node_->engine.services()) {
            if (state.service == service) return state;
        }
        throw std::runtime_error("no service " + service);
    }

    std::optional<TemporaryStore> files_;
    std::optional<FakeClock> clock_;
    std::optional<Node> node_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(EngineChangesTest);
