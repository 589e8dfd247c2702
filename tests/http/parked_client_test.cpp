// SPDX-License-Identifier: Apache-2.0
#include "http/parked_client.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/parked.h"

namespace errand::http {
namespace {

using std::chrono::milliseconds;

class ParkedClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ParkedClientTest);
    CPPUNIT_TEST(itSendsWhatWasAppended);
    CPPUNIT_TEST(itEntersItselfOnceForEachFlush);
    CPPUNIT_TEST(whatFindsNoRoomWaitsForIt);
    CPPUNIT_TEST(whoNeverReadsIsBroken);
    CPPUNIT_TEST(whenAllIsTooMuchWhoIsBehindIsBroken);
    CPPUNIT_TEST(oneLongTextIsNotTooMuch);
    CPPUNIT_TEST(whoTakesNothingForLongIsBroken);
    CPPUNIT_TEST(aFinishedOneIsToldSoAndHasAMomentToClose);
    CPPUNIT_TEST(whoClosesAfterTheEndIsDone);
    CPPUNIT_TEST(whoHasEndedIsStillSentWhatWaits);
    CPPUNIT_TEST(whoIsGoneIsBroken);
    CPPUNIT_TEST(nothingFollowsTheEnd);
    CPPUNIT_TEST(silenceIsMeasured);
    CPPUNIT_TEST_SUITE_END();

    Parked parked_;
    base::SteadyTime now_ = parked_.now;

    // The next thing the set says of the only client.
    base::PollSet::Event next() { return parked_.set.wait(milliseconds(20000)).at(0); }

