// SPDX-License-Identifier: Apache-2.0
#include "store/pool.h"

#include <future>
#include <optional>
#include <stdexcept>

#include <cppunit/extensions/HelperMacros.h>

#include "base/worker.h"

using namespace errand;
using namespace errand::store;

namespace {

constexpr std::chrono::seconds limit(20);  // only matters on failure

}  // namespace

class PoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PoolTest);
    CPPUNIT_TEST(objectsAreMadeWhenNeededAndUsedAgain);
    CPPUNIT_TEST(lentObjectsAreDifferent);
    CPPUNIT_TEST(lendWaitsAtTheLimitForAReturn);
    CPPUNIT_TEST(failedFactoryCountsForNothing);
    CPPUNIT_TEST(neverMoreThanTheLimitAreLentAtATime);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { made_ = 0; }

    void objectsAreMadeWhenNeededAndUsedAgain() {
        Pool<int> pool(2, [this] { return make(); });
        CPPUNIT_ASSERT_EQUAL(0, made_.load());
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT_EQUAL(1, *pool.lend());
        CPPUNIT_ASSERT_EQUAL(1, made_.load());
    }

    void lentObjectsAreDifferent() {
        Pool<int> pool(2, [this] { return make(); });
        auto first = pool.lend();
        auto second = pool.lend();
        CPPUNIT_ASSERT_EQUAL(3, *first + *second);
    }

    void lendWaitsAtTheLimitForAReturn() {
        Pool<int> pool(1, [this] { return make(); });
        std::optional<Pool<int>::Loan> loan;
        std::promise<void> started;
        std::promise<int> got;
        base::Worker second("second");
        {
            auto first = pool.lend();
            second.start([&] {
                started.set_value();
                got.set_value(*pool.lend());
            });
            started.get_future().wait_for(limit);
            *first = 77;
        }
        auto number = got.get_future();
        CPPUNIT_ASSERT(number.wait_for(limit) == std::future_status::ready);
        CPPUNIT_ASSERT_EQUAL(77, number.get());
        CPPUNIT_ASSERT_EQUAL(1, made_.load());
        second.join();
    }

    void failedFactoryCountsForNothing() {
        bool broken = true;
        Pool<int> pool(1, [&] {
            if (broken) throw std::runtime_error("no connection");
            return make();
        });
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT_THROW(pool.lend(), std::runtime_error);
        broken = false;
        CPPUNIT_ASSERT_EQUAL(1, *pool.lend());
    }

    void neverMoreThanTheLimitAreLentAtATime() {
        Pool<int> pool(3, [this] { return make(); });
        std::atomic<int> lent{0};
        std::atomic<int> most{0};
        const auto work = [&] {
            for (int i = 0; i < 500; ++i) {
                const auto loan = pool.lend();
                const int now = ++lent;
                int seen = most.load();
                while (seen < now && !most.compare_exchange_weak(seen, now)) continue;
                --lent;
            }
        };
        {
            base::Worker workers[]{base::Worker("a"), base::Worker("b"), base::Worker("c"),
                                   base::Worker("d"), base::Worker("e"), base::Worker("f")};
            for (base::Worker& worker : workers) worker.start(work);
        }
        CPPUNIT_ASSERT(most.load() <= 3);
        CPPUNIT_ASSERT(made_.load() <= 3);
    }

private:
    std::unique_ptr<int> make() { return std::make_unique<int>(++made_); }

    std::atomic<int> made_{0};
};

CPPUNIT_TEST_SUITE_REGISTRATION(PoolTest);
