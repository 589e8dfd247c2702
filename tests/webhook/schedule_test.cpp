// SPDX-License-Identifier: Apache-2.0
#include "webhook/schedule.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::webhook {

using namespace std::chrono_literals;

class ScheduleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ScheduleTest);
    CPPUNIT_TEST(pausesAreThoseOfTheStandard);
    CPPUNIT_TEST(pausesAreLongerByUpToATenth);
    CPPUNIT_TEST(receiversMayAskForMore);
    CPPUNIT_TEST(receiversCannotAskForLess);
    CPPUNIT_TEST_SUITE_END();

    void pausesAreThoseOfTheStandard() {
        const std::chrono::seconds wanted[] = {5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h, 24h};
        int attempt = 0;
        for (const auto pause : wanted) CPPUNIT_ASSERT(pause == pauseAfter(++attempt, 0));
        CPPUNIT_ASSERT(24h == pauseAfter(1000, 0));
        // Nobody counts from 0, but a number from outside must not lead astray.
        CPPUNIT_ASSERT(5s == pauseAfter(0, 0));
    }

    void pausesAreLongerByUpToATenth() {
        CPPUNIT_ASSERT(5250ms == pauseAfter(1, 0.5));
        CPPUNIT_ASSERT(pauseAfter(2, 0.999) > 329s);
        CPPUNIT_ASSERT(pauseAfter(2, 0.999) < 330s);
    }

    void receiversMayAskForMore() {
        CPPUNIT_ASSERT(60s == pauseAfter(1, 0.5, 60s));
        CPPUNIT_ASSERT(24h == pauseAfter(1, 0.5, 1000h));
    }

    void receiversCannotAskForLess() {
        CPPUNIT_ASSERT(300s == pauseAfter(2, 0, 1s));
        CPPUNIT_ASSERT(300s == pauseAfter(2, 0, 0s));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ScheduleTest);

}  // namespace errand::webhook
