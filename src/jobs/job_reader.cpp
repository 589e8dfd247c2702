// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_reader.h"

#include <array>
#include <limits>

#include "base/json.h"
#include "jobs/job_row.h"

namespace errand::jobs {

namespace {

constexpr std::array allStates{JobState::queued, JobState::running, JobState::succeeded,
                               JobState::failed, JobState::cancelled};

// The services that have jobs of a state: one step of the index a service, however many jobs.
constexpr auto servicesSql =
    "WITH RECURSIVE next (service) AS ("
    " SELECT min(service) FROM jobs INDEXED BY jobs_list WHERE state = ?1"
    " UNION ALL SELECT (SELECT min(service) FROM jobs INDEXED BY jobs_list WHERE state = ?1"
    " AND service > next.service) FROM next WHERE service IS NOT NULL)"
    " SELECT service FROM next WHERE service IS NOT NULL";

// The filters that no index of their own serves.
std::string conditions(const Filter& filter) {
    std::string sql;
    if (!filter.method.empty()) sql += " AND method = :method";
    if (filter.parent) sql += " AND parent = :parent";
    if (!filter.tag.empty()) {
        sql += " AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = :tag)";
    }
    return sql;
}

// The newest `limit` rows of one state and service come straight from the list's index.
std::string branch(JobState state, std::size_t service, const std::string& rest) {
    return "SELECT * FROM (SELECT sequence FROM jobs INDEXED BY jobs_list WHERE state = " +
           std::to_string(static_cast<int>(state)) + " AND service = :service" +
           std::to_string(service) + " AND sequence < :after" + rest +
           " ORDER BY sequence DESC LIMIT :limit)";
}

std::string listSql(const Filter& filter, std::size_t serviceCount) {
    const std::string rest = conditions(filter);
    const std::string head = std::string("SELECT ") + listedColumns + " FROM jobs WHERE ";
    const std::string tail = " ORDER BY sequence DESC LIMIT :limit";
    if (filter.parent || (!filter.state && filter.service.empty())) {
        std::string sql = head + "sequence < :after" + rest;
        if (filter.state) sql += " AND state = " + std::to_string(static_cast<int>(*filter.state));
        if (!filter.service.empty()) sql += " AND service = :service0";
        return sql + tail;
    }
    std::string branches;
    for (const JobState state : allStates) {
        if (filter.state && *filter.state != state) continue;
        for (std::size_t service = 0; service < serviceCount; ++service) {
            if (!branches.empty()) branches += " UNION ALL ";
            branches += branch(state, service, rest);
        }
    }
    return head + "sequence IN (" + branches + ")" + tail;
}

}  // namespace

JobReader::JobReader(const std::string& path)
    : database_(path, store::Database::Role::reader),
      find_(database_, std::string("SELECT ") + jobColumns + " FROM jobs WHERE id = ?"),
      services_(database_, servicesSql) {}

std::optional<Job> JobReader::find(const base::Id& id) {
    find_.bind(id);
    std::optional<Job> job;
    if (find_.step()) {
        job = readJob(find_);
        find_.reset();
    }
    return job;
}

std::vector<std::string> JobReader::servicesIn(JobState state) {
    std::vector<std::string> names;
    services_.bind(static_cast<int>(state));
    while (services_.step()) names.push_back(services_.text(0));
    return names;
}

Page JobReader::list(const Filter& filter, int limit, std::optional<std::int64_t> after) {
    std::vector<std::string> services{filter.service};
    if (filter.service.empty() && filter.state) services = servicesIn(*filter.state);
    if (services.empty()) return {};
    store::Statement rows(database_, listSql(filter, services.size()));
    rows.bindNamed(":after", after.value_or(std::numeric_limits<std::int64_t>::max()));
    rows.bindNamed(":limit", limit + 1);  // one more tells whether there is a next page
    rows.bindNamed(":method", filter.method);
    rows.bindNamed(":tag", filter.tag);
    if (filter.parent) rows.bindNamed(":parent", *filter.parent);
    for (std::size_t i = 0; i < services.size(); ++i) {
        rows.bindNamed(":service" + std::to_string(i), services[i]);
    }

    Page page;
    while (rows.step()) {
        if (static_cast<int>(page.jobs.size()) == limit) {
            page.next = page.jobs.back().sequence;
            break;
        }
        page.jobs.push_back(readJob(rows));
    }
    return page;
}

}  // namespace errand::jobs
