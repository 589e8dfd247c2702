// SPDX-License-Identifier: Apache-2.0
// TransportContract is what every transport must do, as tests: a plugin's own test derives from it,
// says how to load it, and lists the suite with CPPUNIT_TEST_SUB_SUITE.
//
// Threads: the test's, and those of the transport.
// Owns: the plugin, the sink and two services: `probe` with four workers, `single` with one.
// Errors: n/a.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <deque>
#include <memory>

#include "probe_service.h"
#include "recorder.h"
#include "rpc/plugin.h"

namespace errand::tests {

class TransportContract : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TransportContract);
    CPPUNIT_TEST(replyComesBack);
    CPPUNIT_TEST(errorIsAReply);
    CPPUNIT_TEST(tryAgainKeepsItsScopeAndDelay);
    CPPUNIT_TEST(foreignExceptionIsAnErrorByItsTypesName);
    CPPUNIT_TEST(unknownMethodAndBadArgumentsAreErrors);
    CPPUNIT_TEST(begunComesOnceAndBeforeTheEnd);
    CPPUNIT_TEST(progressReachesTheObserver);
    CPPUNIT_TEST(callTellsWhoCalledIt);
    CPPUNIT_TEST(unknownServiceIsToldAndNeverBegins);
    CPPUNIT_TEST(bigBodyArrivesWhole);
    CPPUNIT_TEST(longNumbersPassDigitForDigit);
    CPPUNIT_TEST(hundredCallsRunAtOnce);
    CPPUNIT_TEST(deadlineEndsARunningCallOnce);
    CPPUNIT_TEST(deadlineEndsAWaitingCall);
    CPPUNIT_TEST(deadlineAheadDoesNotHinderTheReply);
    CPPUNIT_TEST(cancelReachesTheRunningMethod);
    CPPUNIT_TEST(cancelReachesTheNestedMethod);
    CPPUNIT_TEST(cancelOfAnUnknownCallIsNothing);
    CPPUNIT_TEST(hungMethodHoldsOneWorkerOnly);
    CPPUNIT_TEST(nestedCallAtOneWorkerRuns);
    CPPUNIT_TEST(nestedErrorsComeThrough);
    CPPUNIT_TEST(castsOfAJobComeBackInTheReply);
    CPPUNIT_TEST(castsWithoutAJobGoOut);
    CPPUNIT_TEST(castsGoOutWithAnError);
    CPPUNIT_TEST(castToNobodyIsUnknownService);
    CPPUNIT_TEST(queuedMethodWithoutAJobGoesToTheSink);
    CPPUNIT_TEST(sinksErrorIsTheReply);
    CPPUNIT_TEST(queuedMethodOfAJobRuns);
    CPPUNIT_TEST(closeWaitsForWhatRuns);
    CPPUNIT_TEST(closeLeavesAHungMethodToItself);
    CPPUNIT_TEST(closeWaitsForTheSink);
    CPPUNIT_TEST(closeTwiceAndCallAfterClose);
    CPPUNIT_TEST(unknownSettingIsRefused);
    CPPUNIT_TEST(openTransportIsHealthy);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

public:
    void setUp() override;
    void tearDown() override;

    void replyComesBack();
    void errorIsAReply();
    void tryAgainKeepsItsScopeAndDelay();
    void foreignExceptionIsAnErrorByItsTypesName();
    void unknownMethodAndBadArgumentsAreErrors();
    void begunComesOnceAndBeforeTheEnd();
    void progressReachesTheObserver();
    void callTellsWhoCalledIt();
    void unknownServiceIsToldAndNeverBegins();
    void bigBodyArrivesWhole();
    void longNumbersPassDigitForDigit();
    void hundredCallsRunAtOnce();
    void deadlineEndsARunningCallOnce();
    void deadlineEndsAWaitingCall();
    void deadlineAheadDoesNotHinderTheReply();
    void cancelReachesTheRunningMethod();
    void cancelReachesTheNestedMethod();
    void cancelOfAnUnknownCallIsNothing();
    void hungMethodHoldsOneWorkerOnly();
    void nestedCallAtOneWorkerRuns();
    void nestedErrorsComeThrough();
    void castsOfAJobComeBackInTheReply();
    void castsWithoutAJobGoOut();
    void castsGoOutWithAnError();
    void castToNobodyIsUnknownService();
    void queuedMethodWithoutAJobGoesToTheSink();
    void sinksErrorIsTheReply();
    void queuedMethodOfAJobRuns();
    void closeWaitsForWhatRuns();
    void closeLeavesAHungMethodToItself();
    void closeWaitsForTheSink();
    void closeTwiceAndCallAfterClose();
    void unknownSettingIsRefused();
    void openTransportIsHealthy();

protected:
    // How the plugin under test is loaded, and what it needs to open.
    virtual std::unique_ptr<rpc::Plugin> load() = 0;
    virtual rpc::Settings settings() = 0;

    // A call with an id of its own; the arguments are the text of a JSON array.
    rpc::Call make(std::string method, std::string args = "[]", std::string service = "probe");
    // The same as the first attempt of a job.
    rpc::Call makeJob(std::string method, std::string args = "[]");
    // An observer that outlives the transport, as it must when a test fails in between.
    Recorder& hear();
    // Sends it and waits for the end.
    rpc::End run(rpc::Call call);
    // The reply's text: "result JSON", "Type: text of the error" or "try again: reason".
    std::string answer(rpc::Call call);

    rpc::Transport& transport() { return plugin_->transport(); }

    std::deque<Recorder> recorders_;
    std::unique_ptr<RecordingSink> sink_;
    std::unique_ptr<ProbeService> probe_;
    std::unique_ptr<ProbeService> single_;
    std::unique_ptr<rpc::Plugin> plugin_;
};

// Far enough ahead that it only passes in a failing test; and one that has come.
base::SteadyTime farAhead();
base::SteadyTime rightNow();

}  // namespace errand::tests
