// SPDX-License-Identifier: Apache-2.0
#include "store/writer.h"

#include <future>

#include <cppunit/extensions/HelperMacros.h>

#include "store/faulty_disk.h"
#include "store/temporary_store.h"

using namespace errand;
using namespace errand::store;
using namespace errand::tests;
using namespace std::string_literals;

namespace {

constexpr std::chrono::seconds limit(20);  // only matters on failure

// What happens to the tasks of a test, in order: "a:apply a:committed". Written on the writer's
// thread, read when the writer has stopped or a future is ready.
struct Story {
    std::string text;
    void tell(const std::string& what) { text += (text.empty() ? "" : " ") + what; }
};

// A task that runs a function and tells the story of it.
class Told : public Task {
public:
    Told(Story& story, std::string name, std::function<void()> apply)
        : story_(story), name_(std::move(name)), apply_(std::move(apply)) {}
    ~Told() override { story_.tell(name_ + ":gone"); }

    void apply() override {
        story_.tell(name_ + ":apply");
        apply_();
    }
    void rolledBack() noexcept override { story_.tell(name_ + ":rolledBack"); }
    void committed() noexcept override {
        story_.tell(name_ + ":committed");
        if (then) then();
        done.set_value("committed");
    }
    void failed(const StoreError& error) noexcept override {
        story_.tell(name_ + ":failed");
        done.set_value(error.message());
    }

    std::function<void()> then;
    std::promise<std::string> done;

private:
    Story& story_;
    const std::string name_;
    const std::function<void()> apply_;
};

// A task that only says when it is done.
class Plain : public Task {
public:
    Plain(Database& database, int x, std::promise<void>& done)
        : database_(database), x_(x), done_(done) {}
    void apply() override {
        database_.execute("INSERT INTO t (x) VALUES (" + std::to_string(x_) + ")");
    }
    void committed() noexcept override { done_.set_value(); }
    void failed(const StoreError&) noexcept override {}

private:
    Database& database_;
    const int x_;
    std::promise<void>& done_;
};

}  // namespace

class WriterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WriterTest);
    CPPUNIT_TEST(taskIsOnDiskWhenItIsToldSo);
    CPPUNIT_TEST(tasksThatCameDuringACommitShareTheNext);
    CPPUNIT_TEST(oneSyncIsEnoughForAllOfThem);
    CPPUNIT_TEST(failingTaskFailsAlone);
    CPPUNIT_TEST(exceptionOfAnyKindFailsItsTaskAlone);
    CPPUNIT_TEST(storeThatIsLockedFailsAllWaitingAtOnce);
    CPPUNIT_TEST(fullDiskFailsTasksAndPasses);
    CPPUNIT_TEST(healthIsThatOfTheLastWrite);
    CPPUNIT_TEST(failedSyncIsFatal);
    CPPUNIT_TEST(failedSyncOfACheckpointIsFatal);
    CPPUNIT_TEST(stopCommitsWhatCameIn);
    CPPUNIT_TEST(enqueueAfterStopIsRefused);
    CPPUNIT_TEST(stopToleratesNeverStartedAndTwice);
    CPPUNIT_TEST(taskMayEnqueueAnother);
    CPPUNIT_TEST(manyThreadsEnqueueWithoutLoss);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        story_.text.clear();
        fatal_.clear();
        disk_.emplace();
        store_.emplace();
        database_.emplace(store_->path(), Database::Role::writer);
        database_->execute("CREATE TABLE t (x UNIQUE, y)");
        writer_.emplace(*database_, [this](const StoreError& error) { fatal_ = error.message(); });
    }

    void tearDown() override {
        writer_.reset();
        database_.reset();
        store_.reset();
        disk_.reset();
    }

    void taskIsOnDiskWhenItIsToldSo() {
        writer_->start();
        CPPUNIT_ASSERT_EQUAL("committed"s, result(insert("a", 1)));
        Database other(store_->path(), Database::Role::reader);
        CPPUNIT_ASSERT_EQUAL("1"s, valueOf(other, "SELECT x FROM t"));
        writer_->stop();
        CPPUNIT_ASSERT_EQUAL("a:apply a:committed a:gone"s, story_.text);
    }

    void tasksThatCameDuringACommitShareTheNext() {
        int commits = 0;
        sqlite3_commit_hook(
            database_->handle(),
            [](void* counter) {
                ++*static_cast<int*>(counter);
                return 0;
            },
            &commits);
        runTogether({1, 2, 3, 4, 5});
        CPPUNIT_ASSERT_EQUAL(2, commits);  // the first, which held the writer up, and the five
        CPPUNIT_ASSERT_EQUAL(
            "first:apply first:committed first:gone"
            " 1:apply 2:apply 3:apply 4:apply 5:apply"
            " 1:committed 2:committed 3:committed 4:committed 5:committed"
            " 1:gone 2:gone 3:gone 4:gone 5:gone"s,
            story_.text);
    }

    void oneSyncIsEnoughForAllOfThem() {
        const int before = FaultyDisk::syncs;
        runTogether({1, 2, 3, 4, 5});
        CPPUNIT_ASSERT_EQUAL(1, FaultyDisk::syncs - before);  // the first wrote nothing
    }

    void failingTaskFailsAlone() {
        const std::vector<std::string> results = runTogether({1, 2, 1, 3});
        CPPUNIT_ASSERT_EQUAL("committed"s, results[0]);
        CPPUNIT_ASSERT_EQUAL("committed"s, results[1]);
        CPPUNIT_ASSERT_EQUAL(
            "INSERT INTO t (x) VALUES (1): UNIQUE constraint failed: t.x"
            " (SQLite 2067)"s,
            results[2]);
        CPPUNIT_ASSERT_EQUAL("committed"s, results[3]);
        // Only those that were applied are rolled back; each is then tried by itself.
        CPPUNIT_ASSERT_EQUAL(
            "first:apply first:committed first:gone"
            " 1:apply 2:apply 1:apply 1:rolledBack 2:rolledBack 1:rolledBack"
            " 1:apply 1:committed 2:apply 2:committed 1:apply 1:rolledBack 1:failed"
            " 3:apply 3:committed 1:gone 2:gone 1:gone 3:gone"s,
            story_.text);
        CPPUNIT_ASSERT_EQUAL("3"s, valueOf(*database_, "SELECT count(*) FROM t WHERE x > 0"));
    }

    void exceptionOfAnyKindFailsItsTaskAlone() {
        writer_->start();
        const auto odd = [this] {
            database_->execute("INSERT INTO t (x) VALUES (1)");
            throw std::runtime_error("odd");
        };
        CPPUNIT_ASSERT_EQUAL("odd"s, result(std::make_unique<Told>(story_, "a", odd)));
        CPPUNIT_ASSERT_EQUAL("committed"s, result(insert("b", 1)));
    }

    // None of them is the culprit: were each tried alone, each would wait for the lock anew.
    void storeThatIsLockedFailsAllWaitingAtOnce() {
        Database other(store_->path(), Database::Role::writer);
        other.execute("BEGIN IMMEDIATE");
        sqlite3_busy_timeout(database_->handle(), 0);
        std::vector<std::future<std::string>> results;
        for (int i = 1; i <= 3; ++i) results.push_back(enqueue(insert(std::to_string(i), i)));
        writer_->start();
        for (auto& each : results) {
            CPPUNIT_ASSERT_EQUAL("BEGIN IMMEDIATE: database is locked (SQLite 5)"s, wait(each));
        }
        writer_->stop();
        CPPUNIT_ASSERT_EQUAL("1:failed 2:failed 3:failed 1:gone 2:gone 3:gone"s, story_.text);
    }

    void fullDiskFailsTasksAndPasses() {
        writer_->start();
        FaultyDisk::full = true;
        CPPUNIT_ASSERT_EQUAL("COMMIT: database or disk is full (SQLite 13)"s,
                             result(insert("a", 1)));
        FaultyDisk::full = false;
        CPPUNIT_ASSERT_EQUAL("committed"s, result(insert("b", 1)));
        CPPUNIT_ASSERT_EQUAL(""s, fatal_);
    }

    void healthIsThatOfTheLastWrite() {
        writer_->start();
        CPPUNIT_ASSERT(writer_->healthy());
        FaultyDisk::full = true;
        result(insert("a", 1));
        CPPUNIT_ASSERT(!writer_->healthy());
        // A transaction that writes nothing finds a full disk no trouble.
        CPPUNIT_ASSERT_EQUAL("committed"s, result(std::make_unique<Told>(story_, "b", [] {})));
        CPPUNIT_ASSERT(!writer_->healthy());
        FaultyDisk::full = false;
        result(insert("c", 1));
        CPPUNIT_ASSERT(writer_->healthy());
        result(insert("d", 1));  // refused by the schema: that is no fault of the disk
        CPPUNIT_ASSERT(writer_->healthy());
    }

    void failedSyncIsFatal() {
        writer_->start();
        FaultyDisk::failSyncs = true;
        CPPUNIT_ASSERT_EQUAL("COMMIT: disk I/O error (SQLite 1034)"s, result(insert("a", 1)));
        CPPUNIT_ASSERT_EQUAL("COMMIT: disk I/O error (SQLite 1034)"s, fatal_);
    }

    void failedSyncOfACheckpointIsFatal() {
        writer_->start();
        std::unique_ptr<Told> big = std::make_unique<Told>(story_, "big", [this] {
            database_->execute("INSERT INTO t (x) VALUES (zeroblob(6000000))");  // over 1000 pages
        });
        big->then = [] { FaultyDisk::failSyncs = true; };
        CPPUNIT_ASSERT_EQUAL("committed"s, result(std::move(big)));
        writer_->stop();
        CPPUNIT_ASSERT_EQUAL("checkpoint: disk I/O error (SQLite 1034)"s, fatal_);
    }

    void stopCommitsWhatCameIn() {
        writer_->start();
        std::promise<void> inside;
        std::promise<void> go;
        holdUp(inside, go);
        std::vector<std::future<std::string>> results;
        for (int i = 1; i <= 50; ++i) results.push_back(enqueue(insert(std::to_string(i), i)));
        base::Worker stopper("stopper");
        stopper.start([this] { writer_->stop(); });
        go.set_value();
        stopper.join();
        for (auto& each : results) CPPUNIT_ASSERT_EQUAL("committed"s, wait(each));
        CPPUNIT_ASSERT_EQUAL("50"s, valueOf(*database_, "SELECT count(*) FROM t"));
    }

    void enqueueAfterStopIsRefused() {
        writer_->start();
        writer_->stop();
        CPPUNIT_ASSERT(!writer_->enqueue(insert("late", 1)));
        CPPUNIT_ASSERT_EQUAL("late:gone"s, story_.text);
    }

    void stopToleratesNeverStartedAndTwice() {
        writer_->stop();
        writer_->stop();
        CPPUNIT_ASSERT(!writer_->enqueue(insert("late", 1)));
    }

    void taskMayEnqueueAnother() {
        writer_->start();
        std::promise<std::future<std::string>> second;
        auto first = insert("a", 1);
        first->then = [&] { second.set_value(enqueue(insert("b", 2))); };
        CPPUNIT_ASSERT_EQUAL("committed"s, result(std::move(first)));
        auto future = second.get_future().get();
        CPPUNIT_ASSERT_EQUAL("committed"s, wait(future));
    }

    void manyThreadsEnqueueWithoutLoss() {
        writer_->start();
        std::atomic<int> committed{0};
        const auto work = [&](int from) {
            for (int i = from; i < from + 100; ++i) {
                std::promise<void> done;
                auto future = done.get_future();
                writer_->enqueue(std::make_unique<Plain>(*database_, i, done));
                if (future.wait_for(limit) == std::future_status::ready) ++committed;
            }
        };
        {
            base::Worker a("a"), b("b"), c("c"), d("d");
            a.start([&] { work(0); });
            b.start([&] { work(100); });
            c.start([&] { work(200); });
            d.start([&] { work(300); });
        }
        CPPUNIT_ASSERT_EQUAL(400, committed.load());
        writer_->stop();
        CPPUNIT_ASSERT_EQUAL("400"s, valueOf(*database_, "SELECT count(*) FROM t"));
    }

