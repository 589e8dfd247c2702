// SPDX-License-Identifier: Apache-2.0
#include "store/writer.h"

#include <Poco/Logger.h>

#include <chrono>

#include "base/metrics.h"

namespace errand::store {

namespace {

// From here on (4 MiB) the WAL is copied into the database after a commit, while nobody waits:
// short enough to cost a few milliseconds, long enough that a page changed often is copied once.
constexpr int checkpointPages = 1000;

// From here on (32 MiB) the writer waits a moment for readers to let go, so that the WAL starts
// over and stays below 64 MiB however busy the readers are.
constexpr int restartPages = 8000;
constexpr int restartWaitMs = 100;

int noteWalPages(void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

// The one translation of "anything a task may throw" into what the task is told.
StoreError toStoreError(const std::exception& error) {
    if (const auto* known = dynamic_cast<const StoreError*>(&error)) return *known;
    return {Trouble::other, error.what()};
}

// Once for all writers of the process: tests have many.
struct WriterMetrics {
    base::Histogram& commit = base::Metrics::process().histogram(
        "errand_store_commit_seconds", "How long a COMMIT took, with its fsync.");
    base::Histogram& tasks = base::Metrics::process().histogram(
        "errand_store_commit_tasks", "Changes (submits, claims, outcomes) that shared a commit.",
        {}, {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000});
};

const WriterMetrics& metrics() {
    static const WriterMetrics all;
    return all;
}

}  // namespace

Writer::Writer(Database& database, Fatal fatal, Companion* companion)
    : database_(database), fatal_(std::move(fatal)), companion_(companion) {
    sqlite3_wal_hook(database_.handle(), &noteWalPages, &walPages_);
}

void Writer::start() {
    {
        const base::MutexLock lock(mutex_);
        running_ = true;
    }
    worker_.start([this] { run(); });
}

bool Writer::enqueue(std::unique_ptr<Task> task) {
    bool wake = false;
    {
        const base::MutexLock lock(mutex_);
        if (stopping_) return false;
        waiting_.push_back(std::move(task));
        wake = asleep_;
        asleep_ = false;
    }
    if (wake) wake_.notifyOne();
    return true;
}

void Writer::stop() noexcept {
    {
        const base::MutexLock lock(mutex_);
        stopping_ = true;
        asleep_ = false;
        if (!running_) return;
        running_ = false;
    }
    wake_.notifyOne();
    worker_.join();
    Poco::Logger::get("store").information("%Ld tasks were written in %Ld commits",
                                           static_cast<Poco::Int64>(tasks_),
                                           static_cast<Poco::Int64>(commits_));
}

void Writer::run() {
    Batch batch;
    for (;;) {
        {
            const base::MutexLock lock(mutex_);
            while (waiting_.empty() && !stopping_) {
                asleep_ = true;
                wake_.wait(mutex_);
            }
            if (waiting_.empty()) return;
            batch.swap(waiting_);
        }
        settle(batch);
        batch.clear();
        checkpoint();
    }
}

// Commits all of them together; when that fails, each by itself, so that only the culprit fails.
// Where none was applied there is no culprit: another process has locked the store, and each would
// wait for it anew.
void Writer::settle(std::span<const std::unique_ptr<Task>> tasks) {
    std::size_t applied = 0;
    const std::optional<StoreError> failure = transact(tasks, applied);
    if (!failure) {
        for (const auto& task : tasks) task->committed();
        if (companion_) companion_->committed();
    } else if (tasks.size() == 1 || applied == 0) {
        for (const auto& task : tasks) task->failed(*failure);
    } else {
        for (std::size_t i = 0; i < tasks.size(); ++i) settle(tasks.subspan(i, 1));
    }
}

// One transaction, one fsync; what went wrong, once it is rolled back.
std::optional<StoreError> Writer::transact(std::span<const std::unique_ptr<Task>> tasks,
                                           std::size_t& applied) {
    const sqlite3_int64 changes = sqlite3_total_changes64(database_.handle());
    try {
        database_.execute("BEGIN IMMEDIATE");
        for (const auto& task : tasks) {
            ++applied;
            task->apply();
        }
        if (companion_) companion_->beforeCommit();
        commit();
        // One that changed no row needs no room on the disk, and proves nothing.
        if (sqlite3_total_changes64(database_.handle()) != changes) {
            healthy_.store(true, std::memory_order_relaxed);
        }
        ++commits_;
        tasks_ += static_cast<std::int64_t>(tasks.size());
        metrics().tasks.observe(static_cast<double>(tasks.size()));
        return std::nullopt;
    } catch (const std::exception& error) {
        StoreError failure = toStoreError(error);
        if (failure.trouble() != Trouble::constraint) {
            healthy_.store(false, std::memory_order_relaxed);
        }
        if (sqlite3_get_autocommit(database_.handle()) == 0) database_.execute("ROLLBACK");
        for (const auto& task : tasks.first(applied)) task->rolledBack();
        if (companion_) companion_->rolledBack();
        if (failure.trouble() == Trouble::untrusted) giveUp(failure);
        return failure;
    }
}

void Writer::commit() {
    const auto begun = std::chrono::steady_clock::now();
    database_.execute("COMMIT");
    metrics().commit.observe(std::chrono::steady_clock::now() - begun);
}

void Writer::giveUp(const StoreError& error) {
    Poco::Logger::get("store").fatal(
        "%s: what is on disk cannot be trusted any more; restart to recover", error.message());
    fatal_(error);
}

// A checkpoint that readers kept from finishing is not repeated with every commit.
void Writer::checkpoint() {
    if (walPages_ < checkpointedPages_) checkpointedPages_ = 0;  // the WAL has started over
    if (walPages_ - checkpointedPages_ < checkpointPages) return;
    checkpointedPages_ = walPages_;
    const bool restart = walPages_ >= restartPages;
    if (restart) sqlite3_busy_timeout(database_.handle(), restartWaitMs);
    const int code = sqlite3_wal_checkpoint_v2(
        database_.handle(), nullptr,
        restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (restart) sqlite3_busy_timeout(database_.handle(), Database::busyTimeoutMs);
    if (code == SQLITE_OK || code == SQLITE_BUSY) return;
    try {
        throwStoreError(database_.handle(), "checkpoint");
    } catch (const StoreError& error) {
        if (error.trouble() == Trouble::untrusted) giveUp(error);
        Poco::Logger::get("store").error("%s", error.message());
    }
}

}  // namespace errand::store
