// SPDX-License-Identifier: Apache-2.0
// Stops, kills and new starts. A run that is killed lives in a process of its own.
#include <cppunit/extensions/HelperMacros.h>

#include <Poco/Exception.h>

#include "base/forked.h"
#include "jobs/node.h"
#include "store/schema.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

class EngineRestartTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EngineRestartTest);
    CPPUNIT_TEST(stopRequeuesUncountedWhatDidNotEnd);
    CPPUNIT_TEST(queuedAndScheduledJobsGoOnAfterAStop);
    CPPUNIT_TEST(stopToleratesTwiceAndCommitsWhatCameIn);
    CPPUNIT_TEST(acceptedJobsSurviveAKill);
    CPPUNIT_TEST(jobThatHadNotBegunIsNotSuspect);
    CPPUNIT_TEST(jobsThatHadBegunRunAloneOneByOne);
    CPPUNIT_TEST(newJobsWaitForALoneOne);
    CPPUNIT_TEST(loneJobMayBeTriedAgainAndHang);
    CPPUNIT_TEST(poisonJobFailsAndInnocentsDoNot);
    CPPUNIT_TEST(killLoopFailsNoInnocent);
    CPPUNIT_TEST(retryByAPersonEndsTheSuspicion);
    CPPUNIT_TEST(killDuringManySubmitsKeepsEachThatWasAnswered);
    CPPUNIT_TEST(directoryInUseIsRefused);
    CPPUNIT_TEST(databaseOfANewerVersionIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        files_.emplace();
        clock_.emplace();
    }
    void tearDown() override {
        clock_.reset();
        files_.reset();
    }

    void stopRequeuesUncountedWhatDidNotEnd() {
        std::vector<Job> jobs;
        {
            Node node(*files_, *clock_);
            for (int i = 0; i < 3; ++i) jobs.push_back(node.submit());
            node.transport.begin(0);
            node.transport.begin(1);
            node.transport.waitCall(2);
            node.engine.stopDispatcher();
            node.transport.end(0, succeeded("1"));  // ended in the grace
        }
        CPPUNIT_ASSERT_EQUAL("2 1 queued 0 0; 3 1 queued 0 0; 1 1 succeeded 1 0; "s, rows());
        Node node(*files_, *clock_);
        for (std::size_t i = 0; i < 2; ++i) {
            const rpc::Call call = node.transport.waitCall(i);
            CPPUNIT_ASSERT_EQUAL(jobs[i + 1].id.toString() + ".2", call.id);
            CPPUNIT_ASSERT_EQUAL(1, call.job->attempt);
        }
    }

    void queuedAndScheduledJobsGoOnAfterAStop() {
        std::optional<Job> waiting;
        std::optional<Job> scheduled;
        {
            Node node(*files_, *clock_);
            for (int i = 0; i < 4; ++i) node.submit();
            waiting = node.submit();
            NewJob later = asked("beta", "plain");
            later.delay = 1h;
            scheduled = node.submit(later);
            for (std::size_t i = 0; i < 5; ++i) node.transport.run(i, succeeded());
            node.awaitState(*waiting, "succeeded");
        }
        Node node(*files_, *clock_);
        node.settleDown();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, node.transport.count());
        clock_->advance(1h);
        CPPUNIT_ASSERT(node.transport.waitCall(0).job->job == scheduled->id);
    }

    void stopToleratesTwiceAndCommitsWhatCameIn() {
        Node node(*files_, *clock_);
        std::vector<Job> jobs;
        for (int i = 0; i < 4; ++i) jobs.push_back(node.submit());
        for (std::size_t i = 0; i < 4; ++i) node.transport.run(i, succeeded());
        node.stop();
        node.stop();
        CPPUNIT_ASSERT_EQUAL("4"s, value("SELECT count(*) FROM jobs WHERE state = 2"));
        Engine never(node.settingsFor(*files_, [](auto&) {}), node.services.catalogue, *clock_,
                     [](const auto&) {});
        never.stopDispatcher();
        never.close();
    }

    void acceptedJobsSurviveAKill() {
        killed([](Node& node) {
            NewJob later = asked("beta", "plain");
            later.delay = 1h;
            node.submit(later);
            for (int i = 0; i < 6; ++i) node.submit();
        });
        CPPUNIT_ASSERT_EQUAL("7"s, value("SELECT count(*) FROM jobs"));
        Node node(*files_, *clock_);
        for (std::size_t i = 0; i < 6; ++i) node.transport.run(i, succeeded());
        CPPUNIT_ASSERT(eventually([&] { return countIn(node, JobState::succeeded) == 6; }));
    }

    void jobThatHadNotBegunIsNotSuspect() {
        killed([](Node& node) {
            node.submit();
            node.submit();
            node.transport.waitCall(1);
        });
        Node node(*files_, *clock_);
        node.transport.waitCall(1);  // both at a time
        CPPUNIT_ASSERT_EQUAL("1 2 running 1 0; 2 2 running 1 0; "s, rows());
    }

    void jobsThatHadBegunRunAloneOneByOne() {
        killed([](Node& node) {
            for (int i = 0; i < 3; ++i) node.submit("alpha", "plain");
            node.transport.begin(0);
            node.transport.begin(1);
            node.transport.waitCall(2);
        });
        Node node(*files_, *clock_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, countAfterSettling(node));
        node.transport.begin(0);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, countAfterSettling(node));
        node.transport.end(0, succeeded());
        node.transport.begin(1);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, countAfterSettling(node));
        node.transport.end(1, succeeded());
        node.transport.run(2, succeeded());
        CPPUNIT_ASSERT(eventually([&] { return countIn(node, JobState::succeeded) == 3; }));
    }

    void newJobsWaitForALoneOne() {
        killed([](Node& node) {
            node.submit();
            node.transport.begin(0);
        });
        Node node(*files_, *clock_);
        node.transport.begin(0);
        const Job fresh = node.submit("beta");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, countAfterSettling(node));
        CPPUNIT_ASSERT_EQUAL("queued"s, node.stateOf(fresh));
        node.transport.end(0, succeeded());
        CPPUNIT_ASSERT(node.transport.waitCall(1).job->job == fresh.id);
    }

    void loneJobMayBeTriedAgainAndHang() {
        killed([](Node& node) {
            node.submit("alpha", "plain");
            node.transport.begin(0);
        });
        Node node(*files_, *clock_);
        node.transport.run(0, triedInVain(rpc::Scope::job, 5s));
        const Job between = node.submit("beta");  // while nothing suspect is due
        node.transport.run(1, succeeded());
        node.awaitState(between, "succeeded");
        clock_->advance(5s);
        CPPUNIT_ASSERT_EQUAL(2, node.transport.waitCall(2).job->attempt);
        node.transport.begin(2);
        clock_->advance(61s);
        node.transport.waitCancel(2);
        clock_->advance(11s);
        const Job after = node.submit("beta");
        node.transport.run(3, succeeded());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node.awaitState(after, "succeeded"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, countIn(node, JobState::failed));
    }

    void poisonJobFailsAndInnocentsDoNot() {
        killed([](Node& node) {
            node.submit();  // the poison
            node.submit("beta");
            node.transport.begin(0);
            node.transport.begin(1);
        });
        killed([](Node& node) { node.transport.begin(0); });  // the poison, alone
        killed([](Node& node) {
            // First the one less suspected.
            CPPUNIT_ASSERT_EQUAL("beta"s, node.transport.waitCall(0).service);
            node.transport.run(0, succeeded());
            node.transport.begin(1);
        });
        killed([](Node& node) {
            node.settleDown();
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, node.transport.count());
            node.clock.advance(5s);
            node.transport.begin(0);
        });
        Node node(*files_, *clock_);
        CPPUNIT_ASSERT_EQUAL(
            R"(["[1]","NodeLost","the process died 3 times while this job ran alone"])"s,
            node.transport.waitCall(0).arguments.args);
        node.transport.run(0, succeeded());
        CPPUNIT_ASSERT(eventually([&] { return countIn(node, JobState::succeeded) == 2; }));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, countIn(node, JobState::failed));
        node.stop();
        CPPUNIT_ASSERT_EQUAL("1 failed NodeLost"s,
                             value("SELECT sequence || ' failed ' || error_type FROM jobs"
                                   " WHERE state = 3"));
        CPPUNIT_ASSERT_EQUAL("ok"s, value("PRAGMA integrity_check"));
    }

    // Someone kills the server at will while it works: no job is to blame.
    void killLoopFailsNoInnocent() {
        killed([](Node& node) {
            for (int i = 0; i < 4; ++i) node.submit("alpha", "plain");
            for (std::size_t i = 0; i < 2; ++i) node.transport.begin(i);
        });
        for (int i = 0; i < 6; ++i) {
            killed([](Node& node) { node.transport.waitCall(0); });  // before it has begun
        }
        CPPUNIT_ASSERT_EQUAL("0"s, value("SELECT count(*) FROM jobs WHERE state = 3"));
        Node node(*files_, *clock_);
        for (std::size_t i = 0; i < 4; ++i) node.transport.run(i, succeeded());
        CPPUNIT_ASSERT(eventually([&] { return countIn(node, JobState::succeeded) == 4; }));
    }

    void retryByAPersonEndsTheSuspicion() {
        std::string id;
        killed([](Node& node) {
            node.submit("alpha", "plain");
            node.transport.begin(0);
        });
        Node node(*files_, *clock_);
        node.transport.run(0, failed("KeyError", ""));
        CPPUNIT_ASSERT(eventually([&] { return countIn(node, JobState::failed) == 1; }));
        Filter filter;
        filter.state = JobState::failed;
        const Job job = node.engine.list(filter, 1, std::nullopt).jobs.at(0);
        node.engine.retry(job.id);
        node.transport.begin(1);
        node.submit("beta");
        node.transport.waitCall(2);  // beside it
    }

    void killDuringManySubmitsKeepsEachThatWasAnswered() {
        forked::Pipe answered;
        forked::Process process([&] {
            answered.closeRead();
            Node node(*files_, *clock_);
            node.transport.answerWith([](const rpc::Call&) { return succeeded("1"); });
            for (;;) answered.write(node.submit().id.toString() + '\n');
            return 0;
        });
        answered.closeWrite();
        std::string ids;
        for (std::string part = answered.readSome(); !part.empty(); part = answered.readSome()) {
            ids += part;
            if (ids.size() >= 37 * 200) break;
        }
        process.kill(SIGKILL);
        const forked::Ending ending = process.wait();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ending.words, 128 + SIGKILL, ending.code);
        clock_->advance(1ms);
        ids += answered.readAll();
        Node node(*files_, *clock_);
        std::size_t found = 0;
        for (std::size_t at = 0; at + 37 <= ids.size(); at += 37) {
            CPPUNIT_ASSERT(node.engine.find(*base::Id::parse(ids.substr(at, 36))));
            ++found;
        }
        CPPUNIT_ASSERT(found >= 200);
        node.stop();
        CPPUNIT_ASSERT_EQUAL("0"s, value("SELECT count(*) FROM jobs WHERE state = 1"));
        CPPUNIT_ASSERT_EQUAL("ok"s, value("PRAGMA integrity_check"));
    }

    void directoryInUseIsRefused() {
        Node node(*files_, *clock_);
        CPPUNIT_ASSERT_THROW(Node(*files_, *clock_), Poco::FileException);
        CPPUNIT_ASSERT_EQUAL("running"s, std::string(toString(node.submit().state)));
    }

    void databaseOfANewerVersionIsRefused() {
        { Node node(*files_, *clock_); }
        {
            store::Database database(files_->path(), store::Database::Role::writer);
            database.execute("PRAGMA user_version=99");
        }
        try {
            Node node(*files_, *clock_);
            CPPUNIT_FAIL("opened");
        } catch (const Poco::Exception& error) {
            CPPUNIT_ASSERT(error.message().find("version 99") != std::string::npos);
        }
    }

