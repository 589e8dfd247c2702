// SPDX-License-Identifier: Apache-2.0
#include "http/etag.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::http {
namespace {

class EtagTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EtagTest);
    CPPUNIT_TEST(aJobsTagIsItsNumber);
    CPPUNIT_TEST(listsAreReadTagByTag);
    CPPUNIT_TEST(weakTagsAreTheSame);
    CPPUNIT_TEST(aTagMayHoldAComma);
    CPPUNIT_TEST(theStarStandsForAll);
    CPPUNIT_TEST(whatIsNoTagNamesNothing);
    CPPUNIT_TEST(fieldsCountTogether);
    CPPUNIT_TEST_SUITE_END();

    void aJobsTagIsItsNumber() { CPPUNIT_ASSERT_EQUAL(std::string("\"17\""), etagOf(17)); }

    void listsAreReadTagByTag() {
        CPPUNIT_ASSERT(namesTag(R"("7")", "\"7\""));
        CPPUNIT_ASSERT(namesTag(R"("5", "6","7")", "\"7\""));
        CPPUNIT_ASSERT(namesTag(" ,, \t\"5\" ,\"7\",", "\"7\""));
        CPPUNIT_ASSERT(!namesTag(R"("5", "77")", "\"7\""));
        CPPUNIT_ASSERT(!namesTag("", "\"7\""));
    }

    void weakTagsAreTheSame() {
        CPPUNIT_ASSERT(namesTag(R"(W/"7")", "\"7\""));
        CPPUNIT_ASSERT(namesTag(R"("x", W/"7")", "\"7\""));
        CPPUNIT_ASSERT(!namesTag(R"(w/"7")", "\"7\""));
    }

    void aTagMayHoldAComma() {
        CPPUNIT_ASSERT(!namesTag(R"("a,"7",b")", "\"7\""));
        CPPUNIT_ASSERT(namesTag(R"("a,b", "7")", "\"7\""));
        CPPUNIT_ASSERT(namesTag(R"("a,b")", "\"a,b\""));
    }

    void theStarStandsForAll() {
        CPPUNIT_ASSERT(namesTag("*", "\"7\""));
        CPPUNIT_ASSERT(namesTag(" * ", "\"7\""));
        CPPUNIT_ASSERT(!namesTag("\"*\"", "\"7\""));
        CPPUNIT_ASSERT(!namesTag("*, \"8\"", "\"7\""));
    }

    void whatIsNoTagNamesNothing() {
        for (const char* list : {"7", "'7'", "\"7", "W/7", "W/", ",", "\"", "W/*"})
            CPPUNIT_ASSERT_MESSAGE(list, !namesTag(list, "\"7\""));
        CPPUNIT_ASSERT(!namesTag("", ""));
        CPPUNIT_ASSERT(!namesTag("\"7\"", ""));
    }

    void fieldsCountTogether() {
        Head head;
        CPPUNIT_ASSERT(!IfNoneMatch(head).given());
        CPPUNIT_ASSERT(!IfNoneMatch(head).names("\"7\""));
        head.fields = {{"if-none-match", "\"5\""}, {"A", "\"6\""}, {"If-None-Match", "\"7\""}};
        const IfNoneMatch both(head);
        CPPUNIT_ASSERT(both.given());
        CPPUNIT_ASSERT(both.names("\"5\""));
        CPPUNIT_ASSERT(both.names("\"7\""));
        CPPUNIT_ASSERT(!both.names("\"6\""));
        head.fields = {{"If-None-Match", ""}};
        CPPUNIT_ASSERT(IfNoneMatch(head).given());
        CPPUNIT_ASSERT(!IfNoneMatch(head).names("\"7\""));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EtagTest);

}  // namespace
}  // namespace errand::http
