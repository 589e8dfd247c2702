// SPDX-License-Identifier: Apache-2.0
#include "store/store_error.h"

#include <cppunit/extensions/HelperMacros.h>

#include "store/faulty_disk.h"
#include "store/temporary_store.h"

using namespace errand::store;
using namespace errand::tests;
using namespace std::string_literals;

namespace {

// What a statement fails with.
StoreError failureOf(Database& database, const std::string& sql) {
    try {
        database.execute(sql);
    } catch (const StoreError& error) {
        return error;
    }
    throw std::runtime_error("no failure: " + sql);
}

}  // namespace

class StoreErrorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoreErrorTest);
    CPPUNIT_TEST(textSaysWhatWasDoneWhatWentWrongAndTheCode);
    CPPUNIT_TEST(refusedRowsAreConstraints);
    CPPUNIT_TEST(fullDatabaseIsAFullDisk);
    CPPUNIT_TEST(fullDiskIsAFullDiskAndPasses);
    CPPUNIT_TEST(failedSyncCannotBeTrusted);
    CPPUNIT_TEST(damageCannotBeTrusted);
    CPPUNIT_TEST(itIsAnIoExceptionByItsOwnName);
    CPPUNIT_TEST_SUITE_END();

public:
    void textSaysWhatWasDoneWhatWentWrongAndTheCode() {
        Database database(":memory:", Database::Role::writer);
        const StoreError error = failureOf(database, "DROP TABLE gone");
        CPPUNIT_ASSERT_EQUAL("DROP TABLE gone: no such table: gone (SQLite 1)"s, error.message());
        CPPUNIT_ASSERT(error.trouble() == Trouble::other);
    }

    void refusedRowsAreConstraints() {
        Database database(":memory:", Database::Role::writer);
        database.execute("CREATE TABLE t (x INTEGER PRIMARY KEY, y NOT NULL, z CHECK (z > 0))");
        for (const auto* sql :
             {"INSERT INTO t VALUES (1, NULL, 1)", "INSERT INTO t VALUES (1, 1, 0)",
              "INSERT INTO t VALUES (1, 1, 1), (1, 1, 1)"}) {
            CPPUNIT_ASSERT(failureOf(database, sql).trouble() == Trouble::constraint);
        }
    }

    void fullDatabaseIsAFullDisk() {
        Database database(":memory:", Database::Role::writer);
        database.execute("CREATE TABLE t (x)");
        database.execute("PRAGMA max_page_count=3");
        const StoreError error = failureOf(database, "INSERT INTO t VALUES (zeroblob(100000))");
        CPPUNIT_ASSERT(error.trouble() == Trouble::diskFull);
    }

    void fullDiskIsAFullDiskAndPasses() {
        FaultyDisk disk;
        TemporaryStore store;
        Database database(store.path(), Database::Role::writer);
        database.execute("CREATE TABLE t (x)");
        disk.full = true;
        CPPUNIT_ASSERT(failureOf(database, "INSERT INTO t VALUES (1)").trouble() ==
                       Trouble::diskFull);
        disk.full = false;
        database.execute("INSERT INTO t VALUES (2)");
        CPPUNIT_ASSERT_EQUAL("2"s, valueOf(database, "SELECT group_concat(x) FROM t"));
    }

    void failedSyncCannotBeTrusted() {
        FaultyDisk disk;
        TemporaryStore store;
        Database database(store.path(), Database::Role::writer);
        disk.failSyncs = true;
        CPPUNIT_ASSERT(failureOf(database, "CREATE TABLE t (x)").trouble() == Trouble::untrusted);
    }

    void damageCannotBeTrusted() {
        TemporaryStore store;
        {
            Database database(store.path(), Database::Role::writer);
            database.execute("CREATE TABLE t (x)");
        }
        std::FILE* file = std::fopen(store.path().c_str(), "r+");
        std::fseek(file, 100, SEEK_SET);  // the first page, after the header
        std::fputs(std::string(3000, '\xff').c_str(), file);
        std::fclose(file);
        try {
            Database database(store.path(), Database::Role::reader);
            database.execute("SELECT * FROM t");
            CPPUNIT_FAIL("read");
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT(error.trouble() == Trouble::untrusted);
        }
    }

    void itIsAnIoExceptionByItsOwnName() {
        const StoreError error(Trouble::diskFull, "no room");
        const Poco::IOException& base = error;
        CPPUNIT_ASSERT_EQUAL("Store error: no room"s, base.displayText());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoreErrorTest);
