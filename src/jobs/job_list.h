// SPDX-License-Identifier: Apache-2.0
// JobList finds the jobs that a filter lets through, the newest first, a page at a time. A page
// costs a bounded time, however large the table and however rare what is asked for: where no index
// serves a filter it looks through a stretch of the table, and says where it stopped.
//
// Threads: used by one thread at a time.
// Owns: its statements. The Database, which no other JobList uses, outlives it.
// Errors: StoreError.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobs/jobs.h"
#include "jobs/text_search.h"
#include "store/database.h"
#include "store/statement.h"

namespace errand::jobs {

class JobList {
public:
    // What a page looks through where rows are tried one by one: some 50 ms, during which it has
    // one of the few readers.
    static constexpr int stretch = 20000;
    // As much of it is text to be searched.
    static constexpr std::size_t stretchBytes = 8 << 20;

    // Jobs have their sequence in the order in which they were written, and created_at from shortly
    // before. Times are found by bisection of the sequences, so far beyond what was asked for; the
    // rows themselves are compared exactly. A clock that was set back by more hides those jobs that
    // have a time that came twice.
    static constexpr std::chrono::seconds disorder{10};

    explicit JobList(store::Database& database);
    ~JobList();
    JobList(const JobList&) = delete;
    JobList& operator=(const JobList&) = delete;

    // As Jobs::list.
    Page page(const Filter& filter, int limit, std::optional<std::int64_t> after);

private:
    // The sequences that come into question: from `low` on, before `high`.
    struct Range {
        std::int64_t low;
        std::int64_t high;
    };
    struct Snapshot;
    struct Rows;

    static void mentions(sqlite3_context* context, int count, sqlite3_value** values);

    Range rangeOf(const Filter& filter, std::optional<std::int64_t> after);
    std::int64_t firstSince(base::Time time);
    base::Time createdAt(std::int64_t sequence);
    std::vector<std::string> servicesOf(const Filter& filter);
    std::vector<std::int64_t> newest(const Filter& filter, const std::vector<std::string>& services,
                                     Range range, std::size_t most);
    Page fill(const Filter& filter, int limit, Range range, Rows& rows);

    store::Database& database_;
    store::Statement all_;
    store::Statement ofService_;
    store::Statement ofParent_;
    store::Statement ofSubmitter_;
    store::Statement services_;
    store::Statement since_;
    store::Statement last_;

    // Of the page that is being made.
    std::optional<TextSearch> search_;
    std::size_t searched_ = 0;  // bytes
};

}  // namespace errand::jobs
