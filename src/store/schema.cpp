// SPDX-License-Identifier: Apache-2.0
#include "store/schema.h"

#include <Poco/Exception.h>

#include <array>

#include "store/statement.h"

namespace errand::store {

namespace {

// A step that has been released is never edited: what changes is a new step.
//
// States are small integers (see jobs/job.h): as words they cost a third of the writer's speed.
// The view `job_view` shows the words, and times that a person can read.
// Times are microseconds since 1970 UTC. Arguments, results and tags are JSON text.
// The CHECKs say what a row of the state machine can be; the code never relies on them alone.
constexpr const char* stepOne = R"sql(
CREATE TABLE boots (
    number     INTEGER PRIMARY KEY,
    id         BLOB NOT NULL CHECK (length(id) = 16),
    transport  TEXT NOT NULL,
    broker     TEXT NOT NULL,
    started_at INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
    sequence         INTEGER PRIMARY KEY,
    id               BLOB NOT NULL CHECK (length(id) = 16),
    service          TEXT NOT NULL,
    method           TEXT NOT NULL,
    args             TEXT NOT NULL,
    kwargs           TEXT NOT NULL,
    state            INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
    attempt          INTEGER NOT NULL CHECK (attempt BETWEEN 0 AND max_attempts),
    max_attempts     INTEGER NOT NULL,
    claim            INTEGER NOT NULL CHECK (claim >= attempt),
    boot             INTEGER REFERENCES boots (number),
    crashes          INTEGER NOT NULL DEFAULT 0 CHECK (crashes >= 0),
    lone_crashes     INTEGER NOT NULL DEFAULT 0 CHECK (lone_crashes BETWEEN 0 AND crashes),
    cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
    timeout_ms       INTEGER NOT NULL CHECK (timeout_ms > 0),
    created_at       INTEGER NOT NULL,
    run_at           INTEGER NOT NULL,
    started_at       INTEGER,
    finished_at      INTEGER,
    expires_at       INTEGER,
    parent           BLOB CHECK (length(parent) = 16),
    tags             TEXT,
    result           TEXT,
    error_type       TEXT,
    error_message    TEXT,
    CHECK ((state = 1) = (boot IS NOT NULL)),
    CHECK ((state >= 2) = (finished_at IS NOT NULL)),
    CHECK ((state = 2) = (result IS NOT NULL)),
    CHECK ((error_type IS NULL) = (error_message IS NULL)),
    CHECK (state <> 2 OR error_type IS NULL),
    CHECK (state <> 3 OR error_type IS NOT NULL),
    CHECK (state NOT IN (1, 2) OR attempt >= 1),
    CHECK (state <> 0 OR cancel_requested = 0)
) STRICT;

CREATE UNIQUE INDEX jobs_id ON jobs (id);
CREATE INDEX jobs_list ON jobs (state, service, sequence);
CREATE INDEX jobs_due ON jobs (service, run_at, sequence) WHERE state = 0 AND crashes = 0;
CREATE INDEX jobs_suspect ON jobs (run_at, sequence) WHERE state = 0 AND crashes > 0;
CREATE INDEX jobs_expiring ON jobs (expires_at) WHERE state = 0 AND expires_at IS NOT NULL;
CREATE INDEX jobs_child ON jobs (parent, sequence) WHERE parent IS NOT NULL;

CREATE VIEW job_view AS
SELECT sequence, lower(hex(id)) AS id, service, method, args, kwargs,
       CASE state WHEN 0 THEN 'queued' WHEN 1 THEN 'running' WHEN 2 THEN 'succeeded'
                  WHEN 3 THEN 'failed' ELSE 'cancelled' END AS state,
       attempt, max_attempts, result, error_type, error_message,
       strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1e6, 'unixepoch') AS created_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', run_at / 1e6, 'unixepoch') AS run_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', finished_at / 1e6, 'unixepoch') AS finished_at,
       lower(hex(parent)) AS parent
FROM jobs;
)sql";

// Calls that go beyond the process: whether the broker has the running claim's call, and which
// process has begun it. And how far its method has come, as the API shows it: JSON text.
constexpr const char* stepTwo = R"sql(
ALTER TABLE jobs ADD COLUMN sent INTEGER NOT NULL DEFAULT 0 CHECK (sent IN (0, 1));
ALTER TABLE jobs ADD COLUMN worker TEXT;
ALTER TABLE jobs ADD COLUMN progress TEXT;
)sql";

// What clients wish of a job (its priority, its trace, whom to tell), and what watchers and lists
// go by: `changes` has one row a transaction, the jobs it changed packed (see jobs/journal.h);
// `job_counts` is kept by every transaction, so that nobody ever counts rows.
constexpr const char* stepThree = R"sql(
ALTER TABLE jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 2);
ALTER TABLE jobs ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN trace TEXT;
ALTER TABLE jobs ADD COLUMN notify TEXT;
ALTER TABLE jobs ADD COLUMN kept_until INTEGER;

DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (service, priority, run_at, sequence) WHERE state = 0 AND crashes = 0;

CREATE TABLE changes (
    last INTEGER PRIMARY KEY,
    jobs BLOB NOT NULL
) STRICT;

CREATE TABLE job_counts (
    service TEXT NOT NULL,
    state   INTEGER NOT NULL,
    count   INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (service, state)
) STRICT, WITHOUT ROWID;

INSERT INTO job_counts SELECT service, state, count(*) FROM jobs GROUP BY state, service;

CREATE TABLE paused_services (
    service TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- A client's key, what it was used for, and the jobs that its first use made: ids of 16 bytes.
CREATE TABLE idempotency_keys (
    key         TEXT NOT NULL PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    jobs        BLOB NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
)sql";

// By whose token a job came, where tokens are asked for.
constexpr const char* stepFour = R"sql(
ALTER TABLE jobs ADD COLUMN submitter TEXT;
CREATE INDEX jobs_submitter ON jobs (submitter, sequence) WHERE submitter IS NOT NULL;
)sql";

constexpr std::array steps{stepOne, stepTwo, stepThree, stepFour};

}  // namespace

int schemaVersion() noexcept {
    return static_cast<int>(steps.size());
}

int versionOf(Database& database) {
    return static_cast<int>(readNumber(database, "PRAGMA user_version"));
}

void migrate(Database& database) {
    const int version = versionOf(database);
    if (version > schemaVersion()) {
        throw Poco::DataException("the database is of version " + std::to_string(version) +
                                  ", this program reads up to " + std::to_string(schemaVersion()) +
                                  ": start the newer errandd that wrote it");
    }
    for (int step = version; step < schemaVersion(); ++step) {
        database.execute("BEGIN IMMEDIATE");
        database.execute(steps.at(static_cast<std::size_t>(step)));
        database.execute("PRAGMA user_version=" + std::to_string(step + 1));
        database.execute("COMMIT");
    }
}

}  // namespace errand::store