private:
    std::unique_ptr<Told> insert(const std::string& name, int x) {
        return std::make_unique<Told>(story_, name, [this, x] {
            database_->execute("INSERT INTO t (x) VALUES (" + std::to_string(x) + ")");
        });
    }

    std::future<std::string> enqueue(std::unique_ptr<Told> task) {
        auto done = task->done.get_future();
        CPPUNIT_ASSERT(writer_->enqueue(std::move(task)));
        return done;
    }

    static std::string wait(std::future<std::string>& result) {
        if (result.wait_for(limit) != std::future_status::ready) return "(nothing in 20 s)";
        return result.get();
    }

    std::string result(std::unique_ptr<Told> task) {
        auto done = enqueue(std::move(task));
        return wait(done);
    }

    // Keeps the writer inside a task's end until it may go.
    void holdUp(std::promise<void>& inside, std::promise<void>& go) {
        auto first = std::make_unique<Told>(story_, "first", [] {});
        first->then = [&] {
            inside.set_value();
            go.get_future().wait_for(limit);
        };
        enqueue(std::move(first));
        inside.get_future().wait_for(limit);
    }

    // Inserts these while the writer is busy; returns how each ended, once the writer has stopped.
    std::vector<std::string> runTogether(const std::vector<int>& values) {
        writer_->start();
        std::promise<void> inside;
        std::promise<void> go;
        holdUp(inside, go);
        std::vector<std::future<std::string>> ends;
        for (const int x : values) ends.push_back(enqueue(insert(std::to_string(x), x)));
        go.set_value();
        std::vector<std::string> results;
        for (auto& each : ends) results.push_back(wait(each));
        writer_->stop();
        return results;
    }

    Story story_;
    std::string fatal_;
    std::optional<FaultyDisk> disk_;
    std::optional<TemporaryStore> store_;
    std::optional<Database> database_;
    std::optional<Writer> writer_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WriterTest);
