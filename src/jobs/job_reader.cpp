// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_reader.h"

#include "jobs/job_row.h"
#include "jobs/journal.h"

namespace errand::jobs {

JobReader::JobReader(const std::string& path)
    : database_(path, store::Database::Role::reader),
      find_(database_, std::string("SELECT ") + jobColumns + " FROM jobs WHERE id = ?"),
      findSequence_(database_,
                    std::string("SELECT ") + jobColumns + " FROM jobs WHERE sequence = ?"),
      changes_(database_, "SELECT last, jobs FROM changes WHERE last >= ? ORDER BY last"),
      nextRunAt_(database_,
                 // Of each priority the first that the index has.
                 "SELECT min(first) FROM (SELECT (SELECT min(run_at) FROM jobs WHERE state = 0"
                 " AND crashes = 0 AND service = ?1 AND priority = p.value) AS first"
                 " FROM (SELECT 0 AS value UNION ALL SELECT 1 UNION ALL SELECT 2) p)"),
      list_(database_) {}

std::optional<Job> JobReader::find(const base::Id& id) {
    find_.bind(id);
    std::optional<Job> job;
    if (find_.step()) {
        job = readJob(find_);
        find_.reset();
    }
    return job;
}

std::vector<Job> JobReader::findAll(const std::vector<std::int64_t>& sequences) {
    std::vector<Job> jobs;
    for (const std::int64_t sequence : sequences) {
        findSequence_.bind(sequence);
        while (findSequence_.step()) jobs.push_back(readJob(findSequence_));
    }
    return jobs;
}

void JobReader::count(std::map<std::string, ServiceState>& states) {
    store::Statement row(database_, "SELECT service, state, count FROM job_counts WHERE count > 0");
    while (row.step()) {
        states[row.text(0)].jobs.at(static_cast<std::size_t>(row.integer(1))) = row.integer(2);
    }
}

std::optional<base::Time> JobReader::nextRunAt(const std::string& service) {
    nextRunAt_.bind(service);
    std::optional<base::Time> first;
    if (nextRunAt_.step() && !nextRunAt_.isNull(0)) first = nextRunAt_.time(0);
    nextRunAt_.reset();
    return first;
}

std::optional<std::vector<JobChange>> JobReader::changesAfter(std::int64_t number, int limit) {
    std::vector<JobChange> found;
    // The row of that number itself tells that it was one of ours, and is still known.
    bool known = number == 0;
    changes_.bind(number);
    while (static_cast<int>(found.size()) < limit && changes_.step()) {
        const std::int64_t last = changes_.integer(0);
        for (const JobChange& change : unpackSequences(last, changes_.text(1))) {
            known = known || change.number == number;
            if (number == 0 && found.empty()) known = change.number == 1;
            if (change.number > number && static_cast<int>(found.size()) < limit)
                found.push_back(change);
        }
    }
    changes_.reset();
    if (!known) return std::nullopt;
    return found;
}

Page JobReader::list(const Filter& filter, int limit, std::optional<std::int64_t> after) {
    return list_.page(filter, limit, after);
}

}  // namespace errand::jobs