    void itSendsWhatWasAppended() {
        const auto peer = parked_.peer();
        CPPUNIT_ASSERT_EQUAL(std::string(), peer->hear());
        peer->client.append("one, ", now_);
        peer->client.append("two", now_);
        CPPUNIT_ASSERT_EQUAL(std::size_t(8), peer->client.unsent());
        CPPUNIT_ASSERT_EQUAL(std::string("one, two"), peer->hear());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), peer->client.unsent());
    }

    void itEntersItselfOnceForEachFlush() {
        const auto peer = parked_.peer();
        peer->client.append("a", now_);
        peer->client.append("b", now_);
        CPPUNIT_ASSERT((parked_.outbox.unflushed == std::vector<std::uint64_t>{1}));
        peer->hear();
        peer->client.append("c", now_);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), parked_.outbox.unflushed.size());
    }

    // Appends until the system takes no more; what it was in all.
    std::string fill(Peer& peer) {
        std::string all;
        while (peer.client.unsent() == 0) {
            const std::string text(200000, static_cast<char>('a' + all.size() / 200000 % 26));
            peer.client.append(text, now_);
            all += text;
            peer.client.flush(now_);
        }
        return all;
    }

    void whatFindsNoRoomWaitsForIt() {
        const auto peer = parked_.peer();
        const std::string all = fill(*peer);
        std::string heard;
        while (heard.size() < all.size()) {
            while (const auto more = peer->pair.receivedBy(1, true)) heard += *more;
            if (peer->client.unsent() == 0) continue;
            const auto event = next();
            CPPUNIT_ASSERT(event.writable);
            peer->client.heard(event, now_);
            peer->client.flush(now_);
        }
        CPPUNIT_ASSERT(heard == all);
        CPPUNIT_ASSERT(!peer->client.broken());
    }

    void whoNeverReadsIsBroken() {
        const auto peer = parked_.peer();
        fill(*peer);
        int appended = 0;
        for (; !peer->client.broken(); ++appended) {
            CPPUNIT_ASSERT(peer->client.unsent() <= parked_.settings.maxUnsent + 200000);
            peer->client.append(std::string(200000, 'x'), now_);
        }
        CPPUNIT_ASSERT(appended >= 5);
    }

    void whenAllIsTooMuchWhoIsBehindIsBroken() {
        auto behind = parked_.peer();
        const auto other = parked_.peer();
        fill(*behind);
        CPPUNIT_ASSERT_EQUAL(behind->client.unsent(), parked_.outbox.unsent);
        parked_.settings.maxUnsentInAll = parked_.outbox.unsent - 1;
        other->client.append("x", now_);
        CPPUNIT_ASSERT(!other->client.broken());
        CPPUNIT_ASSERT_EQUAL(std::string("x"), other->hear());
        behind->client.append("x", now_);
        CPPUNIT_ASSERT(behind->client.broken());
        behind.reset();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), parked_.outbox.unsent);
    }

    void oneLongTextIsNotTooMuch() {
        parked_.settings.maxUnsent = 10;
        const auto peer = parked_.peer();
        peer->client.append(std::string(3000, 'x'), now_);
        CPPUNIT_ASSERT(!peer->client.broken());
        // The next finds room, since the system has taken it.
        peer->client.append("y", now_);
        CPPUNIT_ASSERT(!peer->client.broken());
    }

    void whoTakesNothingForLongIsBroken() {
        const auto peer = parked_.peer();
        peer->client.checkTime(now_ + parked_.settings.stall);
        CPPUNIT_ASSERT(!peer->client.broken());
        fill(*peer);
        peer->client.checkTime(now_ + parked_.settings.stall - milliseconds(1));
        CPPUNIT_ASSERT(!peer->client.broken());
        peer->client.checkTime(now_ + parked_.settings.stall);
        CPPUNIT_ASSERT(peer->client.broken());
    }

    void aFinishedOneIsToldSoAndHasAMomentToClose() {
        const auto peer = parked_.peer();
        peer->client.append("bye", now_);
        peer->client.finish(now_);
        CPPUNIT_ASSERT_EQUAL(std::string("bye"), peer->hear());
        CPPUNIT_ASSERT(peer->over());
        CPPUNIT_ASSERT(!peer->client.broken());
        // What it says meanwhile is thrown away.
        peer->pair.end(1).sendBytes("more", 4);
        peer->client.heard(next(), now_);
        CPPUNIT_ASSERT(!peer->client.broken());
        peer->client.checkTime(now_ + parked_.settings.linger);
        CPPUNIT_ASSERT(peer->client.broken());
    }

    void whoClosesAfterTheEndIsDone() {
        const auto peer = parked_.peer();
        peer->client.finish(now_);
        peer->client.flush(now_);
        peer->pair.end(1).close();
        peer->client.heard(next(), now_);
        CPPUNIT_ASSERT(peer->client.broken());
    }

    void whoHasEndedIsStillSentWhatWaits() {
        const auto peer = parked_.peer();
        const std::string all = fill(*peer);
        peer->pair.end(1).shutdownSend();
        auto event = next();
        while (!event.ended) event = next();
        peer->client.heard(event, now_);
        CPPUNIT_ASSERT(peer->client.finished());
        std::size_t heard = 0;
        while (!peer->client.broken()) {
            while (const auto more = peer->pair.receivedBy(1, true)) heard += more->size();
            peer->client.flush(now_);
        }
        while (const auto more = peer->pair.receivedBy(1)) {
            if (more->empty()) break;
            heard += more->size();
        }
        CPPUNIT_ASSERT_EQUAL(all.size(), heard);
    }

    void whoIsGoneIsBroken() {
        const auto peer = parked_.peer();
        peer->pair.end(1).setLinger(true, 0);
        peer->pair.end(1).close();
        peer->client.heard(next(), now_);
        CPPUNIT_ASSERT(peer->client.broken());
        const auto other = parked_.peer();
        other->client.append("x", now_);
        other->pair.end(1).setLinger(true, 0);
        other->pair.end(1).close();
        next();
        other->client.flush(now_);
        CPPUNIT_ASSERT(other->client.broken());
    }

    void nothingFollowsTheEnd() {
        const auto peer = parked_.peer();
        peer->client.finish(now_);
        peer->client.append("late", now_);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), peer->client.unsent());
    }

    void silenceIsMeasured() {
        const auto peer = parked_.peer();
        peer->client.append("x", now_);
        CPPUNIT_ASSERT(!peer->client.silentFor(now_ + milliseconds(9), milliseconds(10)));
        CPPUNIT_ASSERT(peer->client.silentFor(now_ + milliseconds(10), milliseconds(10)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ParkedClientTest);

}  // namespace
}  // namespace errand::http
