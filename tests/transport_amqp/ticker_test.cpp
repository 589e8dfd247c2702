// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/ticker.h"

#include <cppunit/extensions/HelperMacros.h>

#include "wire_ends.h"

namespace errand::transport_amqp {

using namespace std::chrono_literals;

// Counts its calls, and says of each when to come back.
class Ticks : private tests::Watched {
public:
    explicit Ticks(std::chrono::nanoseconds pause) : pause_(pause) {}

    base::SteadyTime tick(base::SteadyTime now) {
        const base::MutexLock lock(mutex_);
        times_.push_back(now);
        changed_.notifyAll();
        return now + pause_;
    }

    std::vector<base::SteadyTime> wait(std::size_t count) NO_THREAD_SAFETY_ANALYSIS {
        const base::MutexLock lock(mutex_);
        waitUntil("enough ticks", [&] { return times_.size() >= count; });
        return times_;
    }

    std::size_t count() {
        const base::MutexLock lock(mutex_);
        return times_.size();
    }

private:
    const std::chrono::nanoseconds pause_;
    std::vector<base::SteadyTime> times_;
};

class TickerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TickerTest);
    CPPUNIT_TEST(firstTickIsAtOnce);
    CPPUNIT_TEST(comesBackWhenItWasTold);
    CPPUNIT_TEST(ringsEarly);
    CPPUNIT_TEST(ringDuringATickIsNotForgotten);
    CPPUNIT_TEST(stopEndsALongPause);
    CPPUNIT_TEST(stopsTwiceAndWithoutStart);
    CPPUNIT_TEST(afterStopNothingTicks);
    CPPUNIT_TEST_SUITE_END();

public:
    void firstTickIsAtOnce() {
        const base::SteadyTime before = base::Clock::system().steady();
        Ticks ticks(1h);
        Ticker ticker;
        start(ticker, ticks);
        CPPUNIT_ASSERT(ticks.wait(1)[0] >= before);
        ticker.stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), ticks.count());
    }

    void comesBackWhenItWasTold() {
        Ticks ticks(5ms);
        Ticker ticker;
        start(ticker, ticks);
        const auto times = ticks.wait(4);
        ticker.stop();
        for (std::size_t i = 1; i < 4; ++i) CPPUNIT_ASSERT(times[i] - times[i - 1] >= 5ms);
    }

    void ringsEarly() {
        Ticks ticks(1h);
        Ticker ticker;
        start(ticker, ticks);
        for (std::size_t count = 2; count < 5; ++count) {
            ticks.wait(count - 1);
            ticker.ring();
            ticks.wait(count);
        }
        ticker.stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), ticks.count());
    }

    void ringDuringATickIsNotForgotten() {
        Ticks ticks(1h);
        Ticker ticker;
        std::size_t left = 5;
        ticker.start([&](base::SteadyTime now) {
            if (left-- > 1) ticker.ring();
            return ticks.tick(now);
        });
        ticks.wait(5);
        ticker.stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t(5), ticks.count());
    }

    void stopEndsALongPause() {
        const base::SteadyTime deadline = tests::soon();
        Ticks ticks(24h);
        Ticker ticker;
        start(ticker, ticks);
        ticks.wait(1);
        ticker.stop();
        CPPUNIT_ASSERT(base::Clock::system().steady() < deadline);
    }

    void stopsTwiceAndWithoutStart() {
        Ticker never;
        never.ring();
        never.stop();
        never.stop();
        Ticks ticks(1h);
        Ticker ticker;
        start(ticker, ticks);
        ticker.stop();
        ticker.stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), ticks.count());
    }

    void afterStopNothingTicks() {
        Ticks ticks(0ns);
        Ticker ticker;
        start(ticker, ticks);
        ticks.wait(10);
        ticker.stop();
        const std::size_t count = ticks.count();
        ticker.ring();
        std::this_thread::yield();
        CPPUNIT_ASSERT_EQUAL(count, ticks.count());
    }

private:
    static void start(Ticker& ticker, Ticks& ticks) {
        ticker.start([&](base::SteadyTime now) { return ticks.tick(now); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TickerTest);

}  // namespace errand::transport_amqp
