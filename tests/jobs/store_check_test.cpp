// SPDX-License-Identifier: Apache-2.0
#include "jobs/store_check.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/job_table.h"

namespace errand::jobs {

class StoreCheckTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoreCheckTest);
    CPPUNIT_TEST(whatTheServerWroteIsSound);
    CPPUNIT_TEST(whatCannotBeIsFound);
    CPPUNIT_TEST(whatIsNoStoreIsSaidToBeNone);
    CPPUNIT_TEST_SUITE_END();

    static constexpr auto insert =
        "INSERT INTO jobs (id, service, method, args, kwargs, timeout_ms, created_at, run_at,"
        " max_attempts, state, attempt, claim, boot, finished_at, result, parent) VALUES"
        " (randomblob(16), 'compute', 'compute', '[]', '{}', 60000, 1795369121000000,"
        " 1795369121000000, 5, ";

    // A store with two jobs, one of them the other's child, and their counts.
    struct Table : tests::JobTable {
        Table() {
            database.execute(std::string(insert) + "2, 1, 1, NULL, 1795369122000000, '40', NULL)");
            database.execute(std::string(insert) +
                             "0, 0, 0, NULL, NULL, NULL, (SELECT id FROM jobs))");
            database.execute("DELETE FROM job_counts");
            database.execute(
                "INSERT INTO job_counts SELECT service, state, count(*) FROM jobs"
                " GROUP BY service, state");
        }
    };

    static std::string found(const std::string& sql) {
        Table table;
        table.database.execute("PRAGMA ignore_check_constraints=ON");
        table.database.execute("PRAGMA foreign_keys=OFF");
        table.database.execute(sql);
        table.database.execute("PRAGMA ignore_check_constraints=OFF");
        const StoreCheck check = checkStore(table.database);
        return check.findings.empty() ? "" : check.findings.front();
    }

    void whatTheServerWroteIsSound() {
        Table table;
        const StoreCheck check = checkStore(table.database);
        CPPUNIT_ASSERT_MESSAGE(check.findings.empty() ? "" : check.findings.front(),
                               check.findings.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), check.jobs);
    }

    void whatCannotBeIsFound() {
        const std::pair<const char*, const char*> cases[] = {
            {"UPDATE jobs SET state = 7", "CHECK constraint failed in jobs"},
            {"UPDATE jobs SET finished_at = NULL", "CHECK constraint failed in jobs"},
            {"UPDATE jobs SET state = 1, boot = 99, attempt = 1, claim = 1 WHERE state = 0",
             "refers to a row of boots that is not there"},
            {"UPDATE jobs SET parent = randomblob(16) WHERE state = 0",
             "1 unfinished jobs whose parent is not there"},
            {"UPDATE jobs SET started_at = 1 WHERE state = 2",
             "1 jobs that began a day before they were submitted"},
            {"UPDATE job_counts SET count = count + 1", "2 counts of jobs by service and state"},
            {"DELETE FROM job_counts", "2 services whose jobs are not counted"}};
        for (const auto& [sql, text] : cases) {
            const std::string finding = found(sql);
            CPPUNIT_ASSERT_MESSAGE(std::string(sql) + ": " + finding,
                                   finding.find(text) != finding.npos);
        }
    }

    void whatIsNoStoreIsSaidToBeNone() {
        store::Database empty(":memory:", store::Database::Role::writer);
        CPPUNIT_ASSERT_EQUAL(std::string("it is no database of Errand"),
                             checkStore(empty).findings.at(0));
        CPPUNIT_ASSERT(found("PRAGMA user_version=1000").starts_with("it is of version 1000"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoreCheckTest);

}  // namespace errand::jobs
