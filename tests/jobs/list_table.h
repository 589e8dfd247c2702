// SPDX-License-Identifier: Apache-2.0
// ListTable is the base of fixtures that list the jobs of a table: a writer beside the list, as in
// a node.
//
// Threads: used by one thread.
// Owns: the table, in a directory of its own.
// Errors: as the parts.
#pragma once

#include <cppunit/TestFixture.h>

#include <optional>
#include <string>
#include <vector>

#include "jobs/job_list.h"
#include "jobs/job_table.h"

namespace errand::tests {

// "5 4 ": of the jobs, in their order.
inline std::string sequences(const std::vector<jobs::Job>& jobs) {
    std::string text;
    for (const jobs::Job& job : jobs) text += std::to_string(job.sequence) + ' ';
    return text;
}

class ListTable : public CppUnit::TestFixture {
public:
    void setUp() override {
        store_.emplace();
        table_.emplace(store_->path());
        reader_.emplace(store_->path(), store::Database::Role::reader);
        list_.emplace(*reader_);
    }
    void tearDown() override {
        list_.reset();
        reader_.reset();
        table_.reset();
        store_.reset();
    }

protected:
    // So many that succeeded, each created as many seconds after at(0) as its sequence says.
    void fillTable(int count) {
        table_->database.execute(
            "INSERT INTO jobs (sequence, id, service, method, args, kwargs, state, attempt,"
            " max_attempts, claim, timeout_ms, created_at, run_at, finished_at, result)"
            " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
            std::to_string(count) +
            ") SELECT i, randomblob(16), 'alpha', 'work', '[1]', '{}', 2, 1, 3, 1, 1000, " +
            std::to_string(at(0).time_since_epoch().count()) + " + i * 1000000, 0, 1, '1' FROM n");
    }

    base::Id idOf(std::int64_t sequence) { return list_->page({}, 1, sequence + 1).jobs.at(0).id; }

    std::optional<TemporaryStore> store_;
    std::optional<JobTable> table_;
    std::optional<store::Database> reader_;
    std::optional<jobs::JobList> list_;
};

}  // namespace errand::tests
