// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/connect_error.h"

#include <cppunit/extensions/HelperMacros.h>

#include "broker/tcp_proxy.h"

namespace errand::transport_amqp {

class ConnectErrorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectErrorTest);
    CPPUNIT_TEST(refusalIsCalledThat);
    CPPUNIT_TEST(withoutAReasonItSaysWhatIsKnown);
    CPPUNIT_TEST_SUITE_END();

public:
    void refusalIsCalledThat() {
        const int port = tests::freePort();
        CPPUNIT_ASSERT_EQUAL(std::string("Connection refused"), connectError("127.0.0.1", port));
        CPPUNIT_ASSERT_EQUAL(std::string("Connection refused"), connectError("localhost", port));
    }

    void withoutAReasonItSaysWhatIsKnown() {
        const std::string unknown = "no connection can be made";
        CPPUNIT_ASSERT_EQUAL(unknown, connectError("nowhere.invalid", 5672));
        tests::TcpProxy proxy(tests::freePort());  // it has come back meanwhile
        CPPUNIT_ASSERT_EQUAL(unknown, connectError("127.0.0.1", proxy.port()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectErrorTest);

}  // namespace errand::transport_amqp
