// SPDX-License-Identifier: Apache-2.0
// Databases of earlier versions, brought up to date.
#include <cppunit/extensions/HelperMacros.h>

#include "store/schema.h"
#include "store/schema_one.h"
#include "store/store_error.h"
#include "store/temporary_store.h"

using namespace errand::store;
using namespace errand::tests;
using namespace std::string_literals;

namespace {

// What the first version writes; state, attempt, claim and the rest follow.
constexpr auto insert =
    "INSERT INTO jobs (id, service, method, args, kwargs, timeout_ms, created_at, run_at,"
    " max_attempts, tags, state, attempt, claim, boot, finished_at, result, error_type,"
    " error_message) VALUES (randomblob(16), 'compute', 'compute', '[1]', '{\"a\":2}', 1000, 1,"
    " 2, 5, '[\"t\"]', ";

const std::string rows[] = {"0, 0, 0, NULL, NULL, NULL, NULL, NULL)",
                            "0, 2, 4, NULL, NULL, NULL, 'TryAgain', '')",
                            "1, 1, 1, 1, NULL, NULL, NULL, NULL)",
                            "2, 1, 1, NULL, 3, '40', NULL, NULL)",
                            "3, 1, 1, NULL, 3, NULL, 'KeyError', '''pow''')",
                            "4, 1, 2, NULL, 3, NULL, NULL, NULL)"};

}  // namespace

class MigrationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MigrationTest);
    CPPUNIT_TEST(rowsOfEveryStateAreKept);
    CPPUNIT_TEST(whatIsNewIsAbsent);
    CPPUNIT_TEST(whatIsNewIsChecked);
    CPPUNIT_TEST(isTheSameAsANewDatabase);
    CPPUNIT_TEST(stepThatFailsLeavesTheVersionBefore);
    CPPUNIT_TEST(fileIsBroughtUpToDateOnce);
    CPPUNIT_TEST_SUITE_END();

    static constexpr auto before =
        "SELECT group_concat(sequence || hex(id) || service || method || args || kwargs || state ||"
        " attempt || max_attempts || claim || ifnull(boot, '-') || crashes || lone_crashes ||"
        " cancel_requested || timeout_ms || created_at || run_at || ifnull(started_at, '-') ||"
        " ifnull(finished_at, '-') || ifnull(expires_at, '-') || ifnull(hex(parent), '-') || tags"
        " || ifnull(result, '-') || ifnull(error_type, '-') || ifnull(error_message, '-'), '; ')"
        " FROM jobs";

    Database database_{":memory:", Database::Role::writer};

    static void makeOne(Database& database) {
        database.execute(schemaOne);
        database.execute(
            "INSERT INTO boots (id, transport, broker, started_at)"
            " VALUES (randomblob(16), 'inproc', '', 1)");
        for (const std::string& row : rows) database.execute(insert + row);
    }

    // Columns, indices and views as SQLite knows them.
    static std::string shapeOf(Database& database) {
        return valueOf(database,
                       "SELECT group_concat(name || ' ' || type || ' ' || \"notnull\" || ' ' ||"
                       " ifnull(dflt_value, '-'), ', ') FROM pragma_table_info('jobs')") +
               valueOf(database,
                       "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema"
                       " ORDER BY name)");
    }

public:
    void rowsOfEveryStateAreKept() {
        makeOne(database_);
        const std::string rowsBefore = valueOf(database_, before);
        migrate(database_);
        CPPUNIT_ASSERT_EQUAL(rowsBefore, valueOf(database_, before));
        CPPUNIT_ASSERT_EQUAL("6"s, valueOf(database_, "SELECT count(*) FROM jobs"));
        CPPUNIT_ASSERT_EQUAL(std::to_string(schemaVersion()),
                             valueOf(database_, "PRAGMA user_version"));
        CPPUNIT_ASSERT_EQUAL("ok"s, valueOf(database_, "PRAGMA integrity_check"));
        CPPUNIT_ASSERT_EQUAL("queued queued running succeeded failed cancelled"s,
                             valueOf(database_, "SELECT group_concat(state, ' ') FROM job_view"));
    }

    void whatIsNewIsAbsent() {
        makeOne(database_);
        migrate(database_);
        CPPUNIT_ASSERT_EQUAL("0"s, valueOf(database_,
                                           "SELECT count(*) FROM jobs WHERE sent <> 0 OR worker IS"
                                           " NOT NULL OR progress IS NOT NULL"));
    }

    void whatIsNewIsChecked() {
        makeOne(database_);
        migrate(database_);
        database_.execute("UPDATE jobs SET sent = 1, worker = 'w', progress = '{}'");
        CPPUNIT_ASSERT_THROW(database_.execute("UPDATE jobs SET sent = 2"), StoreError);
        CPPUNIT_ASSERT_THROW(database_.execute("UPDATE jobs SET sent = NULL"), StoreError);
        CPPUNIT_ASSERT_THROW(database_.execute("UPDATE jobs SET worker = x'00'"), StoreError);
    }

    void isTheSameAsANewDatabase() {
        makeOne(database_);
        migrate(database_);
        Database fresh(":memory:", Database::Role::writer);
        migrate(fresh);
        CPPUNIT_ASSERT_EQUAL(shapeOf(fresh), shapeOf(database_));
    }

    void stepThatFailsLeavesTheVersionBefore() {
        makeOne(database_);
        database_.execute("ALTER TABLE jobs ADD COLUMN progress TEXT");  // in the way
        CPPUNIT_ASSERT_THROW(migrate(database_), StoreError);
        if (sqlite3_get_autocommit(database_.handle()) == 0) database_.execute("ROLLBACK");
        CPPUNIT_ASSERT_EQUAL("1"s, valueOf(database_, "PRAGMA user_version"));
        CPPUNIT_ASSERT_EQUAL(
            "0"s, valueOf(database_,
                          "SELECT count(*) FROM pragma_table_info('jobs') WHERE name = 'sent'"));
    }

    void fileIsBroughtUpToDateOnce() {
        const TemporaryStore files;
        {
            Database old(files.path(), Database::Role::writer);
            makeOne(old);
        }
        std::string schema;
        for (int i = 0; i < 2; ++i) {
            Database database(files.path(), Database::Role::writer);
            migrate(database);
            const std::string now = valueOf(database, "PRAGMA schema_version");
            if (i == 1) CPPUNIT_ASSERT_EQUAL(schema, now);
            schema = now;
            CPPUNIT_ASSERT_EQUAL("6"s, valueOf(database, "SELECT count(*) FROM jobs"));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MigrationTest);
