// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_list.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>

#include "jobs/job_row.h"

namespace errand::jobs {

namespace {

constexpr std::array allStates{JobState::queued, JobState::running, JobState::succeeded,
                               JobState::failed, JobState::cancelled};

// The sequences of one index, within a range.
std::string within(const std::string& from) {
    return "SELECT sequence FROM jobs " + from +
           " sequence < ? AND sequence >= ? ORDER BY sequence DESC LIMIT ?";
}

// The services that have jobs of a state: one step of the index a service, however many jobs.
constexpr auto servicesSql =
    "WITH RECURSIVE next (service) AS ("
    " SELECT min(service) FROM jobs INDEXED BY jobs_list WHERE state = ?1"
    " UNION ALL SELECT (SELECT min(service) FROM jobs INDEXED BY jobs_list WHERE state = ?1"
    " AND service > next.service) FROM next WHERE service IS NOT NULL)"
    " SELECT service FROM next WHERE service IS NOT NULL";

bool hasTimes(const Filter& filter) {
    return filter.createdFrom || filter.createdTo;
}

// Whether a row that the index gives may be one that the filter does not let through.
bool triesRows(const Filter& filter) {
    const bool byState = filter.state || !filter.service.empty();
    return !filter.method.empty() || !filter.tag.empty() || !filter.text.empty() ||
           hasTimes(filter) || (filter.parent && (byState || !filter.submitter.empty())) ||
           (!filter.submitter.empty() && byState);
}

// The cheap comparisons first: SQLite goes through them in this order.
std::string rowSql(const Filter& filter) {
    std::string sql = std::string("SELECT ") + listedColumns + " FROM jobs WHERE sequence = ?";
    if (filter.state) sql += " AND state = " + std::to_string(static_cast<int>(*filter.state));
    if (!filter.service.empty()) sql += " AND service = :service";
    if (!filter.method.empty()) sql += " AND method = :method";
    if (!filter.submitter.empty()) sql += " AND submitter = :submitter";
    if (filter.createdFrom) sql += " AND created_at >= :from";
    if (filter.createdTo) sql += " AND created_at < :to";
    if (!filter.tag.empty()) {
        sql +=
            " AND tags IS NOT NULL"
            " AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = :tag)";
    }
    if (!filter.text.empty()) {
        sql += " AND mentions(args, kwargs, result, error_message, tags, progress, notify)";
    }
    return sql;
}

}  // namespace

// All of a page is of one moment: a job that changes its state meanwhile is not listed twice.
struct JobList::Snapshot {
    explicit Snapshot(store::Database& opened) : database(opened) { database.execute("BEGIN"); }
    ~Snapshot() { sqlite3_exec(database.handle(), "COMMIT", nullptr, nullptr, nullptr); }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

    store::Database& database;
};

// Reads a row, if the filter lets it through.
struct JobList::Rows {
    Rows(store::Database& database, const Filter& filter)
        : sql(rowSql(filter)), row(database, sql) {
        row.bindNamed(":service", filter.service);
        row.bindNamed(":method", filter.method);
        row.bindNamed(":submitter", filter.submitter);
        row.bindNamed(":tag", filter.tag);
        if (filter.createdFrom) row.bindNamed(":from", *filter.createdFrom);
        if (filter.createdTo) row.bindNamed(":to", *filter.createdTo);
    }

    std::optional<Job> read(std::int64_t sequence) {
        std::optional<Job> job;
        row.bind(sequence);
        while (row.step()) job = readJob(row);
        return job;
    }

    const std::string sql;
    store::Statement row;
};

JobList::JobList(store::Database& database)
    : database_(database),
      all_(database, within("NOT INDEXED WHERE")),
      ofService_(database, within("INDEXED BY jobs_list WHERE state = ? AND service = ? AND")),
      ofParent_(database, within("INDEXED BY jobs_child WHERE parent = ? AND")),
      ofSubmitter_(database, within("INDEXED BY jobs_submitter WHERE submitter = ? AND")),
      services_(database, servicesSql),
      since_(database,
             "SELECT sequence, created_at FROM jobs NOT INDEXED WHERE sequence >= ?"
             " ORDER BY sequence LIMIT 1"),
      last_(database, "SELECT max(sequence) FROM jobs NOT INDEXED") {
    sqlite3_create_function(database.handle(), "mentions", -1, SQLITE_UTF8, this,
                            &JobList::mentions, nullptr, nullptr);
}

JobList::~JobList() {
    sqlite3_create_function(database_.handle(), "mentions", -1, SQLITE_UTF8, nullptr, nullptr,
                            nullptr, nullptr);
}

// As a function of SQL it sees the columns where they lie.
void JobList::mentions(sqlite3_context* context, int count, sqlite3_value** values) {
    auto& list = *static_cast<JobList*>(sqlite3_user_data(context));
    bool found = false;
    for (int i = 0; i < count && !found; ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[i]));
        if (text == nullptr) continue;
        const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[i]));
        list.searched_ += size;
        found = list.search_->isIn({text, size});
    }
    sqlite3_result_int(context, found ? 1 : 0);
}

