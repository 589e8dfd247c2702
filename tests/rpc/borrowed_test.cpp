// SPDX-License-Identifier: Apache-2.0
#include "rpc/borrowed.h"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <deque>
#include <memory>

#include "base/semaphore.h"
#include "base/worker.h"

using namespace errand;

class BorrowedTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BorrowedTest);
    CPPUNIT_TEST(isThereFromOpenToClose);
    CPPUNIT_TEST(manyAreInsideAtATime);
    CPPUNIT_TEST(closeWaitsForWhoIsInside);
    CPPUNIT_TEST(closeWithoutOpenAndTwice);
    CPPUNIT_TEST(nobodyFindsWhatIsGone);
    CPPUNIT_TEST_SUITE_END();

    static int twice(const int& number) { return 2 * number; }

public:
    void isThereFromOpenToClose() {
        rpc::Borrowed<int> borrowed;
        int number = 21;
        CPPUNIT_ASSERT(!borrowed.use(twice));
        borrowed.open(number);
        CPPUNIT_ASSERT_EQUAL(42, borrowed.use(twice).value());
        borrowed.use([](int& itself) { return itself = 5; });
        CPPUNIT_ASSERT_EQUAL(5, number);
        borrowed.close();
        CPPUNIT_ASSERT(!borrowed.use(twice));
        borrowed.open(number);
        CPPUNIT_ASSERT_EQUAL(10, borrowed.use(twice).value());
    }

    // A lock over the whole use would let a nested one wait for itself.
    void manyAreInsideAtATime() {
        rpc::Borrowed<int> borrowed;
        int number = 1;
        borrowed.open(number);
        const auto inner = borrowed.use([&](int&) { return borrowed.use(twice).value(); });
        CPPUNIT_ASSERT_EQUAL(2, inner.value());
        borrowed.close();
    }

    void closeWaitsForWhoIsInside() {
        for (int round = 0; round < 200; ++round) {
            rpc::Borrowed<std::atomic<int>> borrowed;
            std::atomic<int> number{0};
            borrowed.open(number);
            base::Semaphore inside;
            base::Worker user("user");
            user.start([&] {
                borrowed.use([&](std::atomic<int>& itself) {
                    inside.release();
                    for (int i = 0; i < 100; ++i) ++itself;
                    return 0;
                });
            });
            inside.acquire();
            borrowed.close();
            CPPUNIT_ASSERT_EQUAL(100, number.load());
            user.join();
        }
    }

    void closeWithoutOpenAndTwice() {
        rpc::Borrowed<int> borrowed;
        borrowed.close();
        int number = 1;
        borrowed.open(number);
        borrowed.close();
        borrowed.close();
        CPPUNIT_ASSERT(!borrowed.use(twice));
    }

    // The sanitizers look whether somebody still uses it.
    void nobodyFindsWhatIsGone() {
        rpc::Borrowed<int> borrowed;
        auto number = std::make_unique<int>(7);
        borrowed.open(*number);
        std::atomic<bool> stop{false};
        std::atomic<int> wrong{0};
        std::deque<base::Worker> users;
        for (int i = 0; i < 3; ++i) {
            users.emplace_back("user").start([&] {
                while (!stop.load()) {
                    const auto seen = borrowed.use(twice);
                    if (seen && *seen != 14) ++wrong;
                }
            });
        }
        for (int i = 0; i < 200; ++i) {
            borrowed.close();
            *number = 0;
            number = std::make_unique<int>(7);
            borrowed.open(*number);
        }
        stop.store(true);
        for (base::Worker& user : users) user.join();
        CPPUNIT_ASSERT_EQUAL(0, wrong.load());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BorrowedTest);
