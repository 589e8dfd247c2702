// SPDX-License-Identifier: Apache-2.0
#include "jobs/gate.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/worker.h"

using namespace errand;
using namespace errand::jobs;
using namespace std::chrono_literals;

class GateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GateTest);
    CPPUNIT_TEST(openGateSendsNoProbes);
    CPPUNIT_TEST(firstToFailClosesIt);
    CPPUNIT_TEST(firstProbeGoesAfterTheFirstPause);
    CPPUNIT_TEST(oneProbeGoesAtATime);
    CPPUNIT_TEST(failedProbesGoEverMoreRarely);
    CPPUNIT_TEST(othersThatFailDoNotLengthenThePause);
    CPPUNIT_TEST(serviceMayNameThePause);
    CPPUNIT_TEST(pausesHaveBounds);
    CPPUNIT_TEST(successOpensItOnce);
    CPPUNIT_TEST(gateThatClosesAgainBeginsWithTheFirstPause);
    CPPUNIT_TEST(returnedProbeGoesAgainAtOnce);
    CPPUNIT_TEST(probeWithoutAnAnswerLengthensThePause);
    CPPUNIT_TEST(hungProbeOfAnOpenGateChangesNothing);
    CPPUNIT_TEST(manyThreadsTakeOneProbe);
    CPPUNIT_TEST_SUITE_END();

public:
    void openGateSendsNoProbes() {
        Gate gate;
        CPPUNIT_ASSERT(!gate.closed());
        CPPUNIT_ASSERT(!gate.nextProbe());
        CPPUNIT_ASSERT(!gate.takeProbe(start_ + 1h));
        CPPUNIT_ASSERT(!gate.open());
    }

    void firstToFailClosesIt() {
        Gate gate;
        CPPUNIT_ASSERT(gate.close(start_, {}, false));
        CPPUNIT_ASSERT(gate.closed());
        CPPUNIT_ASSERT(!gate.close(start_, {}, false));
    }

    void firstProbeGoesAfterTheFirstPause() {
        Gate gate;
        gate.close(start_, {}, false);
        CPPUNIT_ASSERT(gate.nextProbe() == start_ + 1s);
        CPPUNIT_ASSERT(!gate.takeProbe(start_ + 999ms));
        CPPUNIT_ASSERT(gate.takeProbe(start_ + 1s));
    }

    void oneProbeGoesAtATime() {
        Gate gate;
        gate.close(start_, {}, false);
        gate.takeProbe(start_ + 1s);
        CPPUNIT_ASSERT(!gate.nextProbe());
        CPPUNIT_ASSERT(!gate.takeProbe(start_ + 1h));
    }

    void failedProbesGoEverMoreRarely() {
        Gate gate;
        base::SteadyTime now = start_;
        gate.close(now, {}, false);
        for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
            CPPUNIT_ASSERT(gate.nextProbe() == now + pause);
            now += pause;
            CPPUNIT_ASSERT(gate.takeProbe(now));
            CPPUNIT_ASSERT(!gate.close(now, {}, true));
        }
    }

    void othersThatFailDoNotLengthenThePause() {
        Gate gate;
        gate.close(start_, {}, false);
        for (int i = 0; i < 50; ++i) gate.close(start_ + 500ms, {}, false);
        CPPUNIT_ASSERT(gate.nextProbe() == start_ + 1s);
        gate.takeProbe(start_ + 1s);
        gate.close(start_ + 1s, {}, false);
        CPPUNIT_ASSERT(!gate.nextProbe());  // the probe is still on its way
    }

    void serviceMayNameThePause() {
        Gate gate;
        gate.close(start_, 5s, false);
        CPPUNIT_ASSERT(gate.nextProbe() == start_ + 5s);
        gate.takeProbe(start_ + 5s);
        gate.close(start_ + 5s, 200ms, true);
        CPPUNIT_ASSERT(gate.nextProbe() == start_ + 5s + 200ms);
    }

    void pausesHaveBounds() {
        Gate gate;
        gate.close(start_, 2h, false);
        CPPUNIT_ASSERT(gate.nextProbe() == start_ + 60s);
        gate.open();
        // "Now" would be a loop.
        for (const auto now : {0ms, -5000ms}) {
            gate.close(start_, now, false);
            CPPUNIT_ASSERT(gate.nextProbe() == start_ + Gate::shortestPause);
            gate.open();
        }
    }

    void successOpensItOnce() {
        Gate gate;
        gate.close(start_, {}, false);
        CPPUNIT_ASSERT(gate.open());
        CPPUNIT_ASSERT(!gate.open());
        CPPUNIT_ASSERT(!gate.closed());
        CPPUNIT_ASSERT(!gate.takeProbe(start_ + 1h));
    }

    void gateThatClosesAgainBeginsWithTheFirstPause() {
        Gate gate;
        gate.close(start_, {}, false);
        gate.takeProbe(start_ + 1s);
        gate.close(start_ + 1s, {}, true);
        gate.open();
        CPPUNIT_ASSERT(gate.close(start_ + 9s, {}, false));
        CPPUNIT_ASSERT(gate.nextProbe() == start_ + 10s);
    }

    void returnedProbeGoesAgainAtOnce() {
        Gate gate;
        gate.close(start_, {}, false);
        gate.takeProbe(start_ + 1s);
        gate.returnProbe();
        CPPUNIT_ASSERT(gate.nextProbe() == start_ + 1s);
        CPPUNIT_ASSERT(gate.takeProbe(start_ + 1s));
    }

    void probeWithoutAnAnswerLengthensThePause() {
        Gate gate;
        gate.close(start_, {}, false);
        gate.takeProbe(start_ + 1s);
        gate.failProbe(start_ + 70s);
        CPPUNIT_ASSERT(gate.closed());
        CPPUNIT_ASSERT(gate.nextProbe() == start_ + 72s);
        CPPUNIT_ASSERT(gate.takeProbe(start_ + 72s));
    }

    void hungProbeOfAnOpenGateChangesNothing() {
        Gate gate;
        gate.close(start_, {}, false);
        gate.takeProbe(start_ + 1s);
        gate.open();  // another got through
        gate.failProbe(start_ + 70s);
        CPPUNIT_ASSERT(!gate.closed());
        CPPUNIT_ASSERT(gate.close(start_ + 80s, {}, false));
        CPPUNIT_ASSERT(gate.nextProbe() == start_ + 81s);
    }

    void manyThreadsTakeOneProbe() {
        Gate gate;
        gate.close(start_, {}, false);
        std::atomic<int> taken{0};
        {
            base::Worker a("a"), b("b"), c("c");
            for (base::Worker* worker : {&a, &b, &c}) {
                worker->start([&] {
                    for (int i = 0; i < 1000; ++i) taken += gate.takeProbe(start_ + 1s) ? 1 : 0;
                });
            }
        }
        CPPUNIT_ASSERT_EQUAL(1, taken.load());
    }

private:
    const base::SteadyTime start_{100h};
};

CPPUNIT_TEST_SUITE_REGISTRATION(GateTest);
