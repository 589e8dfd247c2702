// SPDX-License-Identifier: Apache-2.0
#include "http/service_state.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::http {
namespace {

class ServiceStateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceStateTest);
    CPPUNIT_TEST(membersAreThoseOfTheState);
    CPPUNIT_TEST_SUITE_END();

    void membersAreThoseOfTheState() {
        std::string out = "{";
        appendServiceState(out, {"mail", true, false, {9000000000, 0, 0, 7, 0}});
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"paused":true,"waits":false,"jobs":{"queued":9000000000,"running":0,)"
                        R"("succeeded":0,"failed":7,"cancelled":0})"),
            out);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceStateTest);

}  // namespace
}  // namespace errand::http
