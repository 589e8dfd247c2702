// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/complaints.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::transport_amqp {

class ComplaintsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ComplaintsTest);
    CPPUNIT_TEST(sameLineIsNewsOnceAMinute);
    CPPUNIT_TEST(anotherLineIsNewsAtOnce);
    CPPUNIT_TEST_SUITE_END();

    static base::SteadyTime at(int seconds) {
        return base::SteadyTime{} + std::chrono::seconds(seconds);
    }

    void sameLineIsNewsOnceAMinute() {
        Complaints complaints;
        CPPUNIT_ASSERT(complaints.isNews("away", at(1)));
        CPPUNIT_ASSERT(!complaints.isNews("away", at(2)));
        CPPUNIT_ASSERT(!complaints.isNews("away", at(60)));
        CPPUNIT_ASSERT(complaints.isNews("away", at(61)));
        CPPUNIT_ASSERT(!complaints.isNews("away", at(62)));
    }

    void anotherLineIsNewsAtOnce() {
        Complaints complaints;
        CPPUNIT_ASSERT(complaints.isNews("away", at(1)));
        CPPUNIT_ASSERT(complaints.isNews("it refused the login", at(1)));
        CPPUNIT_ASSERT(!complaints.isNews("away", at(2)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ComplaintsTest);

}  // namespace errand::transport_amqp
