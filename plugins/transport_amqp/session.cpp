// SPDX-License-Identifier: Apache-2.0
#include "session.h"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

#include <array>

#include "base/sockets.h"
#include "connect_error.h"
#include "field_table.h"
#include "wire_error.h"

namespace errand::transport_amqp {

namespace {

// A broker that is there answers in a fraction of that.
constexpr timeval connectPatience{5, 0};
constexpr timeval replyPatience{10, 0};
// A farewell is a courtesy: whoever stops does not wait long for its answer.
constexpr timeval farewellPatience{1, 0};

// The largest frame RabbitMQ offers; longer bodies go in several.
constexpr int mostFrameBytes = 131072;

constexpr auto systemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

amqp_table_entry_t flag(const char* name) {
    amqp_table_entry_t entry{};
    entry.key = amqp_cstring_bytes(name);
    entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
    entry.value.value.boolean = 1;
    return entry;
}

amqp_table_entry_t text(const char* name, const std::string& value) {
    amqp_table_entry_t entry{};
    entry.key = amqp_cstring_bytes(name);
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = bytesOf(value);
    return entry;
}

amqp_table_t tableOf(amqp_table_entry_t* entries, std::size_t count) {
    return {static_cast<int>(count), entries};
}

amqp_channel_t number(int channel) {
    return static_cast<amqp_channel_t>(channel);
}

}  // namespace

Session::Session(const Broker& broker, const std::string& ca, const std::string& name)
    : connection_(amqp_new_connection()) {
    if (!connection_) throw WireError(WireError::Kind::connection, 0, "out of memory");
    try {
        connect(broker, ca);
        logIn(broker, name);
    } catch (const WireError&) {
        amqp_destroy_connection(connection_);
        throw;
    }
}

Session::~Session() {
    if (!broken_) {
        amqp_set_rpc_timeout(connection_, &farewellPatience);
        amqp_connection_close(connection_, AMQP_REPLY_SUCCESS);
    }
    amqp_destroy_connection(connection_);
}

void Session::connect(const Broker& broker, const std::string& ca) {
    tls_ = broker.tls;
    amqp_socket_t* socket = nullptr;
    if (tls_) {
        socket = amqp_ssl_socket_new(connection_);
        if (!socket) throw WireError(WireError::Kind::connection, 0, "TLS cannot be used");
        const char* authorities = ca.empty() ? systemAuthorities : ca.c_str();
        if (amqp_ssl_socket_set_cacert(socket, authorities) != AMQP_STATUS_OK) {
            throw WireError(WireError::Kind::connection, 0,
                            std::string("amqp.tls.ca: no certificates in ") + authorities);
        }
        amqp_ssl_socket_set_verify_peer(socket, 1);
        amqp_ssl_socket_set_verify_hostname(socket, 1);
        amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
    } else {
        socket = amqp_tcp_socket_new(connection_);
    }
    check(amqp_set_handshake_timeout(connection_, &replyPatience));
    check(amqp_set_rpc_timeout(connection_, &replyPatience));
    const int status =
        amqp_socket_open_noblock(socket, broker.host.c_str(), broker.port, &connectPatience);
    if (status == AMQP_STATUS_SOCKET_ERROR) {
        throw WireError(WireError::Kind::connection, 0, connectError(broker.host, broker.port));
    }
    check(status);
    // Who waits until a full connection takes more sends no heartbeat and misses none.
    base::limitSilence(this->socket(), std::chrono::seconds(2 * heartbeatSeconds));
}

// The capabilities tell the broker what we understand: that it says why it refuses a login, when a
// queue goes away under its consumer, and when it takes no messages.
void Session::logIn(const Broker& broker, const std::string& name) {
    std::array capabilities{flag("authentication_failure_close"), flag("consumer_cancel_notify"),
                            flag("connection.blocked"), flag("publisher_confirms"),
                            flag("basic.nack")};
    const std::string product = "errand";
    std::array properties{text("product", product), text("connection_name", name),
                          amqp_table_entry_t{}};
    properties[2].key = amqp_cstring_bytes("capabilities");
    properties[2].value.kind = AMQP_FIELD_KIND_TABLE;
    properties[2].value.value.table = tableOf(capabilities.data(), capabilities.size());
    const amqp_table_t table = tableOf(properties.data(), properties.size());
    const amqp_rpc_reply_t reply = amqp_login_with_properties(
        connection_, broker.vhost.c_str(), 0, mostFrameBytes, heartbeatSeconds, &table,
        AMQP_SASL_METHOD_PLAIN, broker.user.c_str(), broker.password.c_str());
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) throwLogin(reply, broker.user, broker.vhost);
}

