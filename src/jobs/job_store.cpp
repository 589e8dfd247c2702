// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_store.h"

#include <algorithm>

#include "base/json.h"

namespace errand::jobs {

using store::Statement;

namespace {

// That the row is changed, and how: see journal.h.
#define CHANGE(state) ", changed = change(sequence, service, state, " #state ")"
#define CHANGE_ONLY ", changed = change(sequence, service, state, state)"

// How every arrow out of `running` is guarded.
#define WHERE_RUNNING " WHERE sequence = ? AND state = 1 AND claim = ?"

constexpr auto insertSql =
    "INSERT INTO jobs (sequence, id, service, method, args, kwargs, state, attempt, max_attempts,"
    " claim, boot, timeout_ms, created_at, run_at, expires_at, parent, tags, priority, trace,"
    " submitter, notify, kept_until, changed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

#define CLAIMED_COLUMNS                                                                      \
    "sequence, id, claim, attempt, max_attempts, crashes, service, method, args, kwargs,"    \
    " timeout_ms, created_at, run_at, lone_crashes, expires_at, priority, trace, submitter," \
    " notify, tags"

// What an earlier claim's call left is not this one's.
#define CLAIM                                                                        \
    "UPDATE jobs SET state = 1, claim = claim + 1, attempt = attempt + 1, boot = ?," \
    " sent = 0, worker = NULL, progress = NULL" CHANGE(1)

constexpr auto claimSql = CLAIM
    " WHERE sequence IN (SELECT sequence FROM jobs WHERE state = 0 AND crashes = 0"
    " AND service = ? AND priority = ? AND run_at <= ? AND (expires_at IS NULL OR expires_at > ?)"
    " ORDER BY run_at, sequence LIMIT ?) RETURNING " CLAIMED_COLUMNS;

constexpr auto claimSuspectSql = CLAIM
    " WHERE sequence IN (SELECT sequence FROM jobs WHERE state = 0 AND crashes > 0"
    " AND service NOT IN (SELECT service FROM paused_services)"
    " AND run_at <= ? AND (expires_at IS NULL OR expires_at > ?)"
    " ORDER BY lone_crashes, run_at, sequence LIMIT 1) RETURNING " CLAIMED_COLUMNS;

constexpr auto putOffSuspectsSql = "UPDATE jobs SET run_at = ?" CHANGE_ONLY
                                   " WHERE state = 0 AND crashes > 0 AND run_at < ?"
                                   " AND lone_crashes >= ?";

// What nobody sees from outside is no change.
constexpr auto noteCallSql =
    "UPDATE jobs SET sent = max(sent, ?), worker = coalesce(?, worker)" WHERE_RUNNING;

constexpr auto noteRunSql =
    "UPDATE jobs SET started_at = coalesce(?, started_at),"
    " progress = coalesce(?, progress)" CHANGE_ONLY WHERE_RUNNING;

constexpr auto runningOfEarlierBootsSql = "SELECT " CLAIMED_COLUMNS
                                          ", started_at, sent, worker, cancel_requested FROM jobs"
                                          " WHERE state = 1 AND boot <> ? ORDER BY sequence";

constexpr auto succeedSql =
    "UPDATE jobs SET state = 2, boot = NULL, started_at = ?, finished_at = ?, result = ?,"
    " error_type = NULL, error_message = NULL" CHANGE(2) WHERE_RUNNING;

constexpr auto failSql =
    "UPDATE jobs SET state = 3, boot = NULL, started_at = ?, finished_at = ?, error_type = ?,"
    " error_message = ?" CHANGE(3) WHERE_RUNNING;

constexpr auto retryLaterSql =
    "UPDATE jobs SET state = 0, boot = NULL, started_at = NULL, run_at = ?, attempt = attempt - ?,"
    " error_type = ?, error_message = ?" CHANGE(0) WHERE_RUNNING " AND cancel_requested = 0";

constexpr auto undeliveredSql =
    "UPDATE jobs SET state = 0, boot = NULL, started_at = NULL, run_at = ?,"
    " attempt = attempt - 1" CHANGE(0) WHERE_RUNNING " AND cancel_requested = 0";

constexpr auto lostSql =
    "UPDATE jobs SET state = 0, boot = NULL, started_at = NULL, attempt = attempt - 1,"
    " crashes = crashes + 1, lone_crashes = lone_crashes + ?" CHANGE(0) WHERE_RUNNING
    " AND cancel_requested = 0";

constexpr auto cancelledSql =
    "UPDATE jobs SET state = 4, boot = NULL, started_at = ?, finished_at = ?" CHANGE(4)
        WHERE_RUNNING;

// The boots whose calls ended with them.
#define WHERE_CALL_IS_OVER                                                     \
    " WHERE state = 1 AND boot IN (SELECT number FROM boots WHERE number <> ?" \
    " AND (transport <> ? OR broker <> ?))"

constexpr auto cancelledOfEarlierBootsSql =
    "UPDATE jobs SET state = 4, boot = NULL, finished_at = ?" CHANGE(4) WHERE_CALL_IS_OVER
    " AND cancel_requested = 1 RETURNING " CLAIMED_COLUMNS;

constexpr auto undeliveredOfEarlierBootsSql =
    "UPDATE jobs SET state = 0, boot = NULL, started_at = NULL,"
    " attempt = attempt - 1" CHANGE(0) WHERE_CALL_IS_OVER " AND cancel_requested = 0";

constexpr auto expireSql =
    "UPDATE jobs SET state = 3, finished_at = ?, error_type = ?, error_message = ?" CHANGE(
        3) " WHERE sequence = ? AND state = 0 AND expires_at <= ?";

constexpr auto cancelSql =
    "UPDATE jobs SET state = 4, finished_at = ?" CHANGE(4) " WHERE id = ? AND state = 0";

constexpr auto requestCancelSql =
    "UPDATE jobs SET cancel_requested = 1" CHANGE_ONLY " WHERE id = ? AND state = 1";

constexpr auto retrySql =
    "UPDATE jobs SET state = 0, run_at = ?, max_attempts = attempt + ?, crashes = 0,"
    " lone_crashes = 0, cancel_requested = 0, started_at = NULL, finished_at = NULL,"
    " progress = NULL,"
    " expires_at = iif(expires_at <= ?, NULL, expires_at), result = NULL, error_type = NULL,"
    " error_message = NULL" CHANGE(0) " WHERE id = ? AND state IN (3, 4)";

// Back and forth by a microsecond: SQLite writes no page for a row that stays as it is.
constexpr auto touchSql =
    "UPDATE boots SET started_at = started_at + iif(started_at % 2, -1, 1) WHERE number = ?";

constexpr auto stretchSql =
    "SELECT count(*), max(sequence), sum(created_at < ?) FROM (SELECT sequence, created_at FROM "
    "jobs"
    " WHERE sequence >= ? ORDER BY sequence LIMIT ?)";

constexpr auto forgetSql =
    "DELETE FROM jobs WHERE sequence BETWEEN ? AND ?"
    " AND ((state IN (2, 4) AND finished_at < ?) OR (state = 3 AND finished_at < ?))"
    " AND (kept_until IS NULL OR kept_until < ?)"
    " AND NOT EXISTS (SELECT 1 FROM jobs child WHERE child.parent = jobs.id AND child.state < 2)"
    " RETURNING service, state";

constexpr auto eraseSql =
    "DELETE FROM jobs WHERE sequence = ? AND state >= 2"
    " AND NOT EXISTS (SELECT 1 FROM jobs child WHERE child.parent = jobs.id AND child.state < 2)"
    " RETURNING service, state";

ClaimedJob readClaimed(const Statement& row) {
    ClaimedJob job;
    job.sequence = row.integer(0);
    job.id = row.id(1);
    job.claim = row.integer(2);
    job.attempt = static_cast<int>(row.integer(3));
    job.maxAttempts = static_cast<int>(row.integer(4));
    job.crashes = static_cast<int>(row.integer(5));
    job.service = row.text(6);
    job.method = row.text(7);
    job.arguments = {row.text(8), row.text(9)};
    job.timeout = std::chrono::milliseconds(row.integer(10));
    job.createdAt = row.time(11);
    job.runAt = row.time(12);
    job.loneCrashes = static_cast<int>(row.integer(13));
    job.expiresAt = row.optionalTime(14);
    job.priority = static_cast<Priority>(row.integer(15));
    job.trace = row.text(16);
    job.submitter = row.text(17);
    job.notify = row.text(18);
    job.tags = row.text(19);
    return job;
}

}  // namespace

struct JobStore::Statements {
    explicit Statements(store::Database& database) : db(database) {}
    store::Database& db;
    Statement insert{db, insertSql};
    Statement exists{db, "SELECT 1 FROM jobs WHERE id = ?"};
    Statement claim{db, claimSql};
    Statement claimSuspect{db, claimSuspectSql};
    Statement noteCall{db, noteCallSql};
    Statement noteRun{db, noteRunSql};
    Statement runningOfEarlierBoots{db, runningOfEarlierBootsSql};
    Statement succeed{db, succeedSql};
    Statement fail{db, failSql};
    Statement retryLater{db, retryLaterSql};
    Statement undelivered{db, undeliveredSql};
    Statement lost{db, lostSql};
    Statement putOffSuspects{db, putOffSuspectsSql};
    Statement cancelled{db, cancelledSql};
    Statement cancelledOfEarlierBoots{db, cancelledOfEarlierBootsSql};
    Statement undeliveredOfEarlierBoots{db, undeliveredOfEarlierBootsSql};
    Statement expire{db, expireSql};
    Statement cancel{db, cancelSql};
    Statement requestCancel{db, requestCancelSql};
    Statement retry{db, retrySql};
    Statement touch{db, touchSql};
    Statement stretch{db, stretchSql};
    Statement forget{db, forgetSql};
    Statement erase{db, eraseSql};
    Statement pause{db, "INSERT OR IGNORE INTO paused_services (service) VALUES (?)"};
    Statement resume{db, "DELETE FROM paused_services WHERE service = ?"};
};

JobStore::JobStore(store::Database& database, Journal& journal, std::int64_t boot)
    : journal_(journal), boot_(boot), sql_(std::make_unique<Statements>(database)) {
    Statement last(database, "SELECT coalesce(max(sequence), 0) FROM jobs");
    while (last.step()) last_ = last.integer(0);
}

JobStore::~JobStore() = default;

void JobStore::submit(Job& job) {
    job.state = JobState::queued;
    job.attempt = 0;
    insert(job);
}

void JobStore::submitAndClaim(Job& job) {
    job.state = JobState::running;
    job.attempt = 1;
    insert(job);
}

void JobStore::insert(Job& job) {
    const bool running = job.state == JobState::running;
    const std::string tags = job.tags.empty() ? std::string() : toJsonArray(job.tags);
    Statement& row = sql_->insert;
    job.sequence = ++last_;
    row.bind(job.sequence).bind(job.id).bind(job.service).bind(job.method);
    row.bind(job.arguments.args).bind(job.arguments.kwargs).bind(static_cast<int>(job.state));
    row.bind(job.attempt).bind(job.maxAttempts).bind(running ? 1 : 0);  // the claim
    running ? row.bind(boot_) : row.bindNull();
    row.bind(job.timeout.count()).bind(job.createdAt).bind(job.runAt);
    row.bind(job.expiresAt).bind(job.parent);
    const auto bindText = [&row](const std::string& text) {
        text.empty() ? row.bindNull() : row.bind(text);
    };
    bindText(tags);
    row.bind(static_cast<int>(job.priority));
    for (const std::string* text : {&job.trace, &job.submitter, &job.notify}) bindText(*text);
    row.bind(job.keptUntil);
    row.bind(job.changed = journal_.nextNumber()).run();
    journal_.inserted(job.sequence, job.service, job.state);
}

bool JobStore::exists(const base::Id& id) {
    const bool found = sql_->exists.bind(id).step();
    sql_->exists.reset();
    return found;
}

std::vector<ClaimedJob> JobStore::claim(const std::string& service, base::Time now, int limit) {
    std::vector<ClaimedJob> jobs;
    for (const Priority priority : {Priority::high, Priority::normal, Priority::low}) {
        const auto before = static_cast<std::ptrdiff_t>(jobs.size());
        if (before >= limit) break;
        Statement& row = sql_->claim;
        row.bind(boot_).bind(service).bind(static_cast<int>(priority)).bind(now).bind(now);
        row.bind(limit - static_cast<int>(before));
        while (row.step()) jobs.push_back(readClaimed(row));
        // RETURNING keeps no order.
        std::sort(jobs.begin() + before, jobs.end(), [](const ClaimedJob& a, const ClaimedJob& b) {
            return std::pair(a.runAt, a.sequence) < std::pair(b.runAt, b.sequence);
        });
    }
    return jobs;
}

std::optional<ClaimedJob> JobStore::claimSuspect(base::Time now) {
    Statement& row = sql_->claimSuspect;
    row.bind(boot_).bind(now).bind(now);
    std::optional<ClaimedJob> job;
    while (row.step()) job = readClaimed(row);
    return job;
}

void JobStore::note(std::int64_t sequence, std::int64_t claim, const CallNote& note) {
    if (note.sent || !note.worker.empty()) {
        Statement& row = sql_->noteCall.bind(note.sent ? 1 : 0);
        note.worker.empty() ? row.bindNull() : row.bind(note.worker);
        row.bind(sequence).bind(claim).run();
    }
    if (note.startedAt || !note.progress.empty()) {
        Statement& row = sql_->noteRun.bind(note.startedAt);
        note.progress.empty() ? row.bindNull() : row.bind(note.progress);
        row.bind(sequence).bind(claim).run();
    }
}

bool JobStore::succeed(const Settled& settled, const std::string& result) {
    Statement& row = sql_->succeed;
    row.bind(settled.startedAt).bind(settled.now).bind(result);
    return row.bind(settled.sequence).bind(settled.claim).run() == 1;
}

bool JobStore::fail(const Settled& settled, const rpc::ErrorReply& error) {
    Statement& row = sql_->fail;
    row.bind(settled.startedAt).bind(settled.now).bind(error.type).bind(error.message);
    return row.bind(settled.sequence).bind(settled.claim).run() == 1;
}

bool JobStore::retryLater(const Settled& settled, const rpc::ErrorReply& error, base::Time runAt,
                          bool attemptUsed) {
    Statement& row = sql_->retryLater;
    row.bind(runAt).bind(attemptUsed ? 0 : 1).bind(error.type).bind(error.message);
    return row.bind(settled.sequence).bind(settled.claim).run() == 1;
}

bool JobStore::undelivered(const Settled& settled, base::Time runAt) {
    return sql_->undelivered.bind(runAt).bind(settled.sequence).bind(settled.claim).run() == 1;
}

bool JobStore::lost(const Settled& settled, bool alone) {
    return sql_->lost.bind(alone ? 1 : 0).bind(settled.sequence).bind(settled.claim).run() == 1;
}

bool JobStore::cancelled(const Settled& settled) {
    Statement& row = sql_->cancelled;
    row.bind(settled.startedAt).bind(settled.now);
    return row.bind(settled.sequence).bind(settled.claim).run() == 1;
}

JobStore::Undelivered JobStore::undeliveredOfEarlierBoots(base::Time now, const Way& way) {
    Undelivered undelivered;
    Statement& ended = sql_->cancelledOfEarlierBoots;
    ended.bind(now).bind(boot_).bind(way.transport).bind(way.broker);
    while (ended.step()) undelivered.cancelled.push_back(readClaimed(ended));
    Statement& queued = sql_->undeliveredOfEarlierBoots;
    queued.bind(boot_).bind(way.transport).bind(way.broker);
    undelivered.count = queued.run() + static_cast<int>(undelivered.cancelled.size());
    return undelivered;
}

std::vector<RunningJob> JobStore::runningOfEarlierBoots() {
    Statement& row = sql_->runningOfEarlierBoots;
    row.bind(boot_);
    std::vector<RunningJob> found;
    while (row.step()) {
        RunningJob& running = found.emplace_back();
        running.job = readClaimed(row);
        running.note.startedAt = row.optionalTime(20);
        running.note.sent = row.integer(21) != 0;
        running.note.worker = row.text(22);
        running.cancelRequested = row.integer(23) != 0;
    }
    return found;
}

void JobStore::putOffSuspects(int loneCrashes, base::Time runAt) {
    sql_->putOffSuspects.bind(runAt).bind(runAt).bind(loneCrashes).run();
}

bool JobStore::expire(std::int64_t sequence, const rpc::ErrorReply& error, base::Time now) {
    Statement& row = sql_->expire;
    row.bind(now).bind(error.type).bind(error.message);
    return row.bind(sequence).bind(now).run() == 1;
}

bool JobStore::cancel(const base::Id& id, base::Time now) {
    return sql_->cancel.bind(now).bind(id).run() == 1;
}

bool JobStore::requestCancel(const base::Id& id) {
    return sql_->requestCancel.bind(id).run() == 1;
}

bool JobStore::retry(const base::Id& id, int attempts, base::Time now) {
    return sql_->retry.bind(now).bind(attempts).bind(now).bind(id).run() == 1;
}

bool JobStore::erase(std::int64_t sequence) {
    bool erased = false;
    Statement& row = sql_->erase.bind(sequence);
    while (row.step()) {
        journal_.erased(row.text(0), static_cast<JobState>(row.integer(1)));
        erased = true;
    }
    return erased;
}

void JobStore::setPaused(const std::string& service, bool paused) {
    (paused ? sql_->pause : sql_->resume).bind(service).run();
}

void JobStore::touch() {
    sql_->touch.bind(boot_).run();
}

std::optional<std::int64_t> JobStore::forget(base::Time now, base::Time before,
                                             base::Time beforeFailed, std::int64_t from,
                                             int limit) {
    Statement& stretch = sql_->stretch;
    stretch.bind(std::max(before, beforeFailed)).bind(from).bind(limit);
    stretch.step();
    const std::int64_t count = stretch.integer(0);
    const std::int64_t last = stretch.integer(1);
    const std::int64_t old = stretch.integer(2);
    stretch.reset();
    if (old == 0) return std::nullopt;
    Statement& row = sql_->forget;
    row.bind(from).bind(last).bind(before).bind(beforeFailed).bind(now);
    while (row.step()) journal_.erased(row.text(0), static_cast<JobState>(row.integer(1)));
    if (count < limit) return std::nullopt;
    return last + 1;
}

}  // namespace errand::jobs
