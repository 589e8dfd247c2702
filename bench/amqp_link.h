// SPDX-License-Identifier: Apache-2.0
// Link is one connection to a broker with one channel, by rabbitmq-c alone: what the AMQP yardstick
// is made of. Everything that is wrong ends the program with a line.
#pragma once

#include <amqp.h>

#include <cstdint>
#include <string>
#include <string_view>

// Those of the program's memory that go into a frame; the text must outlive the call.
inline amqp_bytes_t bytes(std::string_view text) {
    return {text.size(), const_cast<char*>(text.data())};
}
inline std::string_view view(amqp_bytes_t text) {
    return {static_cast<const char*>(text.bytes), text.len};
}

// What a broker sent: a message, or which publishes it has taken.
struct Event {
    enum class Kind { message, confirm, returned };
    Kind kind = Kind::message;
    std::uint64_t tag = 0;  // of the delivery, or of the last publish that is confirmed
    bool multiple = false;  // all publishes up to there are
    // Both good until the next event.
    amqp_basic_properties_t* properties = nullptr;
    std::string_view body;
};

class Link {
public:
    explicit Link(const std::string& uri);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void declareExchange(const char* exchange);
    // Durable, bound to the exchange by the key; gone after `expiresMs` without use; 0: stays.
    void declareQueue(const std::string& queue, const char* exchange, const std::string& key,
                      int expiresMs);
    void consume(const std::string& queue, int prefetch);
    void confirmPublishes();

    void publish(const char* exchange, std::string_view key, bool mandatory,
                 const amqp_basic_properties_t& properties, std::string_view body);
    // Every delivery up to that one.
    void acknowledge(std::uint64_t tag);

    // False: nothing more is there now.
    bool next(Event& event);

    int socket() const { return amqp_get_sockfd(state_); }

private:
    void check(const char* what) const;
    void check(const char* what, const amqp_rpc_reply_t& reply) const;
    void check(const char* what, int status) const;
    bool frame(amqp_frame_t& frame);
    void complete(Event& event);

    amqp_connection_state_t state_;
    std::string body_;  // of a message that came in several frames
};
