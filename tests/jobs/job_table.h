// SPDX-License-Identifier: Apache-2.0
// JobTable is a database with a JobStore and nothing else, used by one thread: for what is tested
// statement by statement.
#pragma once

#include <optional>
#include <string>

#include "jobs/job_store.h"
#include "store/schema.h"
#include "store/temporary_store.h"

namespace errand::tests {

// 2026-11-22 17:38:41 UTC, and so many seconds later.
inline base::Time at(double seconds) {
    return base::Time(std::chrono::microseconds(1795369121000000)) +
           std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6));
}

struct JobTable {
    // In memory, unless a path is given.
    explicit JobTable(const std::string& path = ":memory:")
        : database(path, store::Database::Role::writer),
          boot((store::migrate(database), newBoot())),
          journal(database),
          jobs(std::make_unique<jobs::JobStore>(database, journal, boot)) {}

    std::int64_t newBoot() {
        database.execute(
            "INSERT INTO boots (id, transport, broker, started_at)"
            " VALUES (randomblob(16), 'inproc', '', 1)");
        return sqlite3_last_insert_rowid(database.handle());
    }

    // From here on claims are those of another run.
    void reboot() {
        boot = newBoot();
        jobs = std::make_unique<jobs::JobStore>(database, journal, boot);
    }

    static jobs::Job make(const std::string& service = "alpha", double runAt = 0) {
        jobs::Job job;
        job.id = base::Id::generate(at(0));
        job.service = service;
        job.method = "work";
        job.arguments = {"[1]", "{\"a\":2}"};
        job.maxAttempts = 3;
        job.timeout = std::chrono::seconds(60);
        job.createdAt = at(0);
        job.runAt = at(runAt);
        return job;
    }

    jobs::Job queued(const std::string& service = "alpha", double runAt = 0) {
        jobs::Job job = make(service, runAt);
        jobs->submit(job);
        return job;
    }

    // What its claim may settle it with.
    jobs::JobStore::Settled running(jobs::Job& job) {
        job = make();
        jobs->submitAndClaim(job);
        return {job.sequence, 1, at(1), at(2)};
    }

    jobs::JobStore::Settled claimed(const std::string& service = "alpha", double now = 0) {
        const auto claimed = jobs->claim(service, at(now), 1);
        return {claimed.at(0).sequence, claimed.at(0).claim, at(now + 1), at(now + 2)};
    }

    void set(std::int64_t sequence, const std::string& assignments) {
        database.execute("UPDATE jobs SET " + assignments +
                         " WHERE sequence = " + std::to_string(sequence));
    }

    std::string column(std::int64_t sequence, const std::string& expression) {
        return valueOf(database, "SELECT " + expression +
                                     " FROM jobs WHERE sequence = " + std::to_string(sequence));
    }

    // "queued 1/3 claim 2": what most arrows are about.
    std::string brief(std::int64_t sequence) {
        return valueOf(database,
                       "SELECT job_view.state || ' ' || jobs.attempt || '/' || jobs.max_attempts"
                       " || ' claim ' || claim FROM jobs JOIN job_view USING (sequence)"
                       " WHERE jobs.sequence = " +
                           std::to_string(sequence));
    }

    // Every column of every row.
    std::string dump() {
        std::string text;
        store::Statement row(database, "SELECT * FROM jobs ORDER BY sequence");
        while (row.step()) {
            for (int i = 0; i < 32; ++i) text += (row.isNull(i) ? "-" : row.text(i)) + '|';
            text += '\n';
        }
        return text;
    }

    store::Database database;
    std::int64_t boot;
    jobs::Journal journal;
    std::unique_ptr<jobs::JobStore> jobs;
};

}  // namespace errand::tests
