// SPDX-License-Identifier: Apache-2.0
#include "store/sync_times.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/metrics.h"
#include "store/database.h"
#include "store/temporary_store.h"

namespace errand::store {

class SyncTimesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SyncTimesTest);
    CPPUNIT_TEST(eachCommitIsOneSync);
    CPPUNIT_TEST(whoOnlyReadsHasNone);
    CPPUNIT_TEST_SUITE_END();

    const tests::TemporaryStore store_;
    Database database_{store_.path(), Database::Role::writer};

    static std::uint64_t syncs() {
        const base::Histogram& times = base::Metrics::process().histogram(
            "errand_store_fsync_seconds", "How long each fsync of the store took.");
        std::uint64_t count = 0;
        for (std::size_t i = 0; i <= times.bounds().size(); ++i) count += times.count(i);
        return count;
    }

    void eachCommitIsOneSync() {
        database_.execute("CREATE TABLE t (n)");
        database_.execute("INSERT INTO t VALUES (0)");
        const std::uint64_t before = syncs();
        for (int i = 0; i < 10; ++i) database_.execute("INSERT INTO t VALUES (1)");
        CPPUNIT_ASSERT_EQUAL(before + 10, syncs());
    }

    void whoOnlyReadsHasNone() {
        database_.execute("CREATE TABLE t (n)");
        const std::uint64_t before = syncs();
        Database reader(store_.path(), Database::Role::reader);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), tests::numberOf(reader, "SELECT count(*) FROM t"));
        CPPUNIT_ASSERT_EQUAL(before, syncs());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SyncTimesTest);

}  // namespace errand::store
