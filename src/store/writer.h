// SPDX-License-Identifier: Apache-2.0
// Writer is the only thread that writes the store: it takes all tasks that wait, runs them in one
// transaction with one fsync, and then tells each of them (group commit).
//
// Threads: enqueue may be called from any thread. Tasks run on the writer's thread.
// Owns: its thread and the tasks given to it. The Database is borrowed and used by nobody else
//       between start and stop.
// Errors: a task that fails is rolled back alone and told so. After a failed fsync nothing on disk
//         can be trusted: `fatal` is called, and is expected not to return.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/mutex.h"
#include "base/worker.h"
#include "store/database.h"
#include "store/store_error.h"

namespace errand::store {

// Something to write. The calls of one task come from one thread: apply, then committed; or
// apply, rolledBack and again apply (a neighbour in the same transaction failed); or in the end
// failed. Exactly one of committed and failed is called, the last of all.
class Task {
public:
    virtual ~Task() = default;

    // Runs its statements, inside the transaction. What it throws fails this task alone.
    virtual void apply() = 0;

    // Takes back what apply changed in memory.
    virtual void rolledBack() noexcept {}

    // It is on disk. Must not block.
    virtual void committed() noexcept = 0;

    // Nothing of it is on disk.
    virtual void failed(const StoreError& error) noexcept = 0;
};

// What every transaction has beside its tasks.
class Companion {
public:
    virtual ~Companion() = default;
    // The last statements of the transaction. What it throws fails the transaction.
    virtual void beforeCommit() = 0;
    // After the tasks' own.
    virtual void committed() noexcept = 0;
    virtual void rolledBack() noexcept = 0;
};

class Writer {
public:
    using Fatal = std::function<void(const StoreError&)>;

    // The companion is borrowed, outlives stop(), and may be null.
    Writer(Database& database, Fatal fatal, Companion* companion = nullptr);
    ~Writer() { stop(); }

    void start();

    // False when the writer is stopping: the task is dropped without a call.
    bool enqueue(std::unique_ptr<Task> task);

    // Whether the last transaction that had something to write could; true at first. Any thread.
    bool healthy() const noexcept { return healthy_.load(std::memory_order_relaxed); }

    // Commits what was enqueued, then returns. May be called twice.
    void stop() noexcept;

private:
    using Batch = std::vector<std::unique_ptr<Task>>;

    void run();
    void commit();
    void settle(std::span<const std::unique_ptr<Task>> tasks);
    std::optional<StoreError> transact(std::span<const std::unique_ptr<Task>> tasks,
                                       std::size_t& applied);
    void giveUp(const StoreError& error);
    void checkpoint();

    // Set in the constructor, then constant.
    Database& database_;
    const Fatal fatal_;
    Companion* const companion_;

    // Used by the writer's thread alone, and by stop() once it has ended.
    std::int64_t commits_ = 0;
    std::int64_t tasks_ = 0;
    int walPages_ = 0;           // in the WAL after the last commit
    int checkpointedPages_ = 0;  // in the WAL at the last checkpoint

    std::atomic<bool> healthy_{true};  // written by the writer's thread, read by health checks

    base::Mutex mutex_;
    base::Condition wake_;
    Batch waiting_ GUARDED_BY(mutex_);
    bool asleep_ GUARDED_BY(mutex_) = false;
    bool stopping_ GUARDED_BY(mutex_) = false;
    bool running_ GUARDED_BY(mutex_) = false;

    base::Worker worker_{"store writer"};
};

}  // namespace errand::store
