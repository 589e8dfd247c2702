// SPDX-License-Identifier: Apache-2.0
#include "jobs/backoff.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace errand;
using namespace std::chrono_literals;

class BackoffTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BackoffTest);
    CPPUNIT_TEST(pauseDoublesWithEachAttempt);
    CPPUNIT_TEST(pauseIsNeverLongerThanTheLongest);
    CPPUNIT_TEST(diceMakeItHalfToOneAndAHalf);
    CPPUNIT_TEST(manyAttemptsOverflowNothing);
    CPPUNIT_TEST(firstDelayOverTheLongestIsTheLongest);
    CPPUNIT_TEST(noDelayIsNoDelay);
    CPPUNIT_TEST_SUITE_END();

public:
    void pauseDoublesWithEachAttempt() {
        CPPUNIT_ASSERT(pause(1) == 1000ms);
        CPPUNIT_ASSERT(pause(2) == 2000ms);
        CPPUNIT_ASSERT(pause(3) == 4000ms);
        CPPUNIT_ASSERT(pause(0) == 1000ms);
    }

    void pauseIsNeverLongerThanTheLongest() {
        CPPUNIT_ASSERT(pause(6) == 32000ms);
        CPPUNIT_ASSERT(pause(7) == 60000ms);
        CPPUNIT_ASSERT(pause(7, 0.99) == 60000ms);
        CPPUNIT_ASSERT(pause(7, 0) == 30000ms);  // jitter also then, or all would come at once
    }

    void diceMakeItHalfToOneAndAHalf() {
        CPPUNIT_ASSERT(pause(1, 0) == 500ms);
        CPPUNIT_ASSERT(pause(1, 0.25) == 750ms);
        CPPUNIT_ASSERT(pause(1, 0.999) == 1499ms);
    }

    void manyAttemptsOverflowNothing() { CPPUNIT_ASSERT(pause(1'000'000'000) == 60000ms); }

    void firstDelayOverTheLongestIsTheLongest() {
        policy_.firstDelay = 2h;
        CPPUNIT_ASSERT(pause(1) == 60000ms);
    }

    void noDelayIsNoDelay() {
        policy_.firstDelay = 0ms;
        CPPUNIT_ASSERT(pause(9, 0.9) == 0ms);
    }

private:
    std::chrono::milliseconds pause(int attempt, double dice = 0.5) const {
        return jobs::backoff(policy_, attempt, dice);
    }

    rpc::RetryPolicy policy_{5, 1000ms, 60000ms, 60000ms};
};

CPPUNIT_TEST_SUITE_REGISTRATION(BackoffTest);
