// SPDX-License-Identifier: Apache-2.0
#include "store/database.h"

#include <cppunit/extensions/HelperMacros.h>

#include "store/store_error.h"
#include "store/temporary_store.h"

using namespace errand::store;
using namespace errand::tests;
using namespace std::string_literals;

class DatabaseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DatabaseTest);
    CPPUNIT_TEST(writerIsDurableAndChecksReferences);
    CPPUNIT_TEST(readerSeesWhatIsCommittedAndNothingElse);
    CPPUNIT_TEST(readerNeverWaitsForTheWriter);
    CPPUNIT_TEST(readerWritesNothing);
    CPPUNIT_TEST(fileThatCannotBeOpenedIsNamed);
    CPPUNIT_TEST(fileThatIsNoDatabaseIsUntrusted);
    CPPUNIT_TEST(badSqlIsQuotedByItsFirstLine);
    CPPUNIT_TEST(sessionAndHandleAreOneConnection);
    CPPUNIT_TEST_SUITE_END();

public:
    void writerIsDurableAndChecksReferences() {
        Database writer(store_.path(), Database::Role::writer);
        CPPUNIT_ASSERT_EQUAL("wal"s, valueOf(writer, "PRAGMA journal_mode"));
        CPPUNIT_ASSERT_EQUAL("2"s, valueOf(writer, "PRAGMA synchronous"));
        CPPUNIT_ASSERT_EQUAL("0"s, valueOf(writer, "PRAGMA wal_autocheckpoint"));
        CPPUNIT_ASSERT_EQUAL("1"s, valueOf(writer, "PRAGMA foreign_keys"));
    }

    void readerSeesWhatIsCommittedAndNothingElse() {
        Database writer(store_.path(), Database::Role::writer);
        writer.execute("CREATE TABLE t (x)");
        Database reader(store_.path(), Database::Role::reader);
        writer.execute("BEGIN IMMEDIATE");
        writer.execute("INSERT INTO t VALUES (1)");
        CPPUNIT_ASSERT_EQUAL("0"s, valueOf(reader, "SELECT count(*) FROM t"));
        writer.execute("COMMIT");
        CPPUNIT_ASSERT_EQUAL("1"s, valueOf(reader, "SELECT count(*) FROM t"));
    }

    void readerNeverWaitsForTheWriter() {
        Database writer(store_.path(), Database::Role::writer);
        writer.execute("CREATE TABLE t (x)");
        Database reader(store_.path(), Database::Role::reader);
        writer.execute("BEGIN EXCLUSIVE");
        sqlite3_busy_timeout(reader.handle(), 0);  // a wait would be an error now
        CPPUNIT_ASSERT_EQUAL("0"s, valueOf(reader, "SELECT count(*) FROM t"));
        writer.execute("COMMIT");
    }

    void readerWritesNothing() {
        Database writer(store_.path(), Database::Role::writer);
        writer.execute("CREATE TABLE t (x)");
        Database reader(store_.path(), Database::Role::reader);
        CPPUNIT_ASSERT_THROW(reader.execute("INSERT INTO t VALUES (1)"), StoreError);
        CPPUNIT_ASSERT_EQUAL("0"s, valueOf(writer, "SELECT count(*) FROM t"));
    }

    void fileThatCannotBeOpenedIsNamed() {
        const std::string path = store_.directory() + "/missing/errand.db";
        try {
            Database writer(path, Database::Role::writer);
            CPPUNIT_FAIL("opened");
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT(error.message().starts_with("cannot open " + path + ": "));
            CPPUNIT_ASSERT(error.trouble() == Trouble::other);
        }
    }

    void fileThatIsNoDatabaseIsUntrusted() {
        std::FILE* file = std::fopen(store_.path().c_str(), "w");
        std::fputs(std::string(5000, 'x').c_str(), file);
        std::fclose(file);
        try {
            Database writer(store_.path(), Database::Role::writer);
            CPPUNIT_FAIL("opened");
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT(error.trouble() == Trouble::untrusted);
            CPPUNIT_ASSERT_EQUAL(store_.path() +
                                     ": PRAGMA journal_mode=WAL: file is not a database (SQLite "
                                     "26); move the file away, or put a copy in its place",
                                 error.message());
        }
    }

    void badSqlIsQuotedByItsFirstLine() {
        Database writer(":memory:", Database::Role::writer);
        try {
            writer.execute("CREATE THING t\n(and a second line)");
            CPPUNIT_FAIL("executed");
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT_EQUAL("CREATE THING t: near \"THING\": syntax error (SQLite 1)"s,
                                 error.message());
        }
    }

    void sessionAndHandleAreOneConnection() {
        Database writer(":memory:", Database::Role::writer);
        writer.session() << "CREATE TEMP TABLE t (x)", Poco::Data::Keywords::now;
        CPPUNIT_ASSERT_EQUAL("0"s, valueOf(writer, "SELECT count(*) FROM temp.t"));
    }

private:
    TemporaryStore store_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseTest);
