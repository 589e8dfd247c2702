// SPDX-License-Identifier: Apache-2.0
#include "http/prefer.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace errand::http {
namespace {

class PreferTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PreferTest);
    CPPUNIT_TEST(withoutTheFieldNothingIsPreferred);
    CPPUNIT_TEST(waitIsReadInSeconds);
    CPPUNIT_TEST(noWaitIsLongerThanTheLimit);
    CPPUNIT_TEST(bothMayStandTogether);
    CPPUNIT_TEST(theFirstOfTwoCounts);
    CPPUNIT_TEST(namesAreReadInEitherCase);
    CPPUNIT_TEST(unknownOnesAreIgnored);
    CPPUNIT_TEST(malformedOnesAreIgnored);
    CPPUNIT_TEST(quotedWordsMayHoldAnything);
    CPPUNIT_TEST_SUITE_END();

    static Preferences read(std::string_view value, std::string_view more = {}) {
        Head head;
        head.fields = {{"Accept", "*/*"}, {"prefer", value}};
        if (!more.empty()) head.fields.push_back({"Prefer", more});
        return readPreferences(head, std::chrono::seconds(60));
    }

    // -1: none.
    static std::int64_t waitOf(std::string_view value, std::string_view more = {}) {
        const auto wait = read(value, more).wait;
        return wait ? wait->count() : -1;
    }

    void withoutTheFieldNothingIsPreferred() {
        const Preferences none = readPreferences(Head{}, std::chrono::seconds(60));
        CPPUNIT_ASSERT(!none.wait);
        CPPUNIT_ASSERT(!none.respondAsync);
    }

    void waitIsReadInSeconds() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, waitOf("wait=10"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, waitOf(" wait = 010 "));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, waitOf("wait=\"10\""));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, waitOf("wait=0"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, waitOf("wait=10; a=b;;c ; d=\"e;,\""));
    }

    void noWaitIsLongerThanTheLimit() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{60}, waitOf("wait=61"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{60}, waitOf("wait=9223372036854775807"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{60}, waitOf("wait=" + std::string(5000, '9')));
    }

    void bothMayStandTogether() {
        for (const char* value : {"respond-async, wait=5", "wait=5,respond-async",
                                  "a, wait=5, b=c,  respond-async ;x", ",wait=5,,respond-async,"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::int64_t{5}, waitOf(value));
            CPPUNIT_ASSERT_MESSAGE(value, read(value).respondAsync);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, waitOf("respond-async", "wait=5"));
        CPPUNIT_ASSERT(read("respond-async", "wait=5").respondAsync);
        CPPUNIT_ASSERT(read("respond-async=\"\"").respondAsync);
    }

    void theFirstOfTwoCounts() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, waitOf("wait=5, wait=6"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, waitOf("wait=5", "wait=6"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-1}, waitOf("wait=soon, wait=6"));
    }

    void namesAreReadInEitherCase() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, waitOf("WAIT=5"));
        CPPUNIT_ASSERT(read("Respond-Async").respondAsync);
    }

    void unknownOnesAreIgnored() {
        const Preferences read = PreferTest::read("return=minimal, handling=lenient, waiting=5");
        CPPUNIT_ASSERT(!read.wait);
        CPPUNIT_ASSERT(!read.respondAsync);
    }

    void malformedOnesAreIgnored() {
        for (const char* value :
             {"", ",", "wait", "wait=", "wait=-1", "wait=1.5", "wait=5s", "=5", "wait=@5", "wait 5",
              "wait=5 5", "wait=\"5", "wait=\"\\", "\"", "x=\"wait=5", "respond-async=yes",
              "respond-async x", "wait;=5"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::int64_t{-1}, waitOf(value));
            CPPUNIT_ASSERT_MESSAGE(value, !read(value).respondAsync);
        }
        // And do not take others with them.
        for (const char* value : {"@, wait=5", "x=\"a\" b, wait=5", "/;\",\"/, wait=5"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::int64_t{5}, waitOf(value));
    }

    void quotedWordsMayHoldAnything() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, waitOf("x=\"a, wait=9\", wait=5"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, waitOf("x=\"a\\\", wait=9\", wait=5"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, waitOf("x;y=\"a, wait=9\", wait=\"\\5\""));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PreferTest);

}  // namespace
}  // namespace errand::http
