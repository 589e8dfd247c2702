// SPDX-License-Identifier: Apache-2.0
// schema_one.h is a database as the first version made it, for those that come after to read.
//
// Threads: n/a (plain data).
// Owns: n/a (plain data).
// Errors: none.
#pragma once

namespace errand::tests {

// Never edited: what lies on disks does not change either.
inline constexpr const char* schemaOne = R"sql(
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
)sql"
                                         "PRAGMA user_version=1;";

}  // namespace errand::tests
