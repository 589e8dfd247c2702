// SPDX-License-Identifier: Apache-2.0
// JobReader looks at jobs over a read-only connection of its own: it never waits for the writer.
//
// Threads: used by one thread at a time; store::Pool lends them out.
// Owns: its connection and statements.
// Errors: StoreError. What is not there is nullopt or an empty page.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobs/job_list.h"
#include "jobs/jobs.h"
#include "store/database.h"
#include "store/statement.h"

namespace errand::jobs {

class JobReader {
public:
    explicit JobReader(const std::string& path);

    std::optional<Job> find(const base::Id& id);

    // As Jobs::list.
    Page list(const Filter& filter, int limit, std::optional<std::int64_t> after);

    // As Jobs' methods of the same names.
    std::optional<std::vector<JobChange>> changesAfter(std::int64_t number, int limit);
    // Sets how many jobs each service has, by state.
    void count(std::map<std::string, ServiceState>& states);
    // When the service's first queued job is due.
    std::optional<base::Time> nextRunAt(const std::string& service);
    std::vector<Job> findAll(const std::vector<std::int64_t>& sequences);

private:
    store::Database database_;
    store::Statement find_;
    store::Statement findSequence_;
    store::Statement changes_;
    store::Statement nextRunAt_;
    JobList list_;
};

}  // namespace errand::jobs
