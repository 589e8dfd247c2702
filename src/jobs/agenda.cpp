// SPDX-License-Identifier: Apache-2.0
#include "jobs/agenda.h"

#include "store/statement.h"

namespace errand::jobs {

using store::Statement;

struct Agenda::Statements {
    explicit Statements(store::Database& database) : db(database) {}
    store::Database& db;
    Statement nextRunAt{db,
                        // Of each priority the first that the index has.
                        "SELECT min(first) FROM (SELECT (SELECT min(run_at) FROM jobs"
                        " WHERE state = 0 AND crashes = 0 AND service = ?1 AND priority = p.value"
                        " AND (expires_at IS NULL OR expires_at > ?2)) AS first"
                        " FROM (SELECT 0 AS value UNION ALL SELECT 1 UNION ALL SELECT 2) p)"};
    Statement nextSuspect{db,
                          "SELECT min(run_at) FROM jobs WHERE state = 0 AND crashes > 0"
                          " AND service NOT IN (SELECT service FROM paused_services)"
                          " AND (expires_at IS NULL OR expires_at > ?)"};
    Statement nextExpiry{db,
                         "SELECT min(expires_at) FROM jobs WHERE state = 0"
                         " AND expires_at IS NOT NULL"};
    Statement expired{db,
                      "SELECT sequence, id, service, method, args, kwargs, created_at, run_at,"
                      " attempt, priority, trace, submitter, notify, tags"
                      " FROM jobs"
                      " WHERE state = 0 AND expires_at IS NOT NULL AND expires_at <= ? LIMIT ?"};
    Statement countDue{db,
                       "SELECT count(*) FROM jobs WHERE state = 0 AND crashes = 0"
                       " AND service = ? AND priority IN (0, 1, 2) AND run_at <= ?"};
    // A loose scan: one step of the index a service, however many jobs wait.
    Statement paused{db, "SELECT service FROM paused_services"};
    Statement services{db,
                       "WITH RECURSIVE next (service) AS ("
                       " SELECT min(service) FROM jobs WHERE state = 0 AND crashes = 0"
                       " UNION ALL SELECT (SELECT min(service) FROM jobs WHERE state = 0"
                       " AND crashes = 0 AND service > next.service)"
                       " FROM next WHERE service IS NOT NULL)"
                       " SELECT service FROM next WHERE service IS NOT NULL"};
};

Agenda::Agenda(store::Database& database) : sql_(std::make_unique<Statements>(database)) {}

Agenda::~Agenda() = default;

namespace {

std::optional<base::Time> readOne(Statement& row) {
    std::optional<base::Time> time;
    while (row.step()) time = row.optionalTime(0);
    return time;
}

}  // namespace

std::optional<base::Time> Agenda::nextRunAt(const std::string& service, base::Time now) {
    return readOne(sql_->nextRunAt.bind(service).bind(now));
}

std::optional<base::Time> Agenda::nextSuspect(base::Time now) {
    return readOne(sql_->nextSuspect.bind(now));
}

std::optional<base::Time> Agenda::nextExpiry() {
    return readOne(sql_->nextExpiry);
}

std::vector<ClaimedJob> Agenda::expired(base::Time now, int limit) {
    std::vector<ClaimedJob> jobs;
    Statement& row = sql_->expired.bind(now).bind(limit);
    while (row.step()) {
        ClaimedJob& job = jobs.emplace_back();
        job.sequence = row.integer(0);
        job.id = row.id(1);
        job.service = row.text(2);
        job.method = row.text(3);
        job.arguments = {row.text(4), row.text(5)};
        job.createdAt = row.time(6);
        job.runAt = row.time(7);
        job.attempt = static_cast<int>(row.integer(8));
        job.priority = static_cast<Priority>(row.integer(9));
        job.trace = row.text(10);
        job.submitter = row.text(11);
        job.notify = row.text(12);
        job.tags = row.text(13);
    }
    return jobs;
}

std::int64_t Agenda::countDue(const std::string& service, base::Time now) {
    std::int64_t count = 0;
    Statement& row = sql_->countDue.bind(service).bind(now);
    while (row.step()) count = row.integer(0);
    return count;
}

std::vector<std::string> Agenda::services() {
    std::vector<std::string> names;
    while (sql_->services.step()) names.push_back(sql_->services.text(0));
    return names;
}

std::vector<std::string> Agenda::paused() {
    std::vector<std::string> names;
    while (sql_->paused.step()) names.push_back(sql_->paused.text(0));
    return names;
}

}  // namespace errand::jobs
