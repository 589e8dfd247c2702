// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <limits>
#include <random>
#include <string>

#include <cppunit/extensions/HelperMacros.h>

using namespace errand::base;
using namespace std::string_literals;
using std::chrono::microseconds;

namespace {

Time at(std::int64_t micros) {
    return Time(microseconds(micros));
}

// The text in the form Errand writes, or "none".
std::string reread(std::string_view text) {
    const auto time = parseRfc3339(text);
    return time ? formatRfc3339(*time) : "none";
}

}  // namespace

class ClockTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClockTest);
    CPPUNIT_TEST(machineTimeIsOfOurDaysAndSteadyTimeRises);
    CPPUNIT_TEST(timesAreWrittenInUtcWithSixDigits);
    CPPUNIT_TEST(timesBeforeTheEpochAreWritten);
    CPPUNIT_TEST(yearsOfMoreDigitsAreWrittenAsTheEnds);
    CPPUNIT_TEST(textIsAppended);
    CPPUNIT_TEST(offsetsAreTakenOff);
    CPPUNIT_TEST(fractionIsCutToMicroseconds);
    CPPUNIT_TEST(bothCasesAndSpaceAreRead);
    CPPUNIT_TEST(leapSecondIsTheNextMidnight);
    CPPUNIT_TEST(impossibleDatesAreRefused);
    CPPUNIT_TEST(leapYearsAreKnown);
    CPPUNIT_TEST(otherTextIsRefused);
    CPPUNIT_TEST(everyTimeComesBack);
    CPPUNIT_TEST_SUITE_END();

