// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/pace.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::transport_amqp {

using namespace std::chrono_literals;

class PaceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PaceTest);
    CPPUNIT_TEST(beginsAsForSlowMethods);
    CPPUNIT_TEST(fixedNumberNeverChanges);
    CPPUNIT_TEST(slowMethodsChangeNothing);
    CPPUNIT_TEST(briskAndFastMethodsHoldMore);
    CPPUNIT_TEST(fastMethodsThatTurnSlowHoldFewAgain);
    CPPUNIT_TEST(levelsEndWhereTheySay);
    CPPUNIT_TEST(oneOddRunChangesNothing);
    CPPUNIT_TEST(manyWorkersNeedNoLess);
    CPPUNIT_TEST(whatIsTheSameNumberIsNoChange);
    CPPUNIT_TEST_SUITE_END();

public:
    void beginsAsForSlowMethods() {
        CPPUNIT_ASSERT_EQUAL(2, Pace(1, 0).start());
        CPPUNIT_ASSERT_EQUAL(16, Pace(8, 0).start());
    }

    void fixedNumberNeverChanges() {
        Pace pace(8, 7);
        CPPUNIT_ASSERT_EQUAL(7, pace.start());
        for (int i = 0; i < 100; ++i) CPPUNIT_ASSERT(!pace.ran(1us));
        for (int i = 0; i < 100; ++i) CPPUNIT_ASSERT(!pace.ran(10s));
    }

    void slowMethodsChangeNothing() {
        Pace pace(4, 0);
        CPPUNIT_ASSERT(all(pace, 200, 10ms).empty());
    }

    void briskAndFastMethodsHoldMore() {
        Pace pace(4, 0);
        CPPUNIT_ASSERT(all(pace, 200, 1ms) == std::vector{32});
        CPPUNIT_ASSERT(all(pace, 200, 50us) == std::vector{500});
        Pace fromTheStart(4, 0);
        CPPUNIT_ASSERT(all(fromTheStart, 31, 0ns).empty());
        CPPUNIT_ASSERT(all(fromTheStart, 1, 0ns) == std::vector{500});
    }

    void fastMethodsThatTurnSlowHoldFewAgain() {
        Pace pace(4, 0);
        CPPUNIT_ASSERT(all(pace, 64, 50us) == std::vector{500});
        CPPUNIT_ASSERT(all(pace, 64, 1s) == std::vector{8});
        CPPUNIT_ASSERT(all(pace, 64, 1ms) == std::vector{32});
    }

    void levelsEndWhereTheySay() {
        Pace pace(1, 0);
        CPPUNIT_ASSERT(all(pace, 32, 5ms).empty());
        CPPUNIT_ASSERT(all(pace, 32, 5ms - 1ns) == std::vector{32});
        CPPUNIT_ASSERT(all(pace, 32, 200us).empty());
        CPPUNIT_ASSERT(all(pace, 32, 200us - 1ns) == std::vector{500});
        CPPUNIT_ASSERT(all(pace, 32, 5ms) == std::vector{2});
    }

    void oneOddRunChangesNothing() {
        Pace pace(4, 0);
        CPPUNIT_ASSERT(all(pace, 32, 50us) == std::vector{500});
        for (int place = 0; place < 32; ++place) {
            CPPUNIT_ASSERT(all(pace, place, 50us).empty());
            CPPUNIT_ASSERT(!pace.ran(1h));
            CPPUNIT_ASSERT(all(pace, 31 - place, 50us).empty());
        }
        all(pace, 30, 50us);
        CPPUNIT_ASSERT(all(pace, 2, 1s) == std::vector{8});  // two are no chance
    }

    void manyWorkersNeedNoLess() {
        Pace pace(300, 0);
        CPPUNIT_ASSERT_EQUAL(600, pace.start());
        CPPUNIT_ASSERT(all(pace, 640, 10us).empty());
        Pace fewer(20, 0);
        CPPUNIT_ASSERT_EQUAL(40, fewer.start());
        CPPUNIT_ASSERT(all(fewer, 64, 10us) == std::vector{500});
    }

    void whatIsTheSameNumberIsNoChange() {
        Pace pace(20, 0);  // 40 for slow methods and brisk ones
        CPPUNIT_ASSERT(all(pace, 64, 1ms).empty());
        CPPUNIT_ASSERT(all(pace, 640, 10us) == std::vector{500});
        CPPUNIT_ASSERT(all(pace, 64, 1ms) == std::vector{40});
        CPPUNIT_ASSERT(all(pace, 64, 1s).empty());
        CPPUNIT_ASSERT(all(pace, 64, 10us) == std::vector{500});
        CPPUNIT_ASSERT(all(pace, 640, 1s) == std::vector{40});
    }

private:
    // What each of so many runs of that time said.
    static std::vector<int> all(Pace& pace, int runs, std::chrono::nanoseconds time) {
        std::vector<int> said;
        for (int i = 0; i < runs; ++i) {
            if (const auto now = pace.ran(time)) said.push_back(*now);
        }
        return said;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PaceTest);

}  // namespace errand::transport_amqp
