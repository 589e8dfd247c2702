// SPDX-License-Identifier: Apache-2.0
#include "rpc/solo.h"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <deque>

#include "base/worker.h"

using namespace errand;
using namespace std::chrono_literals;

class SoloTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SoloTest);
    CPPUNIT_TEST(othersGoTogether);
    CPPUNIT_TEST(loneOnesAreAloneAmongMany);
    CPPUNIT_TEST(loneOneDoesNotWaitForEver);
    CPPUNIT_TEST(othersGoOnWhereALoneOneGaveUp);
    CPPUNIT_TEST(oneThatGaveUpLeavesTheOtherAlone);
    CPPUNIT_TEST_SUITE_END();

public:
    void othersGoTogether() {
        rpc::Solo solo;
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(solo.enter(false));
        for (int i = 0; i < 3; ++i) solo.leave(false);
        CPPUNIT_ASSERT(solo.enter(true));
        solo.leave(true);
        CPPUNIT_ASSERT(solo.enter(false));
    }

    void loneOnesAreAloneAmongMany() {
        rpc::Solo solo;
        std::atomic<int> inside{0};
        std::atomic<int> broken{0};
        const auto pass = [&](bool alone) {
            if (!solo.enter(alone)) ++broken;
            const int here = ++inside;
            if (alone && (here != 1 || inside.load() != 1)) ++broken;
            --inside;
            solo.leave(alone);
        };
        std::deque<base::Worker> workers;
        for (int i = 0; i < 4; ++i) {
            workers.emplace_back("worker").start([&, i] {
                for (int round = 0; round < 500; ++round) pass((round + i) % 5 == 0);
            });
        }
        for (base::Worker& worker : workers) worker.join();
        CPPUNIT_ASSERT_EQUAL(0, broken.load());
    }

    void loneOneDoesNotWaitForEver() {
        rpc::Solo solo(20ms);
        CPPUNIT_ASSERT(solo.enter(false));
        CPPUNIT_ASSERT(!solo.enter(true));
        solo.leave(false);
        CPPUNIT_ASSERT(solo.enter(true));
    }

    void othersGoOnWhereALoneOneGaveUp() {
        rpc::Solo solo(20ms);
        CPPUNIT_ASSERT(solo.enter(false));
        CPPUNIT_ASSERT(!solo.enter(true));
        CPPUNIT_ASSERT(solo.enter(false));
    }

    void oneThatGaveUpLeavesTheOtherAlone() {
        rpc::Solo solo(20ms);
        CPPUNIT_ASSERT(solo.enter(true));
        CPPUNIT_ASSERT(!solo.enter(true));
        CPPUNIT_ASSERT(!solo.enter(true));
        solo.leave(true);
        CPPUNIT_ASSERT(solo.enter(true));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SoloTest);