public:
    void machineTimeIsOfOurDaysAndSteadyTimeRises() {
        const Clock& clock = Clock::system();
        CPPUNIT_ASSERT(formatRfc3339(clock.now()) > "2024-01-01T00:00:00.000000Z");
        CPPUNIT_ASSERT(formatRfc3339(clock.now()) < "2200-01-01T00:00:00.000000Z");
        const SteadyTime before = clock.steady();
        CPPUNIT_ASSERT(clock.steady() >= before);
        CPPUNIT_ASSERT_EQUAL(&clock, &Clock::system());
    }

    void timesAreWrittenInUtcWithSixDigits() {
        CPPUNIT_ASSERT_EQUAL("1970-01-01T00:00:00.000000Z"s, formatRfc3339(at(0)));
        CPPUNIT_ASSERT_EQUAL("1970-01-01T00:00:00.000001Z"s, formatRfc3339(at(1)));
        CPPUNIT_ASSERT_EQUAL("2001-09-09T01:46:40.000000Z"s,
                             formatRfc3339(at(1'000'000'000'000'000)));
        CPPUNIT_ASSERT_EQUAL("2026-11-22T17:38:41.000123Z"s,
                             formatRfc3339(at(1'795'369'121'000'123)));
        CPPUNIT_ASSERT_EQUAL("2024-02-29T23:59:59.999999Z"s,
                             formatRfc3339(at(1'709'251'199'999'999)));
    }

    void timesBeforeTheEpochAreWritten() {
        CPPUNIT_ASSERT_EQUAL("1969-12-31T23:59:59.999999Z"s, formatRfc3339(at(-1)));
        CPPUNIT_ASSERT_EQUAL("0000-01-01T00:00:00.000000Z"s, reread("0000-01-01T00:00:00Z"));
    }

    void yearsOfMoreDigitsAreWrittenAsTheEnds() {
        CPPUNIT_ASSERT_EQUAL("0000-01-01T00:00:00.000000Z"s,
                             formatRfc3339(at(std::numeric_limits<std::int64_t>::min())));
        CPPUNIT_ASSERT_EQUAL("9999-12-31T23:59:59.999999Z"s,
                             formatRfc3339(at(std::numeric_limits<std::int64_t>::max())));
    }

    void textIsAppended() {
        std::string out = "at ";
        appendRfc3339(out, at(0));
        CPPUNIT_ASSERT_EQUAL("at 1970-01-01T00:00:00.000000Z"s, out);
    }

    void offsetsAreTakenOff() {
        CPPUNIT_ASSERT_EQUAL("2026-11-22T15:38:41.000000Z"s, reread("2026-11-22T17:38:41+02:00"));
        CPPUNIT_ASSERT_EQUAL("2026-11-23T00:08:41.000000Z"s, reread("2026-11-22T17:38:41-06:30"));
        CPPUNIT_ASSERT_EQUAL("2025-12-31T00:01:00.000000Z"s, reread("2026-01-01T00:00:00+23:59"));
        CPPUNIT_ASSERT_EQUAL("2026-01-01T00:00:00.000000Z"s, reread("2026-01-01T00:00:00-00:00"));
        CPPUNIT_ASSERT_EQUAL("none"s, reread("2026-01-01T00:00:00+24:00"));
        CPPUNIT_ASSERT_EQUAL("none"s, reread("2026-01-01T00:00:00+01:60"));
    }

    void fractionIsCutToMicroseconds() {
        CPPUNIT_ASSERT_EQUAL("2026-01-01T00:00:00.500000Z"s, reread("2026-01-01T00:00:00.5Z"));
        CPPUNIT_ASSERT_EQUAL("2026-01-01T00:00:00.000100Z"s, reread("2026-01-01T00:00:00.0001Z"));
        CPPUNIT_ASSERT_EQUAL("2026-01-01T00:00:00.999999Z"s,
                             reread("2026-01-01T00:00:00.999999999Z"));
        CPPUNIT_ASSERT_EQUAL("none"s, reread("2026-01-01T00:00:00.Z"));
        CPPUNIT_ASSERT_EQUAL("none"s, reread("2026-01-01T00:00:00.1234567890Z"));
        CPPUNIT_ASSERT_EQUAL("none"s, reread("2026-01-01T00:00:00,5Z"));
    }

    void bothCasesAndSpaceAreRead() {
        CPPUNIT_ASSERT_EQUAL("2026-01-01T00:00:00.000000Z"s, reread("2026-01-01t00:00:00z"));
        CPPUNIT_ASSERT_EQUAL("2026-01-01T00:00:00.000000Z"s, reread("2026-01-01 00:00:00Z"));
    }

    void leapSecondIsTheNextMidnight() {
        CPPUNIT_ASSERT_EQUAL("2017-01-01T00:00:00.000000Z"s, reread("2016-12-31T23:59:60Z"));
        CPPUNIT_ASSERT_EQUAL("2017-01-01T00:00:00.250000Z"s,
                             reread("2016-12-31T15:59:60.25-08:00"));
        CPPUNIT_ASSERT_EQUAL("none"s, reread("2016-12-31T22:59:60Z"));
        CPPUNIT_ASSERT_EQUAL("none"s, reread("2016-12-31T23:59:60+01:00"));
        CPPUNIT_ASSERT_EQUAL("none"s, reread("2016-12-31T23:59:61Z"));
    }

    void impossibleDatesAreRefused() {
        for (const char* text :
             {"2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z",
              "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z", "2026-02-30T00:00:00Z",
              "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, "none"s, reread(text));
        }
    }

    void leapYearsAreKnown() {
        CPPUNIT_ASSERT_EQUAL("2024-02-29T00:00:00.000000Z"s, reread("2024-02-29T00:00:00Z"));
        CPPUNIT_ASSERT_EQUAL("2000-02-29T00:00:00.000000Z"s, reread("2000-02-29T00:00:00Z"));
        CPPUNIT_ASSERT_EQUAL("none"s, reread("2023-02-29T00:00:00Z"));
        CPPUNIT_ASSERT_EQUAL("none"s, reread("1900-02-29T00:00:00Z"));
    }

    void otherTextIsRefused() {
        const std::string good = "2026-11-22T17:38:41.5+02:00";
        CPPUNIT_ASSERT(parseRfc3339(good).has_value());
        for (std::size_t size = 0; size < good.size(); ++size) {
            CPPUNIT_ASSERT(!parseRfc3339(good.substr(0, size)).has_value());
        }
        for (const char* text :
             {"2026-11-22T17:38:41", "2026-11-22", "2026-11-22T17:38Z", "20261122T173841Z",
              " 2026-11-22T17:38:41Z", "2026-11-22T17:38:41Z ", "2026-11-22T17:38:41+0200",
              "2026-11-22T17:38:41 Z", "26-11-22T17:38:41Z", "-2026-11-22T17:38:41Z",
              "2026-1-22T17:38:41Z", "2026-11-22_17:38:41Z", "2026-11-22T17:38:41ZZ",
              "2026-11-22T+7:38:41Z", "tomorrow"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, "none"s, reread(text));
        }
    }

    void everyTimeComesBack() {
        std::mt19937_64 random(1);
        const std::int64_t end =
            parseRfc3339("9999-12-31T23:59:59.999999Z")->time_since_epoch().count();
        for (int i = 0; i < 10'000; ++i) {
            const Time time =
                at(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end)));
            CPPUNIT_ASSERT(parseRfc3339(formatRfc3339(time)) == time);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClockTest);