private:
    // A run of the engine that does this and is then killed.
    void killed(const std::function<void(Node&)>& what) {
        forked::Process process([&] {
            Node node(*files_, *clock_);
            what(node);
            ::raise(SIGKILL);
            return 0;
        });
        const forked::Ending ending = process.wait();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ending.words, 128 + SIGKILL, ending.code);
        // Ids are made of the time and of random numbers: those the child went on with, too.
        clock_->advance(1ms);
    }

    static std::size_t countAfterSettling(Node& node) {
        node.settleDown();
        return node.transport.count();
    }

    static std::size_t countIn(Node& node, JobState state) {
        Filter filter;
        filter.state = state;
        return node.engine.list(filter, 500, std::nullopt).jobs.size();
    }

    std::string value(const std::string& sql) {
        store::Database database(files_->path(), store::Database::Role::reader);
        return valueOf(database, sql);
    }

    // "sequence claim state attempt crashes; ", by state.
    std::string rows() {
        return value(
            "SELECT group_concat(text, '') FROM (SELECT jobs.sequence || ' ' || claim || ' ' ||"
            " job_view.state || ' ' || jobs.attempt || ' ' || crashes || '; ' AS text"
            " FROM jobs JOIN job_view USING (sequence) ORDER BY jobs.state, jobs.sequence)");
    }

    std::optional<TemporaryStore> files_;
    std::optional<FakeClock> clock_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(EngineRestartTest);
