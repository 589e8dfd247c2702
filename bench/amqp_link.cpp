// SPDX-License-Identifier: Apache-2.0
#include "amqp_link.h"

#include <amqp_framing.h>
#include <amqp_tcp_socket.h>

#include <cstdio>
#include <cstdlib>

namespace {

constexpr amqp_channel_t channel = 1;
constexpr int frameBytes = 131072;  // what RabbitMQ offers
constexpr int patienceSeconds = 30;

[[noreturn]] void fail(const char* what, std::string_view why) {
    std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(why.size()), why.data());
    std::exit(1);
}

// What a broker says when it closes the channel or the connection.
std::string_view closing(const amqp_method_t& method) {
    if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
        return view(static_cast<amqp_channel_close_t*>(method.decoded)->reply_text);
    }
    if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
        return view(static_cast<amqp_connection_close_t*>(method.decoded)->reply_text);
    }
    return amqp_method_name(method.id);
}

}  // namespace

Link::Link(const std::string& uri) : state_(amqp_new_connection()) {
    std::string parts = uri;  // which amqp_parse_url cuts up
    amqp_connection_info at{};
    check("parse", amqp_parse_url(parts.data(), &at));
    check("connect", amqp_socket_open(amqp_tcp_socket_new(state_), at.host, at.port));
    check("login", amqp_login(state_, at.vhost, 0, frameBytes, 0, AMQP_SASL_METHOD_PLAIN, at.user,
                              at.password));
    amqp_channel_open(state_, channel);
    check("open a channel");
}

Link::~Link() {
    amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(state_);
}

void Link::check(const char* what) const {
    check(what, amqp_get_rpc_reply(state_));
}

void Link::check(const char* what, const amqp_rpc_reply_t& reply) const {
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) fail(what, closing(reply.reply));
    fail(what, amqp_error_string2(reply.library_error));
}

void Link::check(const char* what, int status) const {
    if (status != AMQP_STATUS_OK) fail(what, amqp_error_string2(status));
}

void Link::declareExchange(const char* exchange) {
    amqp_exchange_declare(state_, channel, amqp_cstring_bytes(exchange),
                          amqp_cstring_bytes("topic"), 0, 1, 0, 0, amqp_empty_table);
    check("declare the exchange");
}

void Link::declareQueue(const std::string& queue, const char* exchange, const std::string& key,
                        int expiresMs) {
    amqp_table_entry_t expires{};
    expires.key = amqp_cstring_bytes("x-expires");
    expires.value.kind = AMQP_FIELD_KIND_I32;
    expires.value.value.i32 = expiresMs;
    amqp_queue_declare(state_, channel, bytes(queue), 0, 1, 0, 0, {expiresMs > 0, &expires});
    check("declare the queue");
    amqp_queue_bind(state_, channel, bytes(queue), amqp_cstring_bytes(exchange), bytes(key),
                    amqp_empty_table);
    check("bind the queue");
}

void Link::consume(const std::string& queue, int prefetch) {
    amqp_basic_qos(state_, channel, 0, static_cast<std::uint16_t>(prefetch), 0);
    check("set the prefetch");
    amqp_basic_consume(state_, channel, bytes(queue), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    check("consume");
}

void Link::confirmPublishes() {
    amqp_confirm_select(state_, channel);
    check("ask for confirms");
}

void Link::publish(const char* exchange, std::string_view key, bool mandatory,
                   const amqp_basic_properties_t& properties, std::string_view body) {
    check("publish", amqp_basic_publish(state_, channel, amqp_cstring_bytes(exchange), bytes(key),
                                        mandatory, 0, &properties, bytes(body)));
}

void Link::acknowledge(std::uint64_t tag) {
    check("acknowledge", amqp_basic_ack(state_, channel, tag, 1));
}

bool Link::frame(amqp_frame_t& frame) {
    const timeval now{0, 0};
    const int status = amqp_simple_wait_frame_noblock(state_, &frame, &now);
    if (status == AMQP_STATUS_TIMEOUT) return false;
    check("read", status);
    return true;
}

bool Link::next(Event& event) {
    amqp_maybe_release_buffers(state_);
    amqp_frame_t method;
    if (!frame(method)) return false;
    if (method.frame_type != AMQP_FRAME_METHOD) fail("read", "a frame out of order");
    switch (method.payload.method.id) {
        case AMQP_BASIC_ACK_METHOD: {
            const auto* ack = static_cast<amqp_basic_ack_t*>(method.payload.method.decoded);
            event = {Event::Kind::confirm, ack->delivery_tag, ack->multiple != 0, nullptr, {}};
            break;
        }
        case AMQP_BASIC_DELIVER_METHOD: {
            const auto* deliver = static_cast<amqp_basic_deliver_t*>(method.payload.method.decoded);
            event = {Event::Kind::message, deliver->delivery_tag, false, nullptr, {}};
            complete(event);
            break;
        }
        case AMQP_BASIC_RETURN_METHOD:
            event.kind = Event::Kind::returned;
            complete(event);
            break;
        default:
            fail("closed", closing(method.payload.method));
    }
    return true;
}

// Reads the header and the body that follow a method.
void Link::complete(Event& event) {
    const timeval patience{patienceSeconds, 0};
    amqp_frame_t part;
    check("read", amqp_simple_wait_frame_noblock(state_, &part, &patience));
    event.properties = static_cast<amqp_basic_properties_t*>(part.payload.properties.decoded);
    const std::uint64_t size = part.payload.properties.body_size;
    event.body = {};
    body_.clear();
    while (event.body.size() < size) {
        check("read", amqp_simple_wait_frame_noblock(state_, &part, &patience));
        event.body = view(part.payload.body_fragment);
        if (event.body.size() == size) break;  // in one frame, as all that are short
        event.body = body_.append(event.body);
    }
}
