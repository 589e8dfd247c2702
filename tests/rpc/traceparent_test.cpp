// SPDX-License-Identifier: Apache-2.0
#include "rpc/traceparent.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::rpc {

class TraceparentTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TraceparentTest);
    CPPUNIT_TEST(whatTheStandardHasIsPassedOn);
    CPPUNIT_TEST(ofALaterVersionWhatIsKnown);
    CPPUNIT_TEST(anythingElseIsNone);
    CPPUNIT_TEST(itsTraceIdIsItsOwn);
    CPPUNIT_TEST_SUITE_END();

    void itsTraceIdIsItsOwn() {
        CPPUNIT_ASSERT_EQUAL(std::string("0af7651916cd43dd8448eb211c80319c"),
                             traceIdOf("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        CPPUNIT_ASSERT_EQUAL(std::string(), traceIdOf("0af7651916cd43dd8448eb211c80319c"));
        CPPUNIT_ASSERT_EQUAL(std::string(), traceIdOf(""));
    }

    const std::string trace_ = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    void whatTheStandardHasIsPassedOn() { CPPUNIT_ASSERT_EQUAL(trace_, traceparentOf(trace_)); }

    void ofALaterVersionWhatIsKnown() {
        const std::string later = "cc" + trace_.substr(2);
        CPPUNIT_ASSERT_EQUAL(later, traceparentOf(later));
        CPPUNIT_ASSERT_EQUAL(later, traceparentOf(later + "-what-comes"));
    }

    void anythingElseIsNone() {
        std::string upper = trace_;
        upper[4] = 'A';
        for (const std::string& none :
             {std::string(), trace_.substr(1), trace_ + "-x", trace_ + "\r\nX: y",
              "cc" + trace_.substr(2) + "x", "ff" + trace_.substr(2), upper,
              "00-" + std::string(32, '0') + trace_.substr(35),
              trace_.substr(0, 36) + std::string(16, '0') + "-01"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(none, std::string(), traceparentOf(none));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TraceparentTest);

}  // namespace errand::rpc
