// SPDX-License-Identifier: Apache-2.0
// Attempts whose calls outlive the process: what goes with them, and what is noted.
#include <cppunit/extensions/HelperMacros.h>

#include <cmath>

#include "jobs/bench.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;
using Kind = rpc::End::Kind;

class AttemptsNoteTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AttemptsNoteTest);
    CPPUNIT_TEST(whatIsKnownOfACallIsNotedALittleLater);
    CPPUNIT_TEST(shortCallCostsNoNote);
    CPPUNIT_TEST(laterNewsAreNotedToo);
    CPPUNIT_TEST(stopNotesWhatIsKnownAtOnce);
    CPPUNIT_TEST(noteOfAnOlderClaimIsLost);
    CPPUNIT_TEST(progressIsShownWithinItsBounds);
    CPPUNIT_TEST(progressOfAnEarlierClaimIsGone);
    CPPUNIT_TEST(methodElsewhereLeavesNoMark);
    CPPUNIT_TEST(windowAndDeadlineFollowTheService);
    CPPUNIT_TEST(windowEndsWithTheExpiry);
    CPPUNIT_TEST(callWithinTheProcessHasNeither);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        bench_.emplace(200);
        bench_->settings.transport = "amqp";
        bench_->settings.broker = "there";
        bench_->transport.survive();
    }
    void tearDown() override { bench_.reset(); }

    void whatIsKnownOfACallIsNotedALittleLater() {
        const Job job = bench_->started();
        transport().send(0);
        transport().begin(0, "worker-7");
        transport().progress(0, 0.25, "a quarter");
        const base::Time begun = bench_->clock.now();
        look();
        CPPUNIT_ASSERT_EQUAL("0 - - -"s, noted(job));
        bench_->clock.advance(100ms);
        look();
        CPPUNIT_ASSERT_EQUAL("1 worker-7 " + std::to_string(begun.time_since_epoch().count()) +
                                 R"( {"fraction":0.2500,"text":"a quarter"})",
                             noted(job));
        CPPUNIT_ASSERT_EQUAL(R"({"fraction":0.2500,"text":"a quarter"})"s,
                             bench_->now(job).progress);
    }

    void shortCallCostsNoNote() {
        const Job job = bench_->started("alpha", "plain");
        transport().send(0);
        transport().begin(0, "worker-7");
        look();
        transport().end(0, succeeded("1"));
        bench_->clock.advance(1s);
        look();
        CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL("0"s, column(job, "sent"));
    }

    void laterNewsAreNotedToo() {
        const Job job = bench_->started();
        transport().send(0);
        noteNow();
        CPPUNIT_ASSERT_EQUAL("1 - - -"s, noted(job));
        for (const auto* text : {"one", "two"}) {
            transport().progress(0, 0.5, text);
            noteNow();
            CPPUNIT_ASSERT(bench_->now(job).progress.find(text) != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL("1"s, column(job, "sent"));  // and nothing is forgotten
    }

    void stopNotesWhatIsKnownAtOnce() {
        const Job known = bench_->started();
        const Job unknown = bench_->started();
        transport().send(0);
        transport().begin(0, "worker-7");
        transport().close({});
        bench_->drain();
        CPPUNIT_ASSERT(noted(known).starts_with("1 worker-7 1"));
        CPPUNIT_ASSERT_EQUAL("0 - - -"s, noted(unknown));
    }

    void noteOfAnOlderClaimIsLost() {
        const Job job = bench_->started();
        transport().progress(0, 0.5, "old");
        bench_->onWriter([&] {
            bench_->jobs.undelivered({job.sequence, 1, {}, bench_->clock.now()}, job.runAt);
            bench_->jobs.claim("alpha", bench_->clock.now(), 1);
        });
        noteNow();
        CPPUNIT_ASSERT_EQUAL("0 - - -"s, noted(job));
    }

    void progressIsShownWithinItsBounds() {
        const Job job = bench_->started();
        const std::pair<double, std::string> told[] = {
            {1e300, "1.0000"}, {-3, "0.0000"}, {std::nan(""), "0.0000"}, {1.0 / 3, "0.3333"}};
        for (const auto& [fraction, shown] : told) {
            transport().progress(0, fraction, "\xff\n\"");
            noteNow();
            CPPUNIT_ASSERT_EQUAL(R"({"fraction":)" + shown + R"(,"text":""})",
                                 bench_->now(job).progress);
        }
        transport().progress(0, 1, "\xc3\xa9\n\"");
        noteNow();
        CPPUNIT_ASSERT_EQUAL("{\"fraction\":1.0000,\"text\":\"\xc3\xa9\\n\\\"\"}"s,
                             bench_->now(job).progress);
    }

    void progressOfAnEarlierClaimIsGone() {
        const Job job = bench_->started();
        transport().progress(0, 0.5, "");
        noteNow();
        end(0, of(Kind::overdue));
        CPPUNIT_ASSERT(!bench_->now(job).progress.empty());
        bench_->onWriter([&] { bench_->jobs.claim("alpha", bench_->clock.now(), 1); });
        CPPUNIT_ASSERT_EQUAL("0 - - -"s, noted(job));
    }

    // The broker redelivers what a dead worker had: nothing here need remember it.
    void methodElsewhereLeavesNoMark() {
        bench_->started();
        transport().begin(0, "worker-7");
        CPPUNIT_ASSERT(bench_->marks.left().empty());
    }

    void windowAndDeadlineFollowTheService() {
        bench_->settings.deliveryWindow = 10min;
        bench_->started("alpha");
        const rpc::Call known = transport().waitCall(0);
        CPPUNIT_ASSERT(known.window == 10min);
        CPPUNIT_ASSERT(known.timeout == 60s);
        CPPUNIT_ASSERT(!known.deadline);  // its worker says when it begins
        bench_->started("thumbs");
        const rpc::Call foreign = transport().waitCall(1);
        CPPUNIT_ASSERT(foreign.window == 10min);
        CPPUNIT_ASSERT(foreign.deadline == bench_->clock.steady() + 11min);
    }

    void windowEndsWithTheExpiry() {
        const std::pair<std::chrono::microseconds, std::chrono::milliseconds> expiries[] = {
            {5s, 5s}, {1500us, 2ms}, {2h, 1h}};
        for (const auto& [left, window] : expiries) {
            ClaimedJob claimed;
            claimed.id = base::Id::generate(bench_->clock.now());
            claimed.service = "thumbs";
            claimed.timeout = 60s;
            claimed.expiresAt = bench_->clock.now() + left;
            CPPUNIT_ASSERT(sentAs(claimed).window == window);
            CPPUNIT_ASSERT(sentAs(claimed).deadline == bench_->clock.steady() + window + 60s);
            claimed.expiresAt = bench_->clock.now() - 1s;
            CPPUNIT_ASSERT(sentAs(claimed).window == 1ms);  // 0 would mean none
        }
    }

    void callWithinTheProcessHasNeither() {
        bench_->settings.transport = "inproc";
        bench_->started("thumbs");
        CPPUNIT_ASSERT(transport().waitCall(0).window == 0ms);
        CPPUNIT_ASSERT(!transport().waitCall(0).deadline);
    }

private:
    Attempts& attempts() { return bench_->attempts; }
    FakeTransport& transport() { return bench_->transport; }

    void look() {
        attempts().look(bench_->clock.steady());
        bench_->drain();
        bench_->drain();  // what those tasks enqueued
    }

    void noteNow() {
        bench_->clock.advance(100ms);
        look();
    }

    void end(std::size_t number, rpc::End end) {
        transport().end(number, std::move(end));
        bench_->drain();
    }

    rpc::Call sentAs(const ClaimedJob& claimed) {
        attempts().start(claimed, bench_->lanes.of(claimed.service), false);
        return transport().waitCall(transport().count() - 1);
    }

    std::string column(const Job& job, const std::string& expression) {
        std::string value;
        bench_->onWriter([&] {
            value = valueOf(bench_->database,
                            "SELECT " + expression +
                                " FROM jobs WHERE sequence = " + std::to_string(job.sequence));
        });
        return value;
    }

    // "sent worker started_at progress"
    std::string noted(const Job& job) {
        return column(job,
                      "sent || ' ' || ifnull(worker, '-') || ' ' || ifnull(started_at, '-') ||"
                      " ' ' || ifnull(progress, '-')");
    }

    std::optional<Bench> bench_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AttemptsNoteTest);
