// SPDX-License-Identifier: Apache-2.0
#include "store/copy.h"

#include <cppunit/extensions/HelperMacros.h>

#include <fstream>

#include "store/schema.h"
#include "store/store_error.h"
#include "store/temporary_store.h"

namespace errand::store {

class CopyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CopyTest);
    CPPUNIT_TEST(aCopyIsOfOneMoment);
    CPPUNIT_TEST(theVersionIsRead);
    CPPUNIT_TEST(aFileThatHoldsSomethingIsNotOverwritten);
    CPPUNIT_TEST_SUITE_END();

    const tests::TemporaryStore store_;
    const std::string copy_ = store_.directory() + "/copy";

    // What another process has committed is in it, what it has not is not.
    void aCopyIsOfOneMoment() {
        Database writer(store_.path(), Database::Role::writer);
        writer.execute("CREATE TABLE t (x)");
        writer.execute("INSERT INTO t VALUES (1)");
        writer.execute("BEGIN IMMEDIATE");
        writer.execute("INSERT INTO t VALUES (2)");
        Database source(store_.path(), Database::Role::source);
        std::ofstream(copy_).flush();
        copyInto(source, copy_);
        writer.execute("COMMIT");
        Database copy(copy_, Database::Role::reader);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), tests::numberOf(copy, "SELECT count(*) FROM t"));
    }

    void theVersionIsRead() {
        Database database(store_.path(), Database::Role::writer);
        CPPUNIT_ASSERT_EQUAL(0, versionOf(database));
        migrate(database);
        CPPUNIT_ASSERT_EQUAL(schemaVersion(), versionOf(database));
    }

    void aFileThatHoldsSomethingIsNotOverwritten() {
        Database database(store_.path(), Database::Role::writer);
        migrate(database);
        std::ofstream(copy_) << "something";
        CPPUNIT_ASSERT_THROW(copyInto(database, copy_), StoreError);
        std::string text;
        std::ifstream(copy_) >> text;
        CPPUNIT_ASSERT_EQUAL(std::string("something"), text);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CopyTest);

}  // namespace errand::store
