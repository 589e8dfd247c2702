// SPDX-License-Identifier: Apache-2.0
#include "jobs/settlement.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/fake_transport.h"
#include "jobs/gate.h"
#include "jobs/job_table.h"
#include "jobs/test_services.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;
using Arrow = Settlement::Arrow;
using GateIs = Settlement::Gate;
using Kind = rpc::End::Kind;

class SettlementTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettlementTest);
    CPPUNIT_TEST(resultSucceedsWithItsCasts);
    CPPUNIT_TEST(resultSucceedsHoweverLateAndUnwanted);
    CPPUNIT_TEST(errorFailsWithItsCasts);
    CPPUNIT_TEST(errorFailsHoweverLateAndUnwanted);
    CPPUNIT_TEST(tryAgainWaitsForTheBackoff);
    CPPUNIT_TEST(tryAgainMayNameTheTime);
    CPPUNIT_TEST(tryAgainOfTheLastAttemptFailsWithTheFailureCast);
    CPPUNIT_TEST(tryAgainOfAJobToBeCancelledCancelsIt);
    CPPUNIT_TEST(tryAgainAfterTheTimeIsATimeout);
    CPPUNIT_TEST(serviceThatCannotWorkUsesNoAttempt);
    CPPUNIT_TEST(serviceThatCannotWorkDoesNotEndTheLastAttempt);
    CPPUNIT_TEST(probeGoesToTheEndOfTheLine);
    CPPUNIT_TEST(serviceThatCannotWorkClosesTheGateForACancelledJobToo);
    CPPUNIT_TEST(obeyedCancelCancels);
    CPPUNIT_TEST(obeyedTimeoutIsTriedAgain);
    CPPUNIT_TEST(obeyedTimeoutOfTheLastAttemptFails);
    CPPUNIT_TEST(methodThatCancelsItselfFails);
    CPPUNIT_TEST(timeoutOfTheTransportIsATimeout);
    CPPUNIT_TEST(undeliveredIsAsBefore);
    CPPUNIT_TEST(undeliveredJobToBeCancelledIsCancelled);
    CPPUNIT_TEST(serviceOfTheCatalogueIsWaitedForHoweverUnknown);
    CPPUNIT_TEST(serviceNobodyKnowsFails);
    CPPUNIT_TEST(serviceNobodyKnowsIsWaitedForWithinItsGrace);
    CPPUNIT_TEST(overdueIsAsBeforeAndSaysNothingOfTheService);
    CPPUNIT_TEST(lostIsCountedAndUsesNoAttempt);
    CPPUNIT_TEST(lostWhileAloneIsBlamedUpToTheEnd);
    CPPUNIT_TEST(lostAmongOthersIsNeverTheEnd);
    CPPUNIT_TEST(lostJobToBeCancelledIsCancelled);
    CPPUNIT_TEST(detachedCallIsRequeuedOrLeft);
    CPPUNIT_TEST(hungMethodFailsOrIsCancelled);
    CPPUNIT_TEST(suspectWaitsWhileItsServiceCannotWork);
    CPPUNIT_TEST(methodWithoutAFailureCastHasNoChild);
    CPPUNIT_TEST(failureCastThatThrowsStopsNothing);
    CPPUNIT_TEST(unknownMethodFollowsTheUsualPolicy);
    CPPUNIT_TEST(timeoutIsNamedInSeconds);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        job_ = {};
        job_.sequence = 7;
        job_.claim = 2;
        job_.attempt = 1;
        job_.maxAttempts = 3;
        job_.service = "alpha";
        job_.method = "work";
        job_.arguments = {"[1]", "{}"};
        job_.timeout = 60s;
        job_.createdAt = at(0);
        job_.runAt = at(0);
        now_ = {false, false, false, at(100), 0.5};
    }

    void resultSucceedsWithItsCasts() {
        const Settlement s = settled(succeeded("40", {{"mail", "send", {"[2]", "{}"}}}));
        CPPUNIT_ASSERT(s.arrow == Arrow::succeed);
        CPPUNIT_ASSERT_EQUAL("40"s, s.result);
        CPPUNIT_ASSERT(s.casts == (std::vector<rpc::Cast>{{"mail", "send", {"[2]", "{}"}}}));
        CPPUNIT_ASSERT(s.gate == GateIs::opens);
    }

    void resultSucceedsHoweverLateAndUnwanted() {
        now_.timedOut = now_.cancelRequested = true;
        CPPUNIT_ASSERT(settled(succeeded("40")).arrow == Arrow::succeed);
    }

    void errorFailsWithItsCasts() {
        const Settlement s = settled(failed("KeyError", "'pow'", {{"mail", "send", {}}}));
        CPPUNIT_ASSERT(s.arrow == Arrow::fail);
        CPPUNIT_ASSERT(s.error == (rpc::ErrorReply{"KeyError", "'pow'"}));
        // The method's own casts: its failure cast is for what Errand itself ends.
        CPPUNIT_ASSERT(s.casts == (std::vector<rpc::Cast>{{"mail", "send", {}}}));
        CPPUNIT_ASSERT(s.gate == GateIs::opens);
    }

    void errorFailsHoweverLateAndUnwanted() {
        now_.timedOut = now_.cancelRequested = true;
        CPPUNIT_ASSERT(settled(failed("KeyError", "'pow'")).arrow == Arrow::fail);
    }

    void tryAgainWaitsForTheBackoff() {
        job_.attempt = 2;
        const Settlement s = settled(triedInVain(rpc::Scope::job));
        CPPUNIT_ASSERT(s.arrow == Arrow::retryLater);
        CPPUNIT_ASSERT(s.error == (rpc::ErrorReply{"TryAgain", "not now"}));
        CPPUNIT_ASSERT(s.attemptUsed);
        CPPUNIT_ASSERT(s.runAt == at(104));  // 2 s, doubled, by the policy of alpha.work
        CPPUNIT_ASSERT(s.casts.empty());
        CPPUNIT_ASSERT(s.gate == GateIs::opens);
    }

    void tryAgainMayNameTheTime() {
        CPPUNIT_ASSERT(settled(triedInVain(rpc::Scope::job, 33s)).runAt == at(133));
        CPPUNIT_ASSERT(settled(triedInVain(rpc::Scope::job, 0s)).runAt == at(100));
    }

    void tryAgainOfTheLastAttemptFailsWithTheFailureCast() {
        job_.attempt = 3;
        const Settlement s = settled(triedInVain(rpc::Scope::job));
        CPPUNIT_ASSERT(s.arrow == Arrow::fail);
        CPPUNIT_ASSERT(s.error == (rpc::ErrorReply{"TryAgain", "not now"}));
        CPPUNIT_ASSERT_EQUAL(R"(["[1]","TryAgain","not now"])"s, s.casts.at(0).arguments.args);
    }

    void tryAgainOfAJobToBeCancelledCancelsIt() {
        now_.cancelRequested = true;
        CPPUNIT_ASSERT(settled(triedInVain(rpc::Scope::job)).arrow == Arrow::cancelled);
        job_.attempt = 3;
        CPPUNIT_ASSERT(settled(triedInVain(rpc::Scope::job)).arrow == Arrow::cancelled);
    }

    void tryAgainAfterTheTimeIsATimeout() {
        now_.timedOut = true;
        const Settlement s = settled(triedInVain(rpc::Scope::job, 33s));
        CPPUNIT_ASSERT(s.arrow == Arrow::retryLater);
        CPPUNIT_ASSERT_EQUAL("Timeout"s, s.error.type);
        CPPUNIT_ASSERT(s.runAt == at(102));
    }

    void serviceThatCannotWorkUsesNoAttempt() {
        const Settlement s = settled(triedInVain(rpc::Scope::service, 7s));
        CPPUNIT_ASSERT(s.arrow == Arrow::retryLater);
        CPPUNIT_ASSERT(!s.attemptUsed);
        CPPUNIT_ASSERT(s.runAt == job_.runAt);  // due as before, so in its turn
        CPPUNIT_ASSERT(s.gate == GateIs::closes);
        CPPUNIT_ASSERT(s.gatePause == 7s);
        CPPUNIT_ASSERT(!settled(triedInVain(rpc::Scope::service)).gatePause);
    }

    void probeGoesToTheEndOfTheLine() {
        now_.probe = true;
        CPPUNIT_ASSERT(settled(triedInVain(rpc::Scope::service)).runAt == now_.now);
        CPPUNIT_ASSERT(settled(of(rpc::End::Kind::unavailable)).runAt == now_.now);
        CPPUNIT_ASSERT(settled(of(rpc::End::Kind::detached)).runAt == job_.runAt);
        job_.crashes = 1;
        CPPUNIT_ASSERT(settled(triedInVain(rpc::Scope::service)).runAt > now_.now);
    }

    void serviceThatCannotWorkDoesNotEndTheLastAttempt() {
        job_.attempt = 3;
        now_.timedOut = true;
        const Settlement s = settled(triedInVain(rpc::Scope::service));
        CPPUNIT_ASSERT(s.arrow == Arrow::retryLater && !s.attemptUsed);
    }

    void serviceThatCannotWorkClosesTheGateForACancelledJobToo() {
        now_.cancelRequested = true;
        const Settlement s = settled(triedInVain(rpc::Scope::service, 7s));
        CPPUNIT_ASSERT(s.arrow == Arrow::cancelled);
        CPPUNIT_ASSERT(s.gate == GateIs::closes && s.gatePause == 7s);
    }

    void obeyedCancelCancels() {
        now_.cancelRequested = true;
        for (const bool timedOut : {false, true}) {
            now_.timedOut = timedOut;
            const Settlement s = settled(failed("Cancelled", "the call was cancelled"));
            CPPUNIT_ASSERT(s.arrow == Arrow::cancelled);
            CPPUNIT_ASSERT(s.gate == GateIs::asItIs);
        }
    }

    void obeyedTimeoutIsTriedAgain() {
        now_.timedOut = true;
        const Settlement s = settled(failed("Cancelled", "", {{"mail", "send", {}}}));
        CPPUNIT_ASSERT(s.arrow == Arrow::retryLater);
        CPPUNIT_ASSERT(s.error == (rpc::ErrorReply{"Timeout", "not finished within 60 s"}));
        CPPUNIT_ASSERT(s.attemptUsed);
        CPPUNIT_ASSERT(s.casts.empty());
        // A probe that ran out of time has not got through.
        CPPUNIT_ASSERT(s.gate == GateIs::asItIs);
    }

    void obeyedTimeoutOfTheLastAttemptFails() {
        now_.timedOut = true;
        job_.attempt = 3;
        const Settlement s = settled(failed("Cancelled", ""));
        CPPUNIT_ASSERT(s.arrow == Arrow::fail);
        CPPUNIT_ASSERT_EQUAL(R"(["[1]","Timeout","not finished within 60 s"])"s,
                             s.casts.at(0).arguments.args);
    }

    void methodThatCancelsItselfFails() {
        const Settlement s = settled(failed("Cancelled", "on a whim"));
        CPPUNIT_ASSERT(s.arrow == Arrow::fail);
        CPPUNIT_ASSERT_EQUAL("Cancelled"s, s.error.type);
    }

    void timeoutOfTheTransportIsATimeout() {
        const Settlement s = settled(of(Kind::timeout));
        CPPUNIT_ASSERT(s.arrow == Arrow::retryLater && s.error.type == "Timeout");
        CPPUNIT_ASSERT(s.gate == GateIs::asItIs);
        now_.cancelRequested = true;
        CPPUNIT_ASSERT(settled(of(Kind::timeout)).arrow == Arrow::cancelled);
    }

    void undeliveredIsAsBefore() {
        job_.attempt = 3;
        const Settlement s = settled(of(Kind::unavailable));
        CPPUNIT_ASSERT(s.arrow == Arrow::undelivered);
        CPPUNIT_ASSERT(s.runAt == job_.runAt);
        CPPUNIT_ASSERT(s.gate == GateIs::closes);
        CPPUNIT_ASSERT(s.casts.empty());
    }

    void undeliveredJobToBeCancelledIsCancelled() {
        now_.cancelRequested = true;
        const Settlement s = settled(of(Kind::unavailable));
        CPPUNIT_ASSERT(s.arrow == Arrow::cancelled);
        CPPUNIT_ASSERT(s.gate == GateIs::asItIs);  // it may be away because nobody wants it
    }

    void serviceOfTheCatalogueIsWaitedForHoweverUnknown() {
        const Settlement s = settled(of(Kind::unknownService));
        CPPUNIT_ASSERT(s.arrow == Arrow::undelivered);
        CPPUNIT_ASSERT(s.gate == GateIs::closes);
    }

    void serviceNobodyKnowsFails() {
        job_.service = "nobody";
        const Settlement s = settled(of(Kind::unknownService));
        CPPUNIT_ASSERT(s.arrow == Arrow::fail);
        CPPUNIT_ASSERT(s.error ==
                       (rpc::ErrorReply{"UnknownService", "no service 'nobody' is known here"}));
    }

    void serviceNobodyKnowsIsWaitedForWithinItsGrace() {
        job_.service = "nobody";
        now_.graceOver = false;
        Settlement s = settled(of(Kind::unknownService));
        CPPUNIT_ASSERT(s.arrow == Arrow::undelivered && s.gate == GateIs::closes);
        now_.graceOver = true;
        s = settled(of(Kind::unknownService));
        CPPUNIT_ASSERT(s.arrow == Arrow::fail);
        CPPUNIT_ASSERT(s.gate == GateIs::opens);  // the others find it out by themselves
    }

    void overdueIsAsBeforeAndSaysNothingOfTheService() {
        job_.attempt = 3;
        const Settlement s = settled(of(Kind::overdue));
        CPPUNIT_ASSERT(s.arrow == Arrow::undelivered);
        CPPUNIT_ASSERT(s.runAt == job_.runAt);
        CPPUNIT_ASSERT(s.gate == GateIs::asItIs);
        now_.cancelRequested = true;
        CPPUNIT_ASSERT(settled(of(Kind::overdue)).arrow == Arrow::cancelled);
    }

    void lostIsCountedAndUsesNoAttempt() {
        job_.attempt = job_.maxAttempts;
        const Settlement s = settled(of(Kind::lost));
        CPPUNIT_ASSERT(s.arrow == Arrow::lost && !s.alone);
        CPPUNIT_ASSERT(s.runAt == job_.runAt);
        CPPUNIT_ASSERT(s.gate == GateIs::asItIs);
        CPPUNIT_ASSERT(s.casts.empty());
    }

    void lostWhileAloneIsBlamedUpToTheEnd() {
        job_.crashes = 1;  // so it ran alone
        now_.maxCrashes = 2;
        Settlement s = settled(of(Kind::lost));
        CPPUNIT_ASSERT(s.arrow == Arrow::lost && s.alone);
        job_.loneCrashes = 1;
        s = settled(of(Kind::lost));
        CPPUNIT_ASSERT(s.arrow == Arrow::fail);
        CPPUNIT_ASSERT(
            s.error ==
            (rpc::ErrorReply{"NodeLost", "the process died 2 times while this job ran alone"}));
        CPPUNIT_ASSERT_EQUAL(
            R"(["[1]","NodeLost","the process died 2 times while this job ran alone"])"s,
            s.casts.at(0).arguments.args);
    }

    void lostAmongOthersIsNeverTheEnd() {
        job_.crashes = 100;
        job_.loneCrashes = 2;
        const Settlement s = settleLost(job_, false, now_, services_.catalogue);
        CPPUNIT_ASSERT(s.arrow == Arrow::lost && !s.alone);
    }

    void lostJobToBeCancelledIsCancelled() {
        now_.cancelRequested = true;
        job_.crashes = job_.loneCrashes = 99;
        const Settlement s = settled(of(Kind::lost));
        CPPUNIT_ASSERT(s.arrow == Arrow::cancelled && s.casts.empty());
    }

    void detachedCallIsRequeuedOrLeft() {
        Settlement s = settled(of(Kind::detached));
        CPPUNIT_ASSERT(s.arrow == Arrow::undelivered);
        CPPUNIT_ASSERT(s.runAt == job_.runAt);
        CPPUNIT_ASSERT(s.gate == GateIs::asItIs);
        now_.cancelRequested = true;
        CPPUNIT_ASSERT(settled(of(Kind::detached)).arrow == Arrow::cancelled);
        now_.callsSurvive = true;
        CPPUNIT_ASSERT(settled(of(Kind::detached)).arrow == Arrow::leaveRunning);
    }

    void hungMethodFailsOrIsCancelled() {
        now_.timedOut = true;
        Settlement s = settleHung(job_, now_, services_.catalogue);
        CPPUNIT_ASSERT(s.arrow == Arrow::fail);  // though attempts are left
        CPPUNIT_ASSERT(s.error ==
                       (rpc::ErrorReply{"Timeout", "not finished within 60 s, and did not stop"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, s.casts.size());
        now_.cancelRequested = true;
        s = settleHung(job_, now_, services_.catalogue);
        CPPUNIT_ASSERT(s.arrow == Arrow::cancelled && s.casts.empty());
    }

    // Due at once it would keep every other service from handing over jobs.
    void suspectWaitsWhileItsServiceCannotWork() {
        job_.crashes = 1;
        const base::Time later = at(100) + Gate::longestPause;
        CPPUNIT_ASSERT(settled(triedInVain(rpc::Scope::service)).runAt == later);
        CPPUNIT_ASSERT(settled(of(Kind::unavailable)).runAt == later);
        CPPUNIT_ASSERT(settled(of(Kind::detached)).runAt == job_.runAt);
    }

    void methodWithoutAFailureCastHasNoChild() {
        job_.method = "plain";
        const Settlement s = failedByErrand(job_, {"Expired", "late"}, services_.catalogue);
        CPPUNIT_ASSERT(s.arrow == Arrow::fail && s.casts.empty());
        CPPUNIT_ASSERT(s.error == (rpc::ErrorReply{"Expired", "late"}));
    }

    void failureCastThatThrowsStopsNothing() {
        job_.method = "broken";
        const Settlement s = failedByErrand(job_, {"Expired", "late"}, services_.catalogue);
        CPPUNIT_ASSERT(s.arrow == Arrow::fail && s.casts.empty());
    }

    void unknownMethodFollowsTheUsualPolicy() {
        job_.method = "gone";
        const Settlement s = settled(triedInVain(rpc::Scope::job));
        CPPUNIT_ASSERT(s.arrow == Arrow::retryLater);
        CPPUNIT_ASSERT(s.runAt == at(101));
    }

    void timeoutIsNamedInSeconds() {
        now_.timedOut = true;
        for (const auto& [time, words] :
             {std::pair(1500ms, "1.500 s"s), std::pair(1007ms, "1.007 s"s),
              std::pair(500ms, "0.500 s"s), std::pair(2000ms, "2 s"s)}) {
            job_.timeout = time;
            CPPUNIT_ASSERT_EQUAL("not finished within " + words,
                                 settled(failed("Cancelled", "")).error.message);
        }
    }

private:
    Settlement settled(rpc::End end) {
        return settle(job_, std::move(end), now_, services_.catalogue);
    }

    TestServices services_;
    ClaimedJob job_;
    Circumstances now_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettlementTest);
