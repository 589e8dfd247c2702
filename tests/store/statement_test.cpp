// SPDX-License-Identifier: Apache-2.0
#include "store/statement.h"

#include <limits>

#include <cppunit/extensions/HelperMacros.h>

#include "store/database.h"
#include "store/store_error.h"

using namespace errand;
using namespace errand::store;
using namespace std::string_literals;

namespace {

constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
constexpr auto greatest = std::numeric_limits<std::int64_t>::max();

}  // namespace

class StatementTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StatementTest);
    CPPUNIT_TEST(integersComeBackExactly);
    CPPUNIT_TEST(textComesBackWithItsNuls);
    CPPUNIT_TEST(emptyTextIsNotNull);
    CPPUNIT_TEST(idsComeBack);
    CPPUNIT_TEST(timesComeBack);
    CPPUNIT_TEST(absentOptionalsAreNull);
    CPPUNIT_TEST(valuesHaveTheTypesTheSchemaAsksFor);
    CPPUNIT_TEST(namedParametersAreBoundWhereverTheyStand);
    CPPUNIT_TEST(nameThatIsNotThereIsLeftOut);
    CPPUNIT_TEST(positionsStartAgainAfterNamedOnes);
    CPPUNIT_TEST(rowsComeInTurnAndThenNone);
    CPPUNIT_TEST(runTellsHowManyRowsChanged);
    CPPUNIT_TEST(statementIsUsedAgainAfterItsEnd);
    CPPUNIT_TEST(statementIsUsedAgainAfterAReset);
    CPPUNIT_TEST(statementIsUsedAgainAfterAFailure);
    CPPUNIT_TEST(statementIsUsedAgainAfterABadBind);
    CPPUNIT_TEST(tooManyValuesAreRefused);
    CPPUNIT_TEST(badSqlIsRefused);
    CPPUNIT_TEST(blobOfAnotherLengthIsNoId);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { database_.execute("CREATE TABLE t (x UNIQUE, y)"); }

    void integersComeBackExactly() {
        for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, smallest, greatest}) {
            Statement row(database_, "SELECT ?");
            row.bind(value).step();
            CPPUNIT_ASSERT_EQUAL(value, row.integer(0));
        }
        Statement row(database_, "SELECT ?");
        row.bind(7).step();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, row.integer(0));
    }

    void textComesBackWithItsNuls() {
        const std::string text("a\0b\xc3\xa9\n\0", 7);
        Statement insert(database_, "INSERT INTO t (x) VALUES (?)");
        insert.bind(text).run();
        Statement row(database_, "SELECT x FROM t");
        CPPUNIT_ASSERT(row.step());
        CPPUNIT_ASSERT_EQUAL(text, row.text(0));
    }

    void emptyTextIsNotNull() {
        for (const std::string_view text : {std::string_view(), std::string_view("")}) {
            Statement row(database_, "SELECT ?");
            row.bind(text).step();
            CPPUNIT_ASSERT(!row.isNull(0));
            CPPUNIT_ASSERT_EQUAL(""s, row.text(0));
        }
    }

    void idsComeBack() {
        const base::Id id = base::Id::generate(base::Time{});
        Statement row(database_, "SELECT ?, NULL");
        row.bind(id).step();
        CPPUNIT_ASSERT(id == row.id(0));
        CPPUNIT_ASSERT(base::Id{} == row.id(1));
    }

    void timesComeBack() {
        const base::Time time(std::chrono::microseconds(1795369121000123));
        Statement row(database_, "SELECT ?, ?, NULL");
        row.bind(time).bind(base::Time(std::chrono::microseconds(-1))).step();
        CPPUNIT_ASSERT(time == row.time(0));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-1}, row.integer(1));
        CPPUNIT_ASSERT(time == row.optionalTime(0));
        CPPUNIT_ASSERT(!row.optionalTime(2));
    }

    void absentOptionalsAreNull() {
        Statement row(database_, "SELECT ?, ?, ?, ?");
        row.bind(std::optional<base::Time>()).bind(std::optional<base::Id>()).bindNull();
        row.bind(std::optional<std::string>("there")).step();
        CPPUNIT_ASSERT(row.isNull(0) && row.isNull(1) && row.isNull(2) && !row.isNull(3));
        CPPUNIT_ASSERT_EQUAL(""s, row.text(0));
    }

    void valuesHaveTheTypesTheSchemaAsksFor() {
        Statement row(database_, "SELECT typeof(?), typeof(?), typeof(?), typeof(?), typeof(?)");
        row.bind(1).bind("x").bind(base::Id{}).bind(base::Time{}).bindNull().step();
        CPPUNIT_ASSERT_EQUAL("integer text blob integer null"s,
                             row.text(0) + ' ' + row.text(1) + ' ' + row.text(2) + ' ' +
                                 row.text(3) + ' ' + row.text(4));
    }

    void namedParametersAreBoundWhereverTheyStand() {
        Statement row(database_, "SELECT :b, :a, :b");
        row.bindNamed(":a", 1);
        const std::string two = "two";  // bound, not copied
        row.bindNamed(":b", two);
        row.step();
        CPPUNIT_ASSERT_EQUAL("two1two"s, row.text(0) + row.text(1) + row.text(2));
    }

    void nameThatIsNotThereIsLeftOut() {
        Statement row(database_, "SELECT :a");
        row.bindNamed(":z", 1);
        row.bindNamed(":a", 2);
        row.step();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, row.integer(0));
    }

    void positionsStartAgainAfterNamedOnes() {
        Statement row(database_, "SELECT ?, :a");
        row.bindNamed(":a", 2);
        row.bind(1).step();
        CPPUNIT_ASSERT_EQUAL("12"s, row.text(0) + row.text(1));
    }

    void rowsComeInTurnAndThenNone() {
        database_.execute("INSERT INTO t (x) VALUES (1), (2)");
        Statement row(database_, "SELECT x FROM t ORDER BY x");
        CPPUNIT_ASSERT(row.step());
        CPPUNIT_ASSERT(row.step());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, row.integer(0));
        CPPUNIT_ASSERT(!row.step());
    }

    void runTellsHowManyRowsChanged() {
        Statement insert(database_, "INSERT INTO t (x) VALUES (?), (?)");
        CPPUNIT_ASSERT_EQUAL(2, insert.bind(1).bind(2).run());
        Statement update(database_, "UPDATE t SET y = 1 WHERE x > ?");
        CPPUNIT_ASSERT_EQUAL(1, update.bind(1).run());
        CPPUNIT_ASSERT_EQUAL(0, update.bind(2).run());
        Statement returning(database_, "UPDATE t SET y = 2 RETURNING x");
        CPPUNIT_ASSERT_EQUAL(2, returning.run());
    }

    void statementIsUsedAgainAfterItsEnd() {
        Statement row(database_, "SELECT ?");
        for (int i = 0; i < 3; ++i) {
            CPPUNIT_ASSERT(row.bind(i).step());
            CPPUNIT_ASSERT_EQUAL(std::int64_t{i}, row.integer(0));
            CPPUNIT_ASSERT(!row.step());
        }
    }

    void statementIsUsedAgainAfterAReset() {
        Statement row(database_, "SELECT ?");
        row.bind(1).step();
        row.reset();
        row.bind(2).step();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, row.integer(0));
    }

    void statementIsUsedAgainAfterAFailure() {
        Statement insert(database_, "INSERT INTO t (x) VALUES (?)");
        insert.bind(1).run();
        try {
            insert.bind(1).run();
            CPPUNIT_FAIL("inserted twice");
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT(error.trouble() == Trouble::constraint);
            CPPUNIT_ASSERT_EQUAL("execute: UNIQUE constraint failed: t.x (SQLite 2067)"s,
                                 error.message());
        }
        CPPUNIT_ASSERT_EQUAL(1, insert.bind(2).run());
    }

    void statementIsUsedAgainAfterABadBind() {
        sqlite3_limit(database_.handle(), SQLITE_LIMIT_LENGTH, 100);
        Statement insert(database_, "INSERT INTO t (x, y) VALUES (?, ?)");
        CPPUNIT_ASSERT_THROW(insert.bind(1).bind(std::string(101, 'x')), StoreError);
        CPPUNIT_ASSERT_EQUAL(1, insert.bind(1).bind(2).run());
        Statement row(database_, "SELECT x, y FROM t");
        row.step();
        CPPUNIT_ASSERT_EQUAL("12"s, row.text(0) + row.text(1));
    }

    void tooManyValuesAreRefused() {
        Statement row(database_, "SELECT ?");
        CPPUNIT_ASSERT_THROW(row.bind(1).bind(2), StoreError);
    }

    void badSqlIsRefused() {
        try {
            Statement row(database_, "SELECT missing FROM t");
            CPPUNIT_FAIL("prepared");
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT_EQUAL("prepare: no such column: missing (SQLite 1)"s, error.message());
        }
    }

    void blobOfAnotherLengthIsNoId() {
        Statement row(database_, "SELECT x'0011'");
        row.step();
        CPPUNIT_ASSERT(base::Id{} == row.id(0));
    }

private:
    Database database_{":memory:", Database::Role::writer};
};

CPPUNIT_TEST_SUITE_REGISTRATION(StatementTest);
