// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/wire_error.h"

#include <cppunit/extensions/HelperMacros.h>

#include <functional>

#include "transport_amqp/field_table.h"

namespace errand::transport_amqp {

namespace {

using Kind = WireError::Kind;

amqp_rpc_reply_t closing(amqp_connection_close_t& close, int code, const char* text) {
    close = {};
    close.reply_code = static_cast<std::uint16_t>(code);
    close.reply_text = amqp_cstring_bytes(text);
    amqp_rpc_reply_t reply{};
    reply.reply_type = AMQP_RESPONSE_SERVER_EXCEPTION;
    reply.reply = {AMQP_CONNECTION_CLOSE_METHOD, &close};
    return reply;
}

WireError caught(const std::function<void()>& action) {
    try {
        action();
    } catch (const WireError& error) {
        return error;
    }
    CPPUNIT_FAIL("no error");
    throw std::logic_error("not reached");
}

}  // namespace

class WireErrorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WireErrorTest);
    CPPUNIT_TEST(goodIsNoError);
    CPPUNIT_TEST(statusesAreTold);
    CPPUNIT_TEST(closesOfTheBrokerAreTold);
    CPPUNIT_TEST(refusedLoginsAreTold);
    CPPUNIT_TEST_SUITE_END();

public:
    void goodIsNoError() {
        check(AMQP_STATUS_OK);
        amqp_rpc_reply_t reply{};
        reply.reply_type = AMQP_RESPONSE_NORMAL;
        check(reply);
    }

    void statusesAreTold() {
        const auto text = [](int status) {
            const WireError error = caught([status] { check(status); });
            CPPUNIT_ASSERT(error.kind() == Kind::connection);
            CPPUNIT_ASSERT_EQUAL(0, error.code());
            return std::string(error.what());
        };
        CPPUNIT_ASSERT(text(AMQP_STATUS_HEARTBEAT_TIMEOUT).find("heartbeat") != std::string::npos);
        CPPUNIT_ASSERT(text(AMQP_STATUS_TIMEOUT).find("does not answer") != std::string::npos);
        CPPUNIT_ASSERT(text(AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED).find("host name") !=
                       std::string::npos);
        // What has no words of ours has rabbitmq-c's.
        CPPUNIT_ASSERT_EQUAL(std::string(amqp_error_string2(AMQP_STATUS_NO_MEMORY)),
                             text(AMQP_STATUS_NO_MEMORY));
        amqp_rpc_reply_t reply{};
        reply.reply_type = AMQP_RESPONSE_LIBRARY_EXCEPTION;
        reply.library_error = AMQP_STATUS_HEARTBEAT_TIMEOUT;
        CPPUNIT_ASSERT_EQUAL(text(AMQP_STATUS_HEARTBEAT_TIMEOUT),
                             std::string(caught([&] { check(reply); }).what()));
        reply.reply_type = AMQP_RESPONSE_NONE;
        CPPUNIT_ASSERT(caught([&] { check(reply); }).kind() == Kind::connection);
    }

    void closesOfTheBrokerAreTold() {
        amqp_channel_close_t close{};
        close.reply_code = 404;
        close.reply_text = amqp_cstring_bytes("NOT_FOUND - no queue\nhere");
        const WireError channel = closedBy({AMQP_CHANNEL_CLOSE_METHOD, &close});
        CPPUNIT_ASSERT(channel.kind() == Kind::channel);
        CPPUNIT_ASSERT_EQUAL(404, channel.code());
        CPPUNIT_ASSERT_EQUAL(std::string("NOT_FOUND - no queue here"), std::string(channel.what()));

        amqp_connection_close_t all{};
        const amqp_rpc_reply_t reply = closing(all, 320, "CONNECTION_FORCED - bye");
        const WireError connection = caught([&] { check(reply); });
        CPPUNIT_ASSERT(connection.kind() == Kind::connection);
        CPPUNIT_ASSERT_EQUAL(320, connection.code());
        CPPUNIT_ASSERT(std::string(connection.what()).find("bye") != std::string::npos);
        CPPUNIT_ASSERT(closedBy({AMQP_BASIC_ACK_METHOD, nullptr}).kind() == Kind::connection);
    }

    void refusedLoginsAreTold() {
        amqp_connection_close_t close{};
        const auto text = [](const amqp_rpc_reply_t& reply) {
            return std::string(caught([&] { throwLogin(reply, "fred", "v"); }).what());
        };
        const std::string refused = "it refused the login of fred";
        CPPUNIT_ASSERT_EQUAL(refused, text(closing(close, 403, "ACCESS_REFUSED - Login was")));
        CPPUNIT_ASSERT_EQUAL(
            std::string("it refuses fred the vhost 'v'"),
            text(closing(close, 403, "ACCESS_REFUSED - access to vhost 'v' refused")));
        CPPUNIT_ASSERT_EQUAL(std::string("it has no vhost 'v', or none for fred"),
                             text(closing(close, 530, "NOT_ALLOWED - vhost v not found")));
        amqp_rpc_reply_t reply{};
        reply.reply_type = AMQP_RESPONSE_LIBRARY_EXCEPTION;
        reply.library_error = AMQP_STATUS_CONNECTION_CLOSED;
        CPPUNIT_ASSERT_EQUAL(std::string("it hung up during the login of fred"), text(reply));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WireErrorTest);

}  // namespace errand::transport_amqp
