// SPDX-License-Identifier: Apache-2.0
#include "http/allowance.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/socket_pair.h"

namespace errand::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class AllowanceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AllowanceTest);
    CPPUNIT_TEST(whoSendsNothingHasTheHeadStart);
    CPPUNIT_TEST(whoKeepsTheRateMayGoOn);
    CPPUNIT_TEST(whoIsSlowerThanTheRateIsEnded);
    CPPUNIT_TEST(aRushBuysNoLongSilence);
    CPPUNIT_TEST(timeIsShorterWhileOthersWait);
    CPPUNIT_TEST_SUITE_END();

    static Settings settings() {
        Settings settings;
        settings.headerDeadline = seconds(10);
        settings.crowdedDeadline = seconds(1);
        settings.minBodyRate = 1000;
        return settings;
    }

    const Settings settings_ = settings();
    Connections connections_;
    const base::SteadyTime begin_{seconds(1000)};

    base::SteadyTime after(milliseconds time) const { return begin_ + time; }

    void whoSendsNothingHasTheHeadStart() {
        const Allowance allowance(settings_, connections_, begin_);
        CPPUNIT_ASSERT(!allowance.spent(after(seconds(10))));
        CPPUNIT_ASSERT(allowance.spent(after(milliseconds(10001))));
    }

    void whoKeepsTheRateMayGoOn() {
        Allowance allowance(settings_, connections_, begin_);
        for (int i = 1; i <= 1000; ++i) {
            allowance.earn(100, after(milliseconds(100 * i)));
            CPPUNIT_ASSERT(!allowance.spent(after(milliseconds(100 * i))));
        }
        CPPUNIT_ASSERT(!allowance.spent(after(seconds(110))));
        CPPUNIT_ASSERT(allowance.spent(after(milliseconds(110001))));
    }

    void whoIsSlowerThanTheRateIsEnded() {
        Allowance allowance(settings_, connections_, begin_);
        milliseconds time{};
        while (!allowance.spent(after(time)) && time < seconds(60)) {
            time += milliseconds(100);
            allowance.earn(50, after(time));
        }
        CPPUNIT_ASSERT(time >= seconds(19) && time <= seconds(21));
    }

    void aRushBuysNoLongSilence() {
        Allowance allowance(settings_, connections_, begin_);
        allowance.earn(1000000000, after(seconds(5)));
        CPPUNIT_ASSERT(!allowance.spent(after(seconds(15))));
        CPPUNIT_ASSERT(allowance.spent(after(milliseconds(15001))));
    }

    void timeIsShorterWhileOthersWait() {
        int waiting = 1;
        connections_.watch([&] { return waiting; }, 1);
        SocketPair pair;
        const Connections::Entry entry(connections_, pair.descriptor(0));
        Allowance allowance(settings_, connections_, begin_);
        CPPUNIT_ASSERT(!allowance.spent(after(seconds(1))));
        CPPUNIT_ASSERT(allowance.spent(after(milliseconds(1001))));
        allowance.earn(1000, after(seconds(1)));
        CPPUNIT_ASSERT(!allowance.spent(after(seconds(2))));
        CPPUNIT_ASSERT(allowance.spent(after(milliseconds(2001))));
        waiting = 4;
        CPPUNIT_ASSERT(!allowance.spent(after(milliseconds(1250))));
        CPPUNIT_ASSERT(allowance.spent(after(milliseconds(1251))));
        waiting = 0;
        CPPUNIT_ASSERT(!allowance.spent(after(milliseconds(2001))));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AllowanceTest);

}  // namespace
}  // namespace errand::http