void Session::checkRpc() {
    const amqp_rpc_reply_t reply = amqp_get_rpc_reply(connection_);
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) broken_ = true;
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
        const WireError error = closedBy(reply.reply);
        broken_ = error.kind() == WireError::Kind::connection;
        throw WireError(error);
    }
    check(reply);
}

// Runs an action on a channel; the broker closes the channel of one it refuses, and waits for our
// word that we know.
template <class Action>
void Session::onChannel(int channel, Action action) {
    action();
    try {
        checkRpc();
    } catch (const WireError& error) {
        if (error.kind() == WireError::Kind::channel) confirmClosed(channel);
        throw;
    }
}

void Session::confirmClosed(int channel) {
    amqp_channel_close_ok_t ok{};
    check(amqp_send_method(connection_, number(channel), AMQP_CHANNEL_CLOSE_OK_METHOD, &ok));
    partial_.erase(channel);
}

// What rabbitmq-c has kept of a channel's earlier life must not be taken for its new one's, whose
// tags begin anew.
void Session::setAside(int channel) {
    for (bool arrived = true; arrived && amqp_frames_enqueued(connection_);) {
        std::optional<Event> event = readFrame(arrived);
        if (event && event->channel != channel) early_.push_back(std::move(*event));
    }
    std::erase_if(early_, [channel](const Event& event) { return event.channel == channel; });
    partial_.erase(channel);
}

void Session::openChannel(int channel) {
    setAside(channel);
    onChannel(channel, [&] { amqp_channel_open(connection_, number(channel)); });
}

void Session::closeChannel(int channel) {
    const amqp_rpc_reply_t reply =
        amqp_channel_close(connection_, number(channel), AMQP_REPLY_SUCCESS);
    partial_.erase(channel);
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) broken_ = true;
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
        reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
        confirmClosed(channel);  // both closed it at the same time
        return;
    }
    check(reply);
}

void Session::selectConfirms(int channel) {
    onChannel(channel, [&] { amqp_confirm_select(connection_, number(channel)); });
}

void Session::declareExchange(int channel, const std::string& name) {
    onChannel(channel, [&] {
        amqp_exchange_declare(connection_, number(channel), bytesOf(name),
                              amqp_cstring_bytes("topic"), 0, 1, 0, 0, amqp_empty_table);
    });
}

Session::QueueState Session::declareQueue(int channel, const QueueShape& shape) {
    const std::string quorum = "quorum";
    std::array<amqp_table_entry_t, 2> arguments{};
    std::size_t count = 0;
    if (shape.expires.count() > 0) {
        // py-amqp writes 300000 as a 32-bit integer; other widths would be other arguments.
        amqp_table_entry_t& expires = arguments.at(count++);
        expires.key = amqp_cstring_bytes("x-expires");
        expires.value.kind = AMQP_FIELD_KIND_I32;
        expires.value.value.i32 = static_cast<std::int32_t>(shape.expires.count());
    }
    if (shape.quorum) arguments.at(count++) = text("x-queue-type", quorum);
    amqp_queue_declare_ok_t* ok = nullptr;
    onChannel(channel, [&] {
        ok =
            amqp_queue_declare(connection_, number(channel), bytesOf(shape.name), 0, shape.durable,
                               shape.exclusive, shape.autoDelete, tableOf(arguments.data(), count));
    });
    return {ok->message_count, ok->consumer_count};
}

