// SPDX-License-Identifier: Apache-2.0
#include "transport_contract.h"

#include <deque>

#include <Poco/Exception.h>

#include "base/worker.h"

namespace errand::tests {

using Kind = rpc::End::Kind;

namespace {

// Short, and yet reached at every speed: what it ends would never end by itself.
base::SteadyTime soon() {
    return base::Clock::system().steady() + std::chrono::milliseconds(30);
}

std::string textOf(const rpc::End& end) {
    if (end.kind != Kind::reply) return "end " + std::to_string(static_cast<int>(end.kind));
    if (const auto* error = end.reply.error()) return error->type + ": " + error->message;
    if (const auto* again = end.reply.tryAgain()) return "try again: " + again->reason;
    return "result " + end.reply.result()->json;
}

void assertText(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
}

void assertKind(Kind expected, const rpc::End& end) {
    CPPUNIT_ASSERT_EQUAL(static_cast<int>(expected), static_cast<int>(end.kind));
}

}  // namespace

base::SteadyTime farAhead() {
    return base::Clock::system().steady() + std::chrono::seconds(60);
}

base::SteadyTime rightNow() {
    return base::Clock::system().steady();
}

void TransportContract::setUp() {
    sink_ = std::make_unique<RecordingSink>();
    probe_ = std::make_unique<ProbeService>("probe", 4);
    single_ = std::make_unique<ProbeService>("single", 1);
    plugin_ = load();
    transport().open(settings(), *sink_);
    transport().serve(*probe_);
    transport().serve(*single_);
    transport().start();
}

void TransportContract::tearDown() {
    probe_->release();
    single_->release();
    sink_->letGo();
    transport().close(farAhead());
    plugin_.reset();
}

Recorder& TransportContract::hear() {
    return recorders_.emplace_back();
}

rpc::Call TransportContract::make(std::string method, std::string args, std::string service) {
    rpc::Call call;
    call.id = base::Id::generate(base::Clock::system().now()).toString();
    call.service = std::move(service);
    call.method = std::move(method);
    call.arguments.args = std::move(args);
    return call;
}

rpc::Call TransportContract::makeJob(std::string method, std::string args) {
    rpc::Call call = make(std::move(method), std::move(args));
    call.job = rpc::JobHeader{base::Id::generate(base::Clock::system().now()), 2, 1};
    return call;
}

rpc::End TransportContract::run(rpc::Call call) {
    Recorder& recorder = hear();
    transport().call(std::move(call), recorder);
    return recorder.end();
}

std::string TransportContract::answer(rpc::Call call) {
    return textOf(run(std::move(call)));
}

void TransportContract::replyComesBack() {
    assertText("result 40", answer(make("sum", "[30,10]")));
    rpc::Call named = make("sum");
    named.arguments.kwargs = R"({"b":"1","a":2})";
    assertText("result 3", answer(named));
    CPPUNIT_ASSERT(run(make("sum", "[1,2]")).reply.casts.empty());
}

void TransportContract::errorIsAReply() {
    assertText("ZeroDivisionError: division by zero",
               answer(make("fail", R"(["ZeroDivisionError","division by zero"])")));
}

void TransportContract::tryAgainKeepsItsScopeAndDelay() {
    const rpc::End job = run(makeJob("tryAgain", R"(["job",1500])"));
    CPPUNIT_ASSERT(job.reply.tryAgain());
    assertText("not now", job.reply.tryAgain()->reason);
    CPPUNIT_ASSERT(job.reply.tryAgain()->scope == rpc::Scope::job);
    CPPUNIT_ASSERT(job.reply.tryAgain()->after == std::chrono::milliseconds(1500));
    const rpc::End service = run(makeJob("tryAgain", R"(["service"])"));
    CPPUNIT_ASSERT(service.reply.tryAgain());
    CPPUNIT_ASSERT(service.reply.tryAgain()->scope == rpc::Scope::service);
    CPPUNIT_ASSERT(!service.reply.tryAgain()->after);
}

void TransportContract::foreignExceptionIsAnErrorByItsTypesName() {
    assertText("out_of_range: beyond the end", answer(make("throwForeign", R"(["std"])")));
    assertText("FileNotFoundException: File not found: notes.txt",
               answer(make("throwForeign", R"(["poco"])")));
    assertText("result 3", answer(make("sum", "[1,2]")));
}

void TransportContract::unknownMethodAndBadArgumentsAreErrors() {
    assertText("MethodNotFound: nothing", answer(make("nothing")));
    assertText("IncorrectSignature: sum() missing 1 required positional argument: 'b'",
               answer(make("sum", "[1]")));
}

void TransportContract::begunComesOnceAndBeforeTheEnd() {
    Recorder& recorder = hear();
    transport().call(make("sum", "[1,2]"), recorder);
    recorder.end();
    CPPUNIT_ASSERT(recorder.begunBeforeEnd());
}

void TransportContract::callTellsWhoCalledIt() {
    rpc::Call call = makeJob("describe");
    call.callIdStack = {"a.b.1"};
    call.context = {{"language", R"("en")"}};
    call.timeout = std::chrono::seconds(60);
    const std::string expected = R"(result {"id":")" + call.id +
                                 R"(","stack":["a.b.1"],"context":{"language":"en"},"job":")" +
                                 call.job->job.toString() + R"(","limited":true,"repeated":true})";
    assertText(expected, answer(call));
}

