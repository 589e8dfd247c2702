// SPDX-License-Identifier: Apache-2.0
// JobReader looks at jobs over a read-only connection of its own: it never waits for the writer.
//
// Threads: used by one thread at a time; store::Pool lends them out.
// Owns: its connection and statements.
// Errors: StoreError. What is not there is nullopt or an empty page.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jobs/jobs.h"
#include "store/database.h"
#include "store/statement.h"

namespace errand::jobs {

class JobReader {
public:
    explicit JobReader(const std::string& path);

    std::optional<Job> find(const base::Id& id);

    // As Jobs::list. With a state or service it reads an index; the other filters are tried row by
    // row on what that leaves.
    Page list(const Filter& filter, int limit, std::optional<std::int64_t> after);

private:
    std::vector<std::string> servicesIn(JobState state);

    store::Database database_;
    store::Statement find_;
    store::Statement services_;
};

}  // namespace errand::jobs
