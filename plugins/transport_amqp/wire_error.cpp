// SPDX-License-Identifier: Apache-2.0
#include "wire_error.h"

#include "field_table.h"

namespace errand::transport_amqp {

using Kind = WireError::Kind;

namespace {

std::string textOf(int status) {
    switch (status) {
        case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED:
            return "its host name is not known";
        case AMQP_STATUS_CONNECTION_CLOSED:
        case AMQP_STATUS_SOCKET_CLOSED:
            return "the connection was closed";
        case AMQP_STATUS_HEARTBEAT_TIMEOUT:
            return "it does not answer: heartbeats are missing";
        case AMQP_STATUS_TIMEOUT:
            return "it does not answer in time";
        case AMQP_STATUS_SOCKET_ERROR:
        case AMQP_STATUS_TCP_ERROR:
            return "the connection is broken";
        case AMQP_STATUS_INCOMPATIBLE_AMQP_VERSION:
            return "it speaks another version of AMQP";
        case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED:
            return "its certificate is for another host name";
        case AMQP_STATUS_SSL_PEER_VERIFY_FAILED:
            return "its certificate is not trusted";
        case AMQP_STATUS_SSL_CONNECTION_FAILED:
            return "no TLS connection: its certificate is not trusted, or it speaks no TLS";
        case AMQP_STATUS_BAD_AMQP_DATA:
        case AMQP_STATUS_UNEXPECTED_STATE:
            return "it does not speak AMQP";
        default:
            return amqp_error_string2(status);
    }
}

std::string oneLine(std::string_view text) {
    std::string line;
    for (const char c : text) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    return line;
}

}  // namespace

WireError closedBy(const amqp_method_t& method) {
    if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
        const auto& close = *static_cast<const amqp_channel_close_t*>(method.decoded);
        return {Kind::channel, close.reply_code, oneLine(view(close.reply_text))};
    }
    if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
        const auto& close = *static_cast<const amqp_connection_close_t*>(method.decoded);
        return {Kind::connection, close.reply_code,
                "it closed the connection: " + oneLine(view(close.reply_text))};
    }
    return {Kind::connection, 0, "it said what was not expected"};
}

void check(int status) {
    if (status >= AMQP_STATUS_OK) return;
    throw WireError(Kind::connection, 0, textOf(status));
}

void check(const amqp_rpc_reply_t& reply) {
    switch (reply.reply_type) {
        case AMQP_RESPONSE_NORMAL:
            return;
        case AMQP_RESPONSE_LIBRARY_EXCEPTION:
            check(reply.library_error);
            break;
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            throw closedBy(reply.reply);
        case AMQP_RESPONSE_NONE:
            break;
    }
    throw WireError(Kind::connection, 0, "it does not answer");
}

void throwLogin(const amqp_rpc_reply_t& reply, const std::string& user, const std::string& vhost) {
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
        const WireError closed = closedBy(reply.reply);
        if (closed.code() == AMQP_ACCESS_REFUSED) {
            const std::string text = closed.what();
            const bool vhostRefused = text.find("vhost") != std::string::npos;
            throw WireError(Kind::connection, closed.code(),
                            vhostRefused ? "it refuses " + user + " the vhost '" + vhost + "'"
                                         : "it refused the login of " + user);
        }
        if (closed.code() == AMQP_NOT_ALLOWED) {
            throw WireError(Kind::connection, closed.code(),
                            "it has no vhost '" + vhost + "', or none for " + user);
        }
        throw WireError(closed);
    }
    // A broker that knows no authentication_failure_close simply hangs up.
    if (reply.library_error == AMQP_STATUS_SOCKET_ERROR ||
        reply.library_error == AMQP_STATUS_CONNECTION_CLOSED) {
        throw WireError(Kind::connection, 0, "it hung up during the login of " + user);
    }
    check(reply);
    throw WireError(Kind::connection, 0, "it does not answer");
}

}  // namespace errand::transport_amqp