void TransportContract::unknownServiceIsToldAndNeverBegins() {
    Recorder& recorder = hear();
    transport().call(make("sum", "[1,2]", "nobody"), recorder);
    assertKind(Kind::unknownService, recorder.end());
    CPPUNIT_ASSERT(!recorder.hasBegun());
}

void TransportContract::bigBodyArrivesWhole() {
    const std::string text = '"' + std::string(5 << 20, 'x') + '"';
    const rpc::End end = run(make("echo", '[' + text + ']'));
    CPPUNIT_ASSERT(end.reply.result());
    CPPUNIT_ASSERT(end.reply.result()->json == text);
}

void TransportContract::longNumbersPassDigitForDigit() {
    const std::string value =
        "[" + std::string(300, '9') + ",-" + std::string(300, '8') + ",1e400,0.10]";
    assertText("result " + value, answer(make("echo", '[' + value + ']')));
}

void TransportContract::hundredCallsRunAtOnce() {
    constexpr int each = 25;
    std::vector<Recorder*> recorders;
    for (int i = 0; i < 4 * each; ++i) recorders.push_back(&hear());
    std::deque<base::Worker> senders;
    for (int sender = 0; sender < 4; ++sender) {
        senders.emplace_back("sender").start([&, sender] {
            for (int i = sender * each; i < (sender + 1) * each; ++i) {
                const std::string args = "[" + std::to_string(i) + ",1]";
                transport().call(make("sum", args), *recorders[static_cast<std::size_t>(i)]);
            }
        });
    }
    for (base::Worker& sender : senders) sender.join();
    for (int i = 0; i < 4 * each; ++i) {
        Recorder& recorder = *recorders[static_cast<std::size_t>(i)];
        assertText("result " + std::to_string(i + 1), textOf(recorder.end()));
        CPPUNIT_ASSERT(recorder.begunBeforeEnd());
    }
}

void TransportContract::deadlineEndsARunningCallOnce() {
    Recorder& recorder = hear();
    rpc::Call call = make("hold");
    call.deadline = soon();
    transport().call(call, recorder);
    assertKind(Kind::timeout, recorder.end());
    probe_->release();
    transport().close(farAhead());
    CPPUNIT_ASSERT_EQUAL(1, recorder.ends());
}

void TransportContract::deadlineEndsAWaitingCall() {
    Recorder& first = hear();
    transport().call(make("hold", "[]", "single"), first);
    first.waitBegun();
    Recorder& second = hear();
    rpc::Call call = make("count", "[]", "single");
    call.deadline = soon();
    transport().call(call, second);
    assertKind(Kind::timeout, second.end());
    single_->release();
    assertText("result null", textOf(first.end()));
}

