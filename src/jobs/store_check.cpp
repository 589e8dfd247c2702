// SPDX-License-Identifier: Apache-2.0
#include "jobs/store_check.h"

#include "store/schema.h"
#include "store/statement.h"

namespace errand::jobs {
namespace {

using store::Statement;

// Each names rows that no server of this version can have written, with what is wrong with them.
struct Rule {
    const char* count;
    const char* text;
};
constexpr Rule rules[] = {
    {"SELECT count(*) FROM jobs child WHERE parent IS NOT NULL AND state < 2"
     " AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = child.parent)",
     "unfinished jobs whose parent is not there"},
    {"SELECT count(*) FROM jobs WHERE started_at < created_at - 86400000000",
     "jobs that began a day before they were submitted"},
    {"SELECT count(*) FROM jobs WHERE state = 1 AND boot > (SELECT max(number) FROM boots)",
     "running jobs of a start that has not been"},
    {"SELECT count(*) FROM (SELECT service, state, count FROM job_counts WHERE count > 0"
     " EXCEPT SELECT service, state, count(*) FROM jobs GROUP BY service, state)",
     "counts of jobs by service and state that are wrong"},
    {"SELECT count(*) FROM (SELECT service, state, count(*) FROM jobs GROUP BY service, state"
     " EXCEPT SELECT service, state, count FROM job_counts)",
     "services whose jobs are not counted"},
};

// SQLite's own: pages, indexes, NOT NULL and CHECK. It stops at a hundred findings.
void checkPages(store::Database& database, std::vector<std::string>& findings) {
    Statement check(database, "PRAGMA integrity_check");
    while (check.step())
        if (check.text(0) != "ok") findings.push_back(check.text(0));
}

void checkReferences(store::Database& database, std::vector<std::string>& findings) {
    Statement check(database, "PRAGMA foreign_key_check");
    while (check.step())
        findings.push_back(check.text(0) + ": row " + std::to_string(check.integer(1)) +
                           " refers to a row of " + check.text(2) + " that is not there");
}

}  // namespace

StoreCheck checkStore(store::Database& database) {
    StoreCheck found;
    const int version = store::versionOf(database);
    if (version == 0) {
        found.findings.emplace_back("it is no database of Errand");
        return found;
    }
    if (version > store::schemaVersion()) {
        found.findings.push_back("it is of version " + std::to_string(version) +
                                 ", this program reads up to " +
                                 std::to_string(store::schemaVersion()));
        return found;
    }
    database.execute("BEGIN");
    checkPages(database, found.findings);
    // What its pages do not hold together says nothing.
    if (found.findings.empty()) {
        checkReferences(database, found.findings);
        found.jobs = store::readNumber(database, "SELECT count(*) FROM jobs");
    }
    if (found.findings.empty() && version == store::schemaVersion())
        for (const Rule& rule : rules)
            if (const std::int64_t count = store::readNumber(database, rule.count); count > 0)
                found.findings.push_back(std::to_string(count) + " " + rule.text);
    database.execute("COMMIT");
    return found;
}

}  // namespace errand::jobs
