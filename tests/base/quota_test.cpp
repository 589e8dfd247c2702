// SPDX-License-Identifier: Apache-2.0
#include "base/quota.h"

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <thread>
#include <vector>

namespace errand::base {

using namespace std::chrono_literals;

class QuotaTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(QuotaTest);
    CPPUNIT_TEST(ratesAreRead);
    CPPUNIT_TEST(whatIsNoRateIsRefusedInWords);
    CPPUNIT_TEST(whatIsLeftIsCountedDown);
    CPPUNIT_TEST(tooMuchTakesNothing);
    CPPUNIT_TEST(theWindowBeginsWithTheFirstAndEnds);
    CPPUNIT_TEST(theResetIsRoundedUp);
    CPPUNIT_TEST(keysDoNotDisturbEachOther);
    CPPUNIT_TEST(withoutARateAllIsGranted);
    CPPUNIT_TEST(nothingCanBeAskedFor);
    CPPUNIT_TEST(timeDoesNotGoBack);
    CPPUNIT_TEST(keysBeyondTheBoundShareOneEntry);
    CPPUNIT_TEST(passedWindowsAreSweptAway);
    CPPUNIT_TEST(anotherRateHoldsAtOnce);
    CPPUNIT_TEST(eightThreadsTakeExactlyTheRate);
    CPPUNIT_TEST(eightThreadsAreExactInEveryWindow);
    CPPUNIT_TEST_SUITE_END();

    const base::SteadyTime begin_{1000s};

    static std::string refusal(std::string_view text) {
        try {
            parseRate(text);
        } catch (const Poco::SyntaxException& reason) {
            return reason.message();
        }
        return "none";
    }