void TransportContract::deadlineAheadDoesNotHinderTheReply() {
    rpc::Call call = make("sum", "[1,2]");
    call.deadline = farAhead();
    assertText("result 3", answer(call));
}

void TransportContract::cancelReachesTheRunningMethod() {
    Recorder& recorder = hear();
    const rpc::Call call = makeJob("obey");
    transport().call(call, recorder);
    probe_->waitInside(1);
    transport().cancel(call.id);
    assertText("Cancelled: the call was cancelled", textOf(recorder.end()));
}

void TransportContract::cancelReachesTheNestedMethod() {
    Recorder& recorder = hear();
    const rpc::Call call = make("callOther", R"(["single","obey",[]])");
    transport().call(call, recorder);
    single_->waitInside(1);
    transport().cancel(call.id);
    assertText("Cancelled: the call was cancelled", textOf(recorder.end()));
}

void TransportContract::cancelOfAnUnknownCallIsNothing() {
    transport().cancel("no such call");
    assertText("result 3", answer(make("sum", "[1,2]")));
}

void TransportContract::hungMethodHoldsOneWorkerOnly() {
    Recorder& hung = hear();
    transport().call(make("hold"), hung);
    probe_->waitInside(1);
    std::vector<Recorder*> others;
    for (int i = 0; i < 50; ++i) others.push_back(&hear());
    for (Recorder* other : others) transport().call(make("sum", "[1,2]"), *other);
    for (Recorder* other : others) assertText("result 3", textOf(other->end()));
    CPPUNIT_ASSERT_EQUAL(0, hung.ends());
}

void TransportContract::nestedCallAtOneWorkerRuns() {
    assertText("result 3", answer(make("callOther", R"(["single","sum",[1,2]])", "single")));
    const rpc::Call outer = makeJob("callOther", R"(["single","describe",[]])");
    const rpc::End end = run(outer);
    const base::Json told = base::Json::parse(end.reply.result()->json);
    CPPUNIT_ASSERT(told.find("job")->isNull());
    assertText("[\"probe.callOther." + outer.id + "\"]", told.find("stack")->toString());
}

void TransportContract::nestedErrorsComeThrough() {
    assertText("KeyError: 'pow'",
               answer(make("callOther", R"(["single","fail",["KeyError","'pow'"]])")));
    assertText("try again: not now",
               answer(makeJob("callOther", R"(["single","tryAgain",["service"]])")));
    assertText("UnknownService: nobody", answer(make("callOther", R"(["nobody","sum",[1,2]])")));
}

void TransportContract::castsOfAJobComeBackInTheReply() {
    const rpc::End done = run(makeJob("castOther", R"(["single","count","result"])"));
    const std::vector<rpc::Cast> expected{{"single", "count", {"[]", "{}"}}};
    CPPUNIT_ASSERT(done.reply.result());
    CPPUNIT_ASSERT(done.reply.casts == expected);
    const rpc::End failed = run(makeJob("castOther", R"(["nobody","count","error"])"));
    assertText("ValueError: after the cast", textOf(failed));
    CPPUNIT_ASSERT_EQUAL(std::size_t(1), failed.reply.casts.size());
    transport().close(farAhead());
    CPPUNIT_ASSERT_EQUAL(0, single_->counted());
}

void TransportContract::castsWithoutAJobGoOut() {
    const rpc::End end = run(make("castOther", R"(["single","count","result"])"));
    assertText("result null", textOf(end));
    CPPUNIT_ASSERT(end.reply.casts.empty());
    single_->waitCounted(1);
}

void TransportContract::castsGoOutWithAnError() {
    assertText("ValueError: after the cast",
               answer(make("castOther", R"(["single","count","error"])")));
    single_->waitCounted(1);
}

void TransportContract::castToNobodyIsUnknownService() {
    assertText("UnknownService: nobody",
               answer(make("castOther", R"(["nobody","count","result"])")));
}