Session::QueueState Session::lookAtQueue(int channel, const std::string& name) {
    amqp_queue_declare_ok_t* ok = nullptr;
    onChannel(channel, [&] {
        ok = amqp_queue_declare(connection_, number(channel), bytesOf(name), 1, 0, 0, 0,
                                amqp_empty_table);
    });
    return {ok->message_count, ok->consumer_count};
}

void Session::bindQueue(int channel, const std::string& queue, const std::string& exchange,
                        const std::string& key) {
    onChannel(channel, [&] {
        amqp_queue_bind(connection_, number(channel), bytesOf(queue), bytesOf(exchange),
                        bytesOf(key), amqp_empty_table);
    });
}

void Session::setPrefetch(int channel, int count) {
    onChannel(channel, [&] {
        amqp_basic_qos(connection_, number(channel), 0, static_cast<std::uint16_t>(count), 0);
    });
}

std::string Session::consume(int channel, const std::string& queue, bool exclusive) {
    amqp_basic_consume_ok_t* ok = nullptr;
    onChannel(channel, [&] {
        ok = amqp_basic_consume(connection_, number(channel), bytesOf(queue), amqp_empty_bytes, 0,
                                0, exclusive, amqp_empty_table);
    });
    return std::string(view(ok->consumer_tag));
}

void Session::cancelConsumer(int channel, const std::string& tag) {
    onChannel(channel, [&] { amqp_basic_cancel(connection_, number(channel), bytesOf(tag)); });
}

void Session::publish(int channel, const Message& message, bool mandatory) {
    const FieldTable headers(message.headers);
    const std::string expiration =
        message.expiration ? std::to_string(message.expiration->count()) : std::string();
    amqp_basic_properties_t properties{};
    const auto set = [&](amqp_flags_t which, amqp_bytes_t& field, const std::string* value) {
        if (!value) return;
        properties._flags |= which;
        field = bytesOf(*value);
    };
    const auto of = [](const std::optional<std::string>& value) {
        return value ? &*value : nullptr;
    };
    set(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type, of(message.contentType));
    set(AMQP_BASIC_CONTENT_ENCODING_FLAG, properties.content_encoding, of(message.contentEncoding));
    set(AMQP_BASIC_CORRELATION_ID_FLAG, properties.correlation_id, of(message.correlationId));
    set(AMQP_BASIC_REPLY_TO_FLAG, properties.reply_to, of(message.replyTo));
    set(AMQP_BASIC_TYPE_FLAG, properties.type, of(message.type));
    set(AMQP_BASIC_EXPIRATION_FLAG, properties.expiration,
        message.expiration ? &expiration : nullptr);
    properties._flags |=
        AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_PRIORITY_FLAG;
    properties.headers = headers.table();
    properties.delivery_mode =
        message.persistent ? AMQP_DELIVERY_PERSISTENT : AMQP_DELIVERY_NONPERSISTENT;
    properties.priority = 0;
    const int status = amqp_basic_publish(connection_, number(channel), bytesOf(message.exchange),
                                          bytesOf(message.routingKey), mandatory, 0, &properties,
                                          bytesOf(message.body));
    if (status < AMQP_STATUS_OK) broken_ = true;
    check(status);
}

void Session::acknowledge(int channel, std::uint64_t tag, bool multiple) {
    const int status = amqp_basic_ack(connection_, number(channel), tag, multiple);
    if (status < AMQP_STATUS_OK) broken_ = true;
    check(status);
}

void Session::reject(int channel, std::uint64_t tag, bool requeue) {
    const int status = amqp_basic_reject(connection_, number(channel), tag, requeue);
    if (status < AMQP_STATUS_OK) broken_ = true;
    check(status);
}

// Under TLS a record is a packet's worth already.
void Session::cork(bool held) noexcept {
    if (!tls_) base::cork(socket(), held);
}

}  // namespace errand::transport_amqp
