// SPDX-License-Identifier: Apache-2.0
#include "http/access_log.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/logged_lines.h"

namespace errand::http {

class AccessLogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccessLogTest);
    CPPUNIT_TEST(aRequestIsALineWithoutItsQuery);
    CPPUNIT_TEST_SUITE_END();

    void aRequestIsALineWithoutItsQuery() {
        const base::LoggedLines lines("request");
        Head head;
        head.method = "GET";
        head.path = "/jobs";
        head.query = "secret=1";
        logRequest(head, Caller(), Response(), std::chrono::milliseconds(3));
        CPPUNIT_ASSERT(lines.all() == std::vector<std::string>({"GET /jobs"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessLogTest);

}  // namespace errand::http