void TransportContract::queuedMethodWithoutAJobGoesToTheSink() {
    const rpc::Call call = make("countLater", "[7]");
    assertText("result null", answer(call));
    CPPUNIT_ASSERT_EQUAL(std::size_t(1), sink_->stored().size());
    assertText(call.id, sink_->stored()[0].id);
    assertText("[7]", sink_->stored()[0].arguments.args);
    CPPUNIT_ASSERT_EQUAL(0, probe_->counted());
}

void TransportContract::sinksErrorIsTheReply() {
    sink_->answer({"QueueFull", "no room"});
    assertText("QueueFull: no room", answer(make("countLater", "[7]")));
}

void TransportContract::queuedMethodOfAJobRuns() {
    assertText("result null", answer(makeJob("countLater", "[7]")));
    CPPUNIT_ASSERT_EQUAL(1, probe_->counted());
    CPPUNIT_ASSERT(sink_->stored().empty());
}

void TransportContract::closeWaitsForWhatRuns() {
    Recorder& running = hear();
    transport().call(makeJob("hold"), running);
    probe_->waitInside(1);
    Recorder& blocking = hear();
    transport().call(make("hold", "[]", "single"), blocking);
    single_->waitInside(1);
    Recorder& waiting = hear();
    transport().call(make("count", "[]", "single"), waiting);

    base::Worker closer("closer");
    closer.start([&] { transport().close(farAhead()); });
    assertKind(Kind::detached, waiting.end());
    CPPUNIT_ASSERT_EQUAL(0, running.ends());
    probe_->release();
    single_->release();
    closer.join();
    assertText("result null", textOf(running.end()));
    assertText("result null", textOf(blocking.end()));
    CPPUNIT_ASSERT(!waiting.hasBegun());
}

void TransportContract::closeLeavesAHungMethodToItself() {
    Recorder& recorder = hear();
    transport().call(makeJob("hold"), recorder);
    probe_->waitInside(1);
    transport().close(rightNow());
    CPPUNIT_ASSERT_EQUAL(1, recorder.ends());
    assertKind(Kind::detached, recorder.end());
    plugin_ = load();  // the old one goes while the method still runs in it
    probe_->release();
    probe_->waitEmpty();
    CPPUNIT_ASSERT_EQUAL(1, recorder.ends());
}

// Whoever stores is inside the sink, which the owner takes down next: no deadline cuts that short.
void TransportContract::closeWaitsForTheSink() {
    sink_->hold();
    Recorder& recorder = hear();
    transport().call(make("countLater", "[1]"), recorder);
    sink_->waitHeld();
    base::Worker closer("closer");
    closer.start([&] { transport().close(rightNow()); });
    sink_->letGo();
    closer.join();
    CPPUNIT_ASSERT_EQUAL(1, recorder.ends());
    CPPUNIT_ASSERT_EQUAL(std::size_t(1), sink_->stored().size());
    sink_ = std::make_unique<RecordingSink>();  // the old one is gone, as after a stop
}

void TransportContract::closeTwiceAndCallAfterClose() {
    transport().close(farAhead());
    transport().close(farAhead());
    Recorder& recorder = hear();
    transport().call(make("sum", "[1,2]"), recorder);
    assertKind(Kind::unavailable, recorder.end());
    CPPUNIT_ASSERT(!recorder.hasBegun());
}

void TransportContract::unknownSettingIsRefused() {
    const std::unique_ptr<rpc::Plugin> another = load();
    rpc::Settings wrong = settings();
    wrong["no.such.setting"] = "1";
    try {
        another->transport().open(wrong, *sink_);
        CPPUNIT_FAIL("an unknown setting was taken");
    } catch (const Poco::InvalidArgumentException& e) {
        CPPUNIT_ASSERT(e.message().find("no.such.setting") != std::string::npos);
    }
}

void TransportContract::openTransportIsHealthy() {
    CPPUNIT_ASSERT(transport().health().connected);
    assertText("", transport().health().missing);
}

}  // namespace errand::tests