    // How many of `tries` were granted by eight threads that ask at once.
    static std::int64_t grantedToEight(Quota& quota, int tries, base::SteadyTime now,
                                       int keys = 1) {
        std::atomic<std::int64_t> granted{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                for (int j = 0; j < tries; ++j) {
                    if (quota.take("key" + std::to_string(j % keys), 1, now).granted) ++granted;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        return granted;
    }

    void ratesAreRead() {
        const std::pair<const char*, Rate> all[] = {{"600/1m", {600, 60s}},
                                                    {"600/1min", {600, 60s}},
                                                    {"100/10s", {100, 10s}},
                                                    {"1/2h", {1, 7200s}},
                                                    {"1000000000/31d", {1'000'000'000, 744h}},
                                                    {"", {}},
                                                    {"0", {}}};
        for (const auto& [text, rate] : all) {
            CPPUNIT_ASSERT_MESSAGE(text, parseRate(text) == rate);
        }
    }

    void whatIsNoRateIsRefusedInWords() {
        for (const char* text : {"600", "-1", " ", "many"}) {
            CPPUNIT_ASSERT_MESSAGE(text, refusal(text).starts_with("needs a number and a time"));
        }
        for (const char* text : {"/1m", "0/1m", "-5/1m", "+5/1m", " 5/1m", "5 /1m", "5.5/1m",
                                 "1000000001/1m", "99999999999999999999/1m"}) {
            CPPUNIT_ASSERT_MESSAGE(text, refusal(text).starts_with("the number before the slash"));
        }
        for (const char* text : {"5/", "5/m", "5/1", "5/0s", "5/-1s", "5/1x", "5/1ms", "5/1m/1m",
                                 "5/32d", "5/ 1m", "5/1m ", "5/99999999999999999999d"}) {
            CPPUNIT_ASSERT_MESSAGE(text, refusal(text).starts_with("the time after the slash"));
        }
    }

    void whatIsLeftIsCountedDown() {
        Quota quota({3, 10s});
        for (const std::int64_t left : {2, 1, 0}) {
            const Taken taken = quota.take("a", 1, begin_);
            CPPUNIT_ASSERT(taken.granted);
            CPPUNIT_ASSERT_EQUAL(left, taken.remaining);
            CPPUNIT_ASSERT(taken.reset == 10s);
        }
        const Taken refused = quota.take("a", 1, begin_ + 1s);
        CPPUNIT_ASSERT(!refused.granted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, refused.remaining);
        CPPUNIT_ASSERT(refused.reset == 9s);
    }

    void tooMuchTakesNothing() {
        Quota quota({10, 10s});
        CPPUNIT_ASSERT(quota.take("a", 8, begin_).granted);
        for (const std::int64_t amount : {std::int64_t{3}, INT64_MAX}) {
            const Taken refused = quota.take("a", amount, begin_);
            CPPUNIT_ASSERT(!refused.granted);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, refused.remaining);
        }
        CPPUNIT_ASSERT(quota.take("a", 2, begin_).granted);
    }

    void theWindowBeginsWithTheFirstAndEnds() {
        Quota quota({1, 10s});
        CPPUNIT_ASSERT(quota.take("a", 1, begin_ + 3s).granted);
        CPPUNIT_ASSERT(!quota.take("a", 1, begin_ + 13s - 1ns).granted);
        CPPUNIT_ASSERT(quota.take("a", 1, begin_ + 13s).granted);
        CPPUNIT_ASSERT(!quota.take("a", 1, begin_ + 22s).granted);
        CPPUNIT_ASSERT(quota.take("a", 1, begin_ + 23s).granted);
    }

    void theResetIsRoundedUp() {
        Quota quota({9, 10s});
        CPPUNIT_ASSERT(quota.take("a", 1, begin_).reset == 10s);
        CPPUNIT_ASSERT(quota.take("a", 1, begin_ + 1ns).reset == 10s);
        CPPUNIT_ASSERT(quota.take("a", 1, begin_ + 1s).reset == 9s);
        CPPUNIT_ASSERT(quota.take("a", 1, begin_ + 9500ms).reset == 1s);
        CPPUNIT_ASSERT(quota.take("a", 1, begin_ + 10s - 1ns).reset == 1s);
    }

    void keysDoNotDisturbEachOther() {
        Quota quota({1, 10s});
        using namespace std::string_view_literals;
        for (const auto key : {"a"sv, "b"sv, ""sv, "a\0"sv, "a\0b"sv}) {
            CPPUNIT_ASSERT(quota.take(key, 1, begin_).granted);
            CPPUNIT_ASSERT(!quota.take(key, 1, begin_).granted);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, quota.keys());
    }

    void withoutARateAllIsGranted() {
        Quota quota({});
        for (int i = 0; i < 100; ++i) CPPUNIT_ASSERT(quota.take("a", INT64_MAX, begin_).granted);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, quota.keys());
    }

    void nothingCanBeAskedFor() {
        Quota quota({1, 10s});
        CPPUNIT_ASSERT(quota.take("a", 1, begin_).granted);
        CPPUNIT_ASSERT(quota.take("a", 0, begin_).granted);
    }

    void timeDoesNotGoBack() {
        Quota quota({1, 10s});
        CPPUNIT_ASSERT(quota.take("a", 1, begin_ + 10s).granted);
        CPPUNIT_ASSERT(!quota.take("a", 1, begin_ + 20s - 1ns).granted);
        CPPUNIT_ASSERT(quota.take("b", 1, begin_).granted);
        // The window of b began with the latest time that was seen.
        CPPUNIT_ASSERT(!quota.take("b", 1, begin_ + 25s).granted);
        CPPUNIT_ASSERT(quota.take("a", 1, begin_ + 25s).granted);
    }

    void keysBeyondTheBoundShareOneEntry() {
        Quota quota({2, 10s}, 3);
        for (const char* key : {"a", "b", "c"}) CPPUNIT_ASSERT(quota.take(key, 1, begin_).granted);
        CPPUNIT_ASSERT(quota.take("d", 1, begin_ + 5s).granted);
        CPPUNIT_ASSERT(quota.take("e", 1, begin_ + 5s).granted);
        CPPUNIT_ASSERT(!quota.take("f", 1, begin_ + 5s).granted);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, quota.keys());
        // Those who have an entry keep it.
        CPPUNIT_ASSERT(quota.take("a", 1, begin_ + 5s).granted);
        CPPUNIT_ASSERT(!quota.take("a", 1, begin_ + 5s).granted);
        CPPUNIT_ASSERT(quota.take("f", 2, begin_ + 10s).granted);
        CPPUNIT_ASSERT(quota.keys() <= 3);
    }

    void passedWindowsAreSweptAway() {
        Quota quota({1, 10s}, 1000);
        for (int i = 0; i < 1000; ++i) quota.take(std::to_string(i), 1, begin_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, quota.keys());
        for (int i = 0; i < 500; ++i) quota.take("one", 1, begin_ + 10s);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, quota.keys());
    }

    void anotherRateHoldsAtOnce() {
        Quota quota({2, std::chrono::seconds(10)});
        CPPUNIT_ASSERT(quota.take("a", 2, {}).granted);
        CPPUNIT_ASSERT(!quota.take("a", 1, {}).granted);
        quota.setRate({3, std::chrono::seconds(10)});
        CPPUNIT_ASSERT(quota.take("a", 1, {}).granted);
        quota.setRate({1, std::chrono::seconds(10)});
        const Taken refused = quota.take("a", 1, {});
        CPPUNIT_ASSERT(!refused.granted && refused.remaining == 0);
        quota.setRate({});
        CPPUNIT_ASSERT(!quota.limits());
        CPPUNIT_ASSERT(quota.take("a", 100, {}).granted);
    }

    void eightThreadsTakeExactlyTheRate() {
        Quota quota({1000, 60s});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1000}, grantedToEight(quota, 500, begin_));
        Quota several({100, 60s});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{700}, grantedToEight(several, 700, begin_, 7));
    }

    void eightThreadsAreExactInEveryWindow() {
        Quota quota({50, 1s}, 4);
        for (int window = 0; window < 20; ++window) {
            const base::SteadyTime now = begin_ + std::chrono::seconds(window);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{200}, grantedToEight(quota, 200, now, 4));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(QuotaTest);

}  // namespace errand::base
