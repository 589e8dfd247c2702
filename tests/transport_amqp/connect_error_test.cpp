// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/connect_error.h"

#include <cppunit/extensions/HelperMacros.h>

#include <Poco/Net/ServerSocket.h>

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
        // It has come back meanwhile.
        const Poco::Net::ServerSocket there(Poco::Net::SocketAddress("127.0.0.1", 0));
        CPPUNIT_ASSERT_EQUAL(unknown, connectError("127.0.0.1", there.address().port()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectErrorTest);

}  // namespace errand::transport_amqp
