// SPDX-License-Identifier: Apache-2.0
#include "app/units.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::app {

using namespace std::chrono_literals;

class UnitsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnitsTest);
    CPPUNIT_TEST(durationsHaveUnits);
    CPPUNIT_TEST(durationWithoutUnitIsRefused);
    CPPUNIT_TEST(zeroNeedsNoUnit);
    CPPUNIT_TEST(sizesHaveBinaryUnits);
    CPPUNIT_TEST(bareSizeCountsBytes);
    CPPUNIT_TEST(overflowIsRefused);
    CPPUNIT_TEST(numbersAreWhole);
    CPPUNIT_TEST(formattingTakesTheLargestUnit);
    CPPUNIT_TEST_SUITE_END();

    void durationsHaveUnits() {
        CPPUNIT_ASSERT(parseDuration("250 ms") == 250ms);
        CPPUNIT_ASSERT(parseDuration("10s") == 10s);
        CPPUNIT_ASSERT(parseDuration("5 min") == 5min);
        CPPUNIT_ASSERT(parseDuration("1  h") == 1h);
        CPPUNIT_ASSERT(parseDuration("7 d") == 168h);
    }

    void durationWithoutUnitIsRefused() {
        for (const char* text :
             {"", "10", "10 m", "10 S", "-1 s", "1.5 h", "s", "10 s ", " 10 s"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parseDuration(text));
        }
    }

    void zeroNeedsNoUnit() {
        CPPUNIT_ASSERT(parseDuration("0") == 0ms);
        CPPUNIT_ASSERT(parseDuration("0 s") == 0ms);
    }

    void sizesHaveBinaryUnits() {
        CPPUNIT_ASSERT(parseSize("3 B") == 3);
        CPPUNIT_ASSERT(parseSize("2 KiB") == 2048);
        CPPUNIT_ASSERT(parseSize("64 MiB") == 67108864);
        CPPUNIT_ASSERT(parseSize("1GiB") == 1073741824);
        CPPUNIT_ASSERT(parseSize("2 TiB") == 2199023255552);
        CPPUNIT_ASSERT(!parseSize("64 MB"));
        CPPUNIT_ASSERT(!parseSize("MiB"));
    }

    void bareSizeCountsBytes() {
        CPPUNIT_ASSERT(parseSize("1048576") == 1048576);
        CPPUNIT_ASSERT(parseSize("0") == 0);
    }

    void overflowIsRefused() {
        CPPUNIT_ASSERT(!parseSize("9223372036854775807 KiB"));
        CPPUNIT_ASSERT(!parseDuration("99999999999999999999 s"));
        CPPUNIT_ASSERT(!parseDuration("106751991168 d"));
    }

    void numbersAreWhole() {
        CPPUNIT_ASSERT(parseNumber("-12") == -12);
        for (const char* text : {"", "-", "+1", "1e3", "1.0", "0x10", "1 "}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parseNumber(text));
        }
    }

    void formattingTakesTheLargestUnit() {
        CPPUNIT_ASSERT_EQUAL(std::string("90 s"), formatDuration(90s));
        CPPUNIT_ASSERT_EQUAL(std::string("2 min"), formatDuration(120s));
        CPPUNIT_ASSERT_EQUAL(std::string("0 ms"), formatDuration(0ms));
        CPPUNIT_ASSERT_EQUAL(std::string("64 MiB"), formatSize(67108864));
        CPPUNIT_ASSERT_EQUAL(std::string("1000 B"), formatSize(1000));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnitsTest);

}  // namespace errand::app
