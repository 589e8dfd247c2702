// SPDX-License-Identifier: Apache-2.0
#include "store/schema.h"

#include <map>

#include <cppunit/extensions/HelperMacros.h>

#include "store/store_error.h"
#include "store/temporary_store.h"

using namespace errand::store;
using namespace errand::tests;
using namespace std::string_literals;

namespace {

using Row = std::map<std::string, std::string>;  // column to SQL literal

// A queued job as it is right after its submit; each test changes what it is about.
Row queued() {
    return {{"id", "randomblob(16)"}, {"service", "'compute'"}, {"method", "'compute'"},
            {"args", "'[]'"},         {"kwargs", "'{}'"},       {"state", "0"},
            {"attempt", "0"},         {"max_attempts", "5"},    {"claim", "0"},
            {"timeout_ms", "1000"},   {"created_at", "1"},      {"run_at", "1"}};
}

Row changed(Row row, const Row& changes) {
    for (const auto& [column, literal] : changes) row[column] = literal;
    return row;
}

Row running(const Row& changes = {}) {
    return changed(
        changed(queued(), {{"state", "1"}, {"attempt", "1"}, {"claim", "1"}, {"boot", "1"}}),
        changes);
}

Row succeeded(const Row& changes = {}) {
    return changed(changed(queued(), {{"state", "2"},
                                      {"attempt", "1"},
                                      {"claim", "1"},
                                      {"finished_at", "2"},
                                      {"result", "'40'"}}),
                   changes);
}

Row failed(const Row& changes = {}) {
    return changed(changed(queued(), {{"state", "3"},
                                      {"finished_at", "2"},
                                      {"error_type", "'Expired'"},
                                      {"error_message", "'too late'"}}),
                   changes);
}

Row cancelled(const Row& changes = {}) {
    return changed(changed(queued(), {{"state", "4"}, {"finished_at", "2"}}), changes);
}

}  // namespace

class SchemaTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SchemaTest);
    CPPUNIT_TEST(emptyFileIsBroughtUpToDate);
    CPPUNIT_TEST(upToDateFileIsLeftAsItIs);
    CPPUNIT_TEST(fileOfANewerVersionIsRefused);
    CPPUNIT_TEST(stepThatFailsLeavesNothingBehind);
    CPPUNIT_TEST(rowsOfEveryStateAreTaken);
    CPPUNIT_TEST(impossibleValuesAreRefused);
    CPPUNIT_TEST(impossibleQueuedRowsAreRefused);
    CPPUNIT_TEST(impossibleRunningRowsAreRefused);
    CPPUNIT_TEST(impossibleFinishedRowsAreRefused);
    CPPUNIT_TEST(idsAreUnique);
    CPPUNIT_TEST(bootsAreChecked);
    CPPUNIT_TEST(viewShowsWordsAndTimes);
    CPPUNIT_TEST_SUITE_END();

