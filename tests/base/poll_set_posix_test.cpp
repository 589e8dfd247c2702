// SPDX-License-Identifier: Apache-2.0
#include "base/poll_set.h"

#include <cppunit/extensions/HelperMacros.h>

#include <future>

#include "http/socket_pair.h"

namespace errand::base {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds generous{20000};

class PollSetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PollSetTest);
    CPPUNIT_TEST(anotherThreadWakesIt);
    CPPUNIT_TEST(aRingBeforeTheWaitIsNotLost);
    CPPUNIT_TEST(itTellsWhatItWasAskedFor);
    CPPUNIT_TEST(itTellsTheEndAndTheLoss);
    CPPUNIT_TEST(whatIsRemovedIsSilent);
    CPPUNIT_TEST_SUITE_END();

    PollSet set_;
    http::SocketPair pair_;

    void anotherThreadWakesIt() {
        auto waiting = std::async(std::launch::async, [&] { return set_.wait(generous).size(); });
        set_.wake();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), waiting.get());
    }

    void aRingBeforeTheWaitIsNotLost() {
        set_.wake();
        set_.wake();
        const auto begun = std::chrono::steady_clock::now();
        set_.wait(generous);
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begun < generous);
        CPPUNIT_ASSERT(set_.wait(milliseconds(0)).empty());
    }

    void itTellsWhatItWasAskedFor() {
        const int mine = pair_.descriptor(0);
        CPPUNIT_ASSERT(set_.add(mine, 7, PollSet::For::end));
        pair_.end(1).sendBytes("x", 1);
        CPPUNIT_ASSERT(set_.wait(milliseconds(0)).empty());
        set_.change(mine, 7, PollSet::For::bytes);
        const auto& bytes = set_.wait(generous);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), bytes.size());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(7), bytes[0].token);
        CPPUNIT_ASSERT(bytes[0].readable && !bytes[0].writable && !bytes[0].ended);
        set_.change(mine, 7, PollSet::For::room);
        const auto& room = set_.wait(generous);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), room.size());
        CPPUNIT_ASSERT(room[0].writable && !room[0].readable);
        CPPUNIT_ASSERT(!set_.add(mine, 8, PollSet::For::end));
    }

    void itTellsTheEndAndTheLoss() {
        CPPUNIT_ASSERT(set_.add(pair_.descriptor(0), 7, PollSet::For::end));
        pair_.end(1).shutdownSend();
        const auto& ended = set_.wait(generous);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), ended.size());
        CPPUNIT_ASSERT(ended[0].ended && !ended[0].gone);
        // It is known and need not be told again.
        set_.change(pair_.descriptor(0), 7, PollSet::For::roomAlone);
        const auto& room = set_.wait(generous);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), room.size());
        CPPUNIT_ASSERT(room[0].writable && !room[0].ended);
        set_.change(pair_.descriptor(0), 7, PollSet::For::end);
        pair_.end(1).setLinger(true, 0);
        pair_.end(1).close();  // with a reset
        while (!set_.wait(generous).at(0).gone) {
        }
    }

    void whatIsRemovedIsSilent() {
        CPPUNIT_ASSERT(set_.add(pair_.descriptor(0), 7, PollSet::For::room));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), set_.wait(generous).size());
        set_.remove(pair_.descriptor(0));
        CPPUNIT_ASSERT(set_.wait(milliseconds(0)).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PollSetTest);

}  // namespace
}  // namespace errand::base