Page JobList::page(const Filter& filter, int limit, std::optional<std::int64_t> after) {
    const Snapshot snapshot(database_);
    search_.reset();
    if (!filter.text.empty()) search_.emplace(filter.text);
    searched_ = 0;
    const Range range = rangeOf(filter, after);
    Rows rows(database_, filter);
    return fill(filter, limit, range, rows);
}

JobList::Range JobList::rangeOf(const Filter& filter, std::optional<std::int64_t> after) {
    Range range{0, after.value_or(std::numeric_limits<std::int64_t>::max())};
    if (filter.createdFrom) range.low = firstSince(*filter.createdFrom - disorder);
    if (filter.createdTo) {
        range.high = std::min(range.high, firstSince(*filter.createdTo + disorder));
    }
    return range;
}

// The first sequence of that time or later; one beyond the last where there is none.
std::int64_t JobList::firstSince(base::Time time) {
    last_.step();
    std::int64_t high = last_.integer(0) + 1;
    last_.reset();
    std::int64_t low = 1;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        since_.bind(middle);
        since_.step();  // there is one: the last is not before the middle
        if (since_.time(1) >= time) {
            high = middle;
        } else {
            low = since_.integer(0) + 1;
        }
        since_.reset();
    }
    return low;
}

std::vector<std::string> JobList::servicesOf(const Filter& filter) {
    if (!filter.state || !filter.service.empty()) return {filter.service};
    std::vector<std::string> names;
    services_.bind(static_cast<int>(*filter.state));
    while (services_.step()) names.push_back(services_.text(0));
    return names;
}

// The newest of the range that the best index gives, in that order.
std::vector<std::int64_t> JobList::newest(const Filter& filter,
                                          const std::vector<std::string>& services, Range range,
                                          std::size_t most) {
    std::vector<std::int64_t> found;
    const auto limit = static_cast<std::int64_t>(most);
    const auto take = [&](store::Statement& row) {
        row.bind(range.high).bind(range.low).bind(limit);
        while (row.step()) found.push_back(row.integer(0));
    };
    if (filter.parent) {
        take(ofParent_.bind(*filter.parent));
        return found;
    }
    if (!filter.submitter.empty()) {
        take(ofSubmitter_.bind(filter.submitter));
        return found;
    }
    if (!filter.state && filter.service.empty()) {
        take(all_);
        return found;
    }
    for (const JobState state : allStates) {
        if (filter.state && *filter.state != state) continue;
        for (const std::string& service : services) {
            take(ofService_.bind(static_cast<int>(state)).bind(service));
            if (found.size() <= most) continue;
            // Of the others only newer ones are of interest: many services cost little more.
            const auto last = found.begin() + limit - 1;
            std::nth_element(found.begin(), last, found.end(), std::greater<>());
            range.low = *last;
            found.resize(most);
        }
    }
    std::sort(found.begin(), found.end(), std::greater<>());
    return found;
}

Page JobList::fill(const Filter& filter, int limit, Range range, Rows& rows) {
    constexpr std::size_t someRows = 2000;  // found at a time where they are tried
    const bool tries = triesRows(filter);
    const std::vector<std::string> services = servicesOf(filter);
    const auto size = static_cast<std::size_t>(limit);
    std::size_t most = size + 1;  // one more tells whether there is a next page
    int looked = 0;
    Page page;
    for (;;) {
        const std::vector<std::int64_t> some = newest(filter, services, range, most);
        for (const std::int64_t sequence : some) {
            std::optional<Job> job = rows.read(sequence);
            if (job && page.jobs.size() == size) {
                page.next = sequence + 1;
                return page;
            }
            if (job) page.jobs.push_back(std::move(*job));
            if (tries && (++looked == stretch || searched_ >= stretchBytes)) {
                page.next = sequence;
                page.scannedTo = createdAt(sequence);
                return page;
            }
        }
        if (some.size() < most) return page;
        range.high = some.back();
        most = someRows;
    }
}

base::Time JobList::createdAt(std::int64_t sequence) {
    since_.bind(sequence);
    since_.step();
    const base::Time time = since_.time(1);
    since_.reset();
    return time;
}

}  // namespace errand::jobs
