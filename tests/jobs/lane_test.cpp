// SPDX-License-Identifier: Apache-2.0
#include "jobs/lane.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/worker.h"
#include "jobs/job_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

class LaneTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LaneTest);
    CPPUNIT_TEST(roomIsWorkersAndQueue);
    CPPUNIT_TEST(roomIsNeitherLostNorMadeByThreads);
    CPPUNIT_TEST(laneIsRoomyWhenHalfTheQueueIsFree);
    CPPUNIT_TEST(fewLongJobsAndOneFreeWorkerLeaveRoomToClaim);
    CPPUNIT_TEST(laneWithoutAQueueIsRoomyWithOnePlace);
    CPPUNIT_TEST(dueJobIsABacklog);
    CPPUNIT_TEST(dispatcherHearsOfABacklogItCanServe);
    CPPUNIT_TEST(laterJobMovesTheNextOne);
    CPPUNIT_TEST(waitingNeverFallsBelowZero);
    CPPUNIT_TEST(oneClaimIsUnderWayAtATime);
    CPPUNIT_TEST(lanesAreMadeWhenAsked);
    CPPUNIT_TEST(waitingCountsAllServicesButMail);
    CPPUNIT_TEST(placeIsReservedOnlyWhereNothingWaits);
    CPPUNIT_TEST(placesReservedAndClaimsAreStarting);
    CPPUNIT_TEST(serviceIsMissingSinceItWasFirstFoundSo);
    CPPUNIT_TEST_SUITE_END();

