// SPDX-License-Identifier: Apache-2.0
#include "jobs/timetable.h"

#include <thread>

#include <cppunit/extensions/HelperMacros.h>

#include "base/worker.h"
#include "jobs/job_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;

class TimetableTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TimetableTest);
    CPPUNIT_TEST(noAppointmentIsFarAway);
    CPPUNIT_TEST(appointmentMovesForwardOnly);
    CPPUNIT_TEST(appointmentIsTheEarliestOfManyThreads);
    CPPUNIT_TEST(bellThatRangBeforeIsHeard);
    CPPUNIT_TEST(bellIsHeardOnce);
    CPPUNIT_TEST(bellWakesWhoeverWaits);
    CPPUNIT_TEST(deadlineEndsTheWait);
    CPPUNIT_TEST_SUITE_END();

public:
    void noAppointmentIsFarAway() {
        Appointment appointment;
        CPPUNIT_ASSERT(appointment.at() == base::Time::max());
        appointment.set(at(1));
        CPPUNIT_ASSERT(appointment.at() == at(1));
        appointment.set(std::nullopt);
        CPPUNIT_ASSERT(appointment.at() == base::Time::max());
    }

    void appointmentMovesForwardOnly() {
        Appointment appointment;
        CPPUNIT_ASSERT(appointment.advance(at(5)));
        CPPUNIT_ASSERT(!appointment.advance(at(5)));
        CPPUNIT_ASSERT(!appointment.advance(at(6)));
        CPPUNIT_ASSERT(appointment.at() == at(5));
        CPPUNIT_ASSERT(appointment.advance(at(4)));
        CPPUNIT_ASSERT(appointment.at() == at(4));
    }

    void appointmentIsTheEarliestOfManyThreads() {
        Appointment appointment;
        {
            base::Worker a("a"), b("b");
            a.start([&] {
                for (int i = 1000; i > 0; i -= 2) appointment.advance(at(i));
            });
            b.start([&] {
                for (int i = 999; i > 0; i -= 2) appointment.advance(at(i));
            });
        }
        CPPUNIT_ASSERT(appointment.at() == at(1));
    }

    void bellThatRangBeforeIsHeard() {
        Timetable timetable;
        timetable.ring();
        timetable.ring();
        timetable.wait(base::SteadyTime::max());  // hangs when it is not
    }

    void bellIsHeardOnce() {
        Timetable timetable;
        timetable.ring();
        timetable.wait(base::SteadyTime::max());
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
        timetable.wait(deadline);
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() >= deadline);
    }

    void bellWakesWhoeverWaits() {
        Timetable timetable;
        base::Worker waiter("waiter");
        waiter.start([&] {
            for (int i = 0; i < 100; ++i) {
                timetable.wait(base::SteadyTime::max());
                ++heard_;
            }
        });
        for (int i = 1; i <= 100; ++i) {
            timetable.ring();
            while (heard_ < i) std::this_thread::yield();
        }
        waiter.join();
        CPPUNIT_ASSERT_EQUAL(100, heard_.load());
    }

    void deadlineEndsTheWait() {
        Timetable timetable;
        timetable.wait(base::SteadyTime{});
        timetable.wait(std::chrono::steady_clock::now() - std::chrono::hours(1));
    }

private:
    std::atomic<int> heard_{0};
};

CPPUNIT_TEST_SUITE_REGISTRATION(TimetableTest);