public:
    void emptyFileIsBroughtUpToDate() {
        CPPUNIT_ASSERT_EQUAL("0"s, valueOf(database_, "PRAGMA user_version"));
        migrate(database_);
        CPPUNIT_ASSERT_EQUAL(std::to_string(schemaVersion()),
                             valueOf(database_, "PRAGMA user_version"));
        CPPUNIT_ASSERT_EQUAL("boots changes idempotency_keys job_counts jobs paused_services"s,
                             valueOf(database_,
                                     "SELECT group_concat(name, ' ') FROM (SELECT name FROM"
                                     " sqlite_schema WHERE type = 'table' ORDER BY name)"));
    }

    void upToDateFileIsLeftAsItIs() {
        open();
        accept(queued());
        const std::string before = valueOf(database_, "PRAGMA schema_version");
        migrate(database_);
        CPPUNIT_ASSERT_EQUAL(before, valueOf(database_, "PRAGMA schema_version"));
        CPPUNIT_ASSERT_EQUAL("1"s, valueOf(database_, "SELECT count(*) FROM jobs"));
    }

    void fileOfANewerVersionIsRefused() {
        database_.execute("PRAGMA user_version=99");
        try {
            migrate(database_);
            CPPUNIT_FAIL("migrated");
        } catch (const Poco::DataException& error) {
            CPPUNIT_ASSERT_EQUAL("the database is of version 99, this program reads up to " +
                                     std::to_string(schemaVersion()) +
                                     ": start the newer errandd that wrote it",
                                 error.message());
        }
        CPPUNIT_ASSERT_EQUAL("99"s, valueOf(database_, "PRAGMA user_version"));
    }

    void stepThatFailsLeavesNothingBehind() {
        database_.execute("CREATE TABLE jobs (x)");  // in the way of the first step
        CPPUNIT_ASSERT_THROW(migrate(database_), StoreError);
        if (sqlite3_get_autocommit(database_.handle()) == 0) database_.execute("ROLLBACK");
        CPPUNIT_ASSERT_EQUAL("0"s, valueOf(database_, "PRAGMA user_version"));
        CPPUNIT_ASSERT_EQUAL(
            "0"s, valueOf(database_, "SELECT count(*) FROM sqlite_schema WHERE name = 'boots'"));
    }

    void rowsOfEveryStateAreTaken() {
        open();
        for (const Row& row : {queued(), running(), succeeded(), failed(), cancelled()})
            accept(row);
        accept(changed(queued(), {{"parent", "randomblob(16)"}, {"tags", "'[\"a\"]'"}}));
        // Tried already, once in vain, and due again.
        accept(changed(queued(), {{"attempt", "1"},
                                  {"claim", "3"},
                                  {"error_type", "'TryAgain'"},
                                  {"error_message", "''"}}));
        accept(running({{"attempt", "5"}, {"claim", "5"}, {"cancel_requested", "1"}}));
        accept(running({{"crashes", "2"}, {"lone_crashes", "1"}}));
    }

    void impossibleValuesAreRefused() {
        open();
        const Row impossible[] = {{{"state", "-1"}},
                                  {{"state", "5"}},
                                  {{"attempt", "-1"}},
                                  {{"attempt", "6"}, {"claim", "6"}},
                                  {{"attempt", "1"}},
                                  {{"crashes", "-1"}},
                                  {{"crashes", "1"}, {"lone_crashes", "2"}},
                                  {{"lone_crashes", "-1"}},
                                  {{"cancel_requested", "2"}},
                                  {{"timeout_ms", "0"}},
                                  {{"timeout_ms", "-5"}},
                                  {{"id", "x'00'"}},
                                  {{"id", "NULL"}},
                                  {{"parent", "x'00'"}},
                                  {{"service", "NULL"}},
                                  {{"method", "NULL"}},
                                  {{"args", "NULL"}},
                                  {{"kwargs", "NULL"}},
                                  {{"created_at", "NULL"}},
                                  {{"run_at", "NULL"}},
                                  {{"run_at", "'soon'"}},
                                  {{"max_attempts", "NULL"}}};
        for (const Row& change : impossible) refuse(changed(queued(), change));
    }

    void impossibleQueuedRowsAreRefused() {
        open();
        const Row impossible[] = {{{"boot", "1"}},
                                  {{"finished_at", "2"}},
                                  {{"result", "'40'"}},
                                  {{"error_type", "'Timeout'"}},
                                  {{"error_message", "'lonely'"}},
                                  {{"cancel_requested", "1"}}};
        for (const Row& change : impossible) refuse(changed(queued(), change));
    }

    void impossibleRunningRowsAreRefused() {
        open();
        refuse(running({{"boot", "NULL"}}));
        refuse(running({{"boot", "77"}}));  // no such boot
        refuse(running({{"attempt", "0"}}));
        refuse(running({{"finished_at", "2"}}));
        refuse(running({{"result", "'40'"}}));
    }

    void impossibleFinishedRowsAreRefused() {
        open();
        for (const Row& row : {succeeded(), failed(), cancelled()}) {
            refuse(changed(row, {{"finished_at", "NULL"}}));
            refuse(changed(row, {{"boot", "1"}}));
        }
        refuse(succeeded({{"result", "NULL"}}));
        refuse(succeeded({{"attempt", "0"}}));
        refuse(succeeded({{"error_type", "'Timeout'"}, {"error_message", "''"}}));
        refuse(failed({{"error_type", "NULL"}, {"error_message", "NULL"}}));
        refuse(failed({{"error_message", "NULL"}}));
        refuse(failed({{"result", "'40'"}}));
        refuse(cancelled({{"result", "'40'"}}));
    }

    void idsAreUnique() {
        open();
        const Row row = changed(queued(), {{"id", "x'00112233445566778899aabbccddeeff'"}});
        accept(row);
        refuse(row);
    }

    void bootsAreChecked() {
        open();
        CPPUNIT_ASSERT_THROW(
            database_.execute("INSERT INTO boots (id, transport, broker, started_at)"
                              " VALUES (x'00', 'inproc', '', 1)"),
            StoreError);
        CPPUNIT_ASSERT_THROW(
            database_.execute("INSERT INTO boots (id, transport, broker, started_at)"
                              " VALUES (randomblob(16), NULL, '', 1)"),
            StoreError);
    }

    void viewShowsWordsAndTimes() {
        open();
        for (const Row& row : {queued(), running(), succeeded(), failed(), cancelled()})
            accept(row);
        accept(changed(queued(), {{"id", "x'00112233445566778899aabbccddeeff'"},
                                  {"created_at", "1795369121000123"}}));
        CPPUNIT_ASSERT_EQUAL("queued running succeeded failed cancelled queued"s,
                             valueOf(database_,
                                     "SELECT group_concat(state, ' ') FROM (SELECT state FROM "
                                     "job_view ORDER BY sequence)"));
        CPPUNIT_ASSERT_EQUAL(
            "00112233445566778899aabbccddeeff 2026-11-22T17:38:41.000Z"s,
            valueOf(database_, "SELECT id || ' ' || created_at FROM job_view WHERE sequence = 6"));
    }

private:
    void open() {
        migrate(database_);
        database_.execute(
            "INSERT INTO boots (id, transport, broker, started_at)"
            " VALUES (randomblob(16), 'inproc', '', 1)");
    }

    static std::string insertOf(const Row& row) {
        std::string columns;
        std::string literals;
        for (const auto& [column, literal] : row) {
            columns += (columns.empty() ? "" : ", ") + column;
            literals += (literals.empty() ? "" : ", ") + literal;
        }
        return "INSERT INTO jobs (" + columns + ") VALUES (" + literals + ")";
    }

    void accept(const Row& row) { database_.execute(insertOf(row)); }

    void refuse(const Row& row) {
        const std::string sql = insertOf(row);
        try {
            database_.execute(sql);
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT_MESSAGE(error.message(), error.trouble() == Trouble::constraint);
            return;
        }
        CPPUNIT_FAIL("taken: " + sql);
    }

    Database database_{":memory:", Database::Role::writer};
};

CPPUNIT_TEST_SUITE_REGISTRATION(SchemaTest);
