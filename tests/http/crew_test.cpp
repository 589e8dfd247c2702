// SPDX-License-Identifier: Apache-2.0
#include "http/crew.h"

#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <semaphore>

#include "http/test_server.h"

namespace errand::http {
namespace {

class CrewTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrewTest);
    CPPUNIT_TEST(guestsAreServedInTheOrderTheyCame);
    CPPUNIT_TEST(threadsBeginAsTheyAreNeeded);
    CPPUNIT_TEST(whoWaitsIsServedBeforeTheEnd);
    CPPUNIT_TEST(theEndWaitsNoLongerThanItsDeadline);
    CPPUNIT_TEST(nobodyIsTakenAfterTheEnd);
    CPPUNIT_TEST_SUITE_END();

    static Guest guest(int number) {
        Guest guest;
        guest.served = number;
        return guest;
    }

    void guestsAreServedInTheOrderTheyCame() {
        std::vector<int> served;  // by the only thread
        Crew crew(1, [&](const Guest& one) { served.push_back(one.served); });
        for (int i = 0; i < 100; ++i) crew.add(guest(i));
        crew.stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t(100), served.size());
        CPPUNIT_ASSERT(std::ranges::is_sorted(served));
    }

    // As many at once as may be: each waits until the others are there.
    void threadsBeginAsTheyAreNeeded() {
        std::atomic<int> there{0};
        std::counting_semaphore<> all(0);
        Crew crew(3, [&](const Guest&) {
            if (++there == 3) all.release(3);
            all.acquire();
            all.release();
        });
        for (int i = 0; i < 5; ++i) crew.add(guest(i));
        crew.stop();
        CPPUNIT_ASSERT_EQUAL(5, there.load());
        CPPUNIT_ASSERT_EQUAL(0, crew.waiting());
    }

    void whoWaitsIsServedBeforeTheEnd() {
        std::binary_semaphore go(0);
        std::atomic<int> served{0};
        Crew crew(1, [&](const Guest&) {
            if (served++ == 0) go.acquire();
        });
        for (int i = 0; i < 3; ++i) crew.add(guest(i));
        auto finished = std::async(std::launch::async,
                                   [&] { return crew.finish(in(std::chrono::seconds(20))); });
        go.release();
        CPPUNIT_ASSERT(finished.get());
        CPPUNIT_ASSERT_EQUAL(3, served.load());
    }

    void theEndWaitsNoLongerThanItsDeadline() {
        std::binary_semaphore go(0);
        Crew crew(1, [&](const Guest&) { go.acquire(); });
        crew.add(guest(1));
        CPPUNIT_ASSERT(!crew.finish(in(std::chrono::milliseconds(10))));
        go.release();
        crew.stop();
        crew.stop();
    }

    void nobodyIsTakenAfterTheEnd() {
        Crew crew(1, [](const Guest&) { CPPUNIT_FAIL("served"); });
        CPPUNIT_ASSERT(crew.finish(in(std::chrono::seconds(0))));
        crew.add(guest(1));
        CPPUNIT_ASSERT_EQUAL(0, crew.waiting());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CrewTest);

}  // namespace
}  // namespace errand::http
