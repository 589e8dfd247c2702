// SPDX-License-Identifier: Apache-2.0
// Journal writes down which jobs each transaction changes, counts jobs by service and state, and
// tells watchers once a commit is on disk.
//
// JobStore's statements call it by an SQL function, change(sequence, service, old state, new
// state), for every row they change: no arrow can be forgotten. Its value is the change's number,
// for the row's column `changed`. A transaction's changes are one row of the table `changes`,
// whatever their number: an index on `changed` would cost each arrow more than all of this.
//
// Threads: watch, unwatch and newest from any thread; the rest on the store writer's thread (and by
//          the starting thread before the writer runs).
// Owns: its statements. The Database outlives it, and it outlives all statements that call it.
// Errors: StoreError.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "jobs/jobs.h"
#include "store/database.h"
#include "store/writer.h"

namespace errand::jobs {

class Journal : public store::Companion {
public:
    explicit Journal(store::Database& database);
    ~Journal() override;
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    // For a row that was inserted under the next number.
    std::int64_t nextNumber() const noexcept { return last_ + 1; }
    void inserted(std::int64_t sequence, const std::string& service, JobState state);

    // A row is no more.
    void erased(const std::string& service, JobState state);

    void beforeCommit() override;
    void committed() noexcept override;
    void rolledBack() noexcept override;

    std::int64_t watch(Watcher& watcher);
    void unwatch(Watcher& watcher) noexcept;

private:
    struct Statements;
    using Key = std::pair<std::string, int>;  // a service and a state

    static void change(sqlite3_context* context, int count, sqlite3_value** values);
    std::int64_t note(std::int64_t sequence);
    void count(const std::string& service, int state, int more);
    void trim();

    // Set in the constructor, then constant.
    store::Database& database_;
    const std::unique_ptr<Statements> sql_;

    // The writer's thread's own.
    std::int64_t last_ = 0;           // the newest change's number, of this transaction or earlier
    std::int64_t lastCommitted_ = 0;  // where a roll-back goes back to
    std::int64_t trimmed_ = 0;        // rows up to here are gone
    std::vector<JobChange> changes_;  // of this transaction
    std::map<Key, std::int64_t> counts_;  // likewise, by how much each differs

    base::Mutex mutex_;
    std::vector<Watcher*> watchers_ GUARDED_BY(mutex_);
    std::int64_t told_ GUARDED_BY(mutex_) = 0;  // what watchers have been told of
};

// The changes of one transaction as the table holds them, and back.
std::string packSequences(const std::vector<JobChange>& changes);
std::vector<JobChange> unpackSequences(std::int64_t last, const std::string& packed);

}  // namespace errand::jobs