public:
    void serviceIsMissingSinceItWasFirstFoundSo() {
        Lane lane("thumbs", 0, 2);
        const base::SteadyTime now = base::Clock::system().steady();
        CPPUNIT_ASSERT(lane.noteUnroutable(now) == now);
        CPPUNIT_ASSERT(lane.noteUnroutable(now + std::chrono::seconds(9)) == now);
        lane.noteRouted();
        CPPUNIT_ASSERT(lane.noteUnroutable(now + std::chrono::seconds(10)) ==
                       now + std::chrono::seconds(10));
    }

    void roomIsWorkersAndQueue() {
        Lane lane("alpha", 2, 3);
        CPPUNIT_ASSERT_EQUAL("alpha"s, lane.service());
        CPPUNIT_ASSERT_EQUAL(4, lane.takeRoom(4));
        CPPUNIT_ASSERT_EQUAL(1, lane.takeRoom(4));
        CPPUNIT_ASSERT_EQUAL(0, lane.takeRoom(4));
        lane.giveRoom(2);
        CPPUNIT_ASSERT_EQUAL(0, lane.takeRoom(0));
        CPPUNIT_ASSERT_EQUAL(2, lane.takeRoom(2));
        lane.giveRoom(-1);  // one that runs alone takes its place in any case
        CPPUNIT_ASSERT_EQUAL(0, lane.takeRoom(1));
        lane.giveRoom(1);
        CPPUNIT_ASSERT_EQUAL(0, lane.takeRoom(1));
    }

    void roomIsNeitherLostNorMadeByThreads() {
        Lane lane("alpha", 2, 3);
        const auto work = [&] {
            for (int i = 0; i < 2000; ++i) lane.giveRoom(lane.takeRoom(1 + i % 3));
        };
        {
            base::Worker a("a"), b("b"), c("c");
            for (base::Worker* worker : {&a, &b, &c}) worker->start(work);
        }
        CPPUNIT_ASSERT_EQUAL(5, lane.takeRoom(100));
    }

    void laneIsRoomyWhenHalfTheQueueIsFree() {
        Lane lane("alpha", 2, 4);
        CPPUNIT_ASSERT(lane.roomy());
        lane.takeRoom(4);
        CPPUNIT_ASSERT(lane.roomy());  // the workers busy, half of the queue taken
        lane.takeRoom(1);
        CPPUNIT_ASSERT(!lane.roomy());
    }

    void fewLongJobsAndOneFreeWorkerLeaveRoomToClaim() {
        Lane lane("alpha", 8, 4);
        lane.takeRoom(7);
        CPPUNIT_ASSERT(lane.roomy());
    }

    void laneWithoutAQueueIsRoomyWithOnePlace() {
        Lane lane("alpha", 1, 0);
        CPPUNIT_ASSERT(lane.roomy());
        lane.takeRoom(1);
        CPPUNIT_ASSERT(!lane.roomy());
    }

    void dueJobIsABacklog() {
        Lane lane("alpha", 1, 0);
        CPPUNIT_ASSERT(!lane.backlog());
        CPPUNIT_ASSERT(lane.noteQueued(at(1), at(1)));
        CPPUNIT_ASSERT(lane.backlog());
        lane.setBacklog(false);
        CPPUNIT_ASSERT(!lane.backlog());
    }

    // While a claim is under way or the lane is full, others ring when that is over.
    void dispatcherHearsOfABacklogItCanServe() {
        Lane lane("alpha", 1, 0);
        lane.takeClaim();
        CPPUNIT_ASSERT(!lane.noteQueued(at(0), at(1)));
        lane.returnClaim();
        lane.takeRoom(1);
        CPPUNIT_ASSERT(!lane.noteQueued(at(0), at(1)));
        lane.giveRoom(1);
        CPPUNIT_ASSERT(lane.noteQueued(at(0), at(1)));
    }

    void laterJobMovesTheNextOne() {
        Lane lane("alpha", 1, 0);
        CPPUNIT_ASSERT(lane.nextRunAt() == base::Time::max());
        CPPUNIT_ASSERT(lane.noteQueued(at(5), at(0)));
        CPPUNIT_ASSERT(!lane.noteQueued(at(6), at(0)));
        CPPUNIT_ASSERT(!lane.noteQueued(at(5), at(0)));
        CPPUNIT_ASSERT(lane.noteQueued(at(4), at(0)));
        CPPUNIT_ASSERT(lane.nextRunAt() == at(4));
        CPPUNIT_ASSERT(!lane.backlog());
    }

    void waitingNeverFallsBelowZero() {
        Lane lane("alpha", 1, 0);
        lane.addWaiting(2);
        lane.addWaiting(-3);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, lane.waiting());
        lane.addWaiting(1);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, lane.waiting());
        lane.resetWaiting(7);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, lane.waiting());
    }

    void oneClaimIsUnderWayAtATime() {
        Lane lane("alpha", 1, 0);
        CPPUNIT_ASSERT(lane.takeClaim());
        CPPUNIT_ASSERT(!lane.takeClaim());
        CPPUNIT_ASSERT(lane.claiming());
        lane.returnClaim();
        CPPUNIT_ASSERT(!lane.claiming());
        CPPUNIT_ASSERT(lane.takeClaim());
    }

    void lanesAreMadeWhenAsked() {
        Lanes lanes({{"alpha", 2}}, 3);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lanes.all().size());
        CPPUNIT_ASSERT_EQUAL(5, lanes.of("alpha").takeRoom(99));
        CPPUNIT_ASSERT_EQUAL(3, lanes.of("elsewhere").takeRoom(99));  // no workers here
        CPPUNIT_ASSERT_EQUAL(&lanes.of("elsewhere"), &lanes.of("elsewhere"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, lanes.all().size());
    }

    void waitingCountsAllServicesButMail() {
        Lanes lanes({{"alpha", 2}, {"mail", 1}}, 3);
        lanes.of("alpha").addWaiting(2);
        lanes.of("elsewhere").addWaiting(3);
        lanes.of("mail").addWaiting(100);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, lanes.waiting());
        CPPUNIT_ASSERT(!Lanes::counts("mail"));
        CPPUNIT_ASSERT(!Lanes::counts("webhook"));
        CPPUNIT_ASSERT(Lanes::counts("alpha"));
    }

    void placeIsReservedOnlyWhereNothingWaits() {
        Lanes lanes({{"alpha", 1}}, 0);
        Lane& lane = lanes.of("alpha");
        CPPUNIT_ASSERT(!lanes.reserve(lane, at(0)));  // not open yet
        lanes.setOpen(true);
        lane.setBacklog(true);
        CPPUNIT_ASSERT(!lanes.reserve(lane, at(0)));
        lane.setBacklog(false);
        lane.setNextRunAt(at(0));  // due, though the dispatcher has not seen it yet
        CPPUNIT_ASSERT(!lanes.reserve(lane, at(0)));
        lane.setNextRunAt(at(1));
        lane.gate().close({}, {}, false);
        CPPUNIT_ASSERT(!lanes.reserve(lane, at(0)));
        lane.gate().open();
        CPPUNIT_ASSERT(lanes.reserve(lane, at(0)));
        CPPUNIT_ASSERT(!lanes.reserve(lane, at(0)));  // no room
    }

    void placesReservedAndClaimsAreStarting() {
        Lanes lanes({{"alpha", 1}, {"beta", 1}}, 0);
        lanes.setOpen(true);
        CPPUNIT_ASSERT(!lanes.starting());
        lanes.reserve(lanes.of("alpha"), at(0));
        CPPUNIT_ASSERT(lanes.starting());
        lanes.settleReservation();
        CPPUNIT_ASSERT(!lanes.starting());
        lanes.of("beta").takeClaim();
        CPPUNIT_ASSERT(lanes.starting());
        lanes.of("beta").returnClaim();
        CPPUNIT_ASSERT(!lanes.starting());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LaneTest);
