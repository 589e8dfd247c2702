// SPDX-License-Identifier: Apache-2.0
// What a session hears: frames become events. session.cpp has the rest.
#include "field_table.h"
#include "session.h"
#include "wire_error.h"

namespace errand::transport_amqp {

namespace {

// A body is read into memory: far beyond what a peer sends, and below RabbitMQ's own limit.
constexpr std::uint64_t mostBytes = 512ull << 20;

std::string copy(const amqp_bytes_t& bytes) {
    return std::string(view(bytes));
}

Event eventOf(Event::Kind kind, int channel) {
    Event event;
    event.kind = kind;
    event.channel = channel;
    return event;
}

// A confirm or its refusal: both have the same members.
template <class Method>
Event tagged(Event::Kind kind, int channel, const amqp_method_t& method) {
    const auto& said = *static_cast<const Method*>(method.decoded);
    Event event = eventOf(kind, channel);
    event.tag = said.delivery_tag;
    event.multiple = said.multiple != 0;
    return event;
}

void readProperties(const amqp_basic_properties_t& properties, Message& message) {
    const auto read = [&](amqp_flags_t which, const amqp_bytes_t& field,
                          std::optional<std::string>& value) {
        if ((properties._flags & which) != 0) value = copy(field);
    };
    read(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type, message.contentType);
    read(AMQP_BASIC_CONTENT_ENCODING_FLAG, properties.content_encoding, message.contentEncoding);
    read(AMQP_BASIC_CORRELATION_ID_FLAG, properties.correlation_id, message.correlationId);
    read(AMQP_BASIC_REPLY_TO_FLAG, properties.reply_to, message.replyTo);
    read(AMQP_BASIC_TYPE_FLAG, properties.type, message.type);
    if ((properties._flags & AMQP_BASIC_HEADERS_FLAG) != 0) {
        message.headers = readHeaders(properties.headers);
    }
    message.persistent = (properties._flags & AMQP_BASIC_DELIVERY_MODE_FLAG) != 0 &&
                         properties.delivery_mode == AMQP_DELIVERY_PERSISTENT;
}

}  // namespace

std::optional<Event> Session::read() {
    if (!early_.empty()) {
        Event event = std::move(early_.front());
        early_.pop_front();
        return event;
    }
    bool arrived = true;
    while (arrived) {
        std::optional<Event> event = readFrame(arrived);
        if (event) return event;
    }
    return std::nullopt;
}

std::optional<Event> Session::readFrame(bool& arrived) {
    constexpr timeval atOnce{0, 0};
    amqp_frame_t frame{};
    const int status = amqp_simple_wait_frame_noblock(connection_, &frame, &atOnce);
    arrived = status != AMQP_STATUS_TIMEOUT;
    if (!arrived) {
        // Nothing half-read is left: what the frames pointed to can go.
        amqp_maybe_release_buffers(connection_);
        return std::nullopt;
    }
    if (status < AMQP_STATUS_OK) broken_ = true;
    check(status);
    std::optional<Event> event = take(frame);
    amqp_maybe_release_buffers_on_channel(connection_, frame.channel);
    if (event && event->kind == Event::Kind::channelClosed) confirmClosed(frame.channel);
    return event;
}

std::optional<Event> Session::take(const amqp_frame_t& frame) {
    switch (frame.frame_type) {
        case AMQP_FRAME_METHOD:
            return takeMethod(frame.channel, frame.payload.method);
        case AMQP_FRAME_HEADER:
            return takeHeader(frame.channel, frame);
        case AMQP_FRAME_BODY:
            return takeBody(frame.channel, frame);
        default:
            return std::nullopt;  // heartbeats
    }
}

std::optional<Event> Session::takeMethod(int channel, const amqp_method_t& method) {
    switch (method.id) {
        case AMQP_BASIC_DELIVER_METHOD: {
            const auto& deliver = *static_cast<const amqp_basic_deliver_t*>(method.decoded);
            Event& event = (partial_[channel] = Partial{}).event;
            event = eventOf(Event::Kind::delivered, channel);
            event.tag = deliver.delivery_tag;
            event.redelivered = deliver.redelivered != 0;
            event.message.exchange = copy(deliver.exchange);
            event.message.routingKey = copy(deliver.routing_key);
            return std::nullopt;
        }
        case AMQP_BASIC_RETURN_METHOD: {
            const auto& returned = *static_cast<const amqp_basic_return_t*>(method.decoded);
            Event& event = (partial_[channel] = Partial{}).event;
            event = eventOf(Event::Kind::returned, channel);
            event.message.exchange = copy(returned.exchange);
            event.message.routingKey = copy(returned.routing_key);
            return std::nullopt;
        }
        case AMQP_BASIC_ACK_METHOD:
            return tagged<amqp_basic_ack_t>(Event::Kind::confirmed, channel, method);
        case AMQP_BASIC_NACK_METHOD:
            return tagged<amqp_basic_nack_t>(Event::Kind::refused, channel, method);
        case AMQP_BASIC_CANCEL_METHOD:
            return eventOf(Event::Kind::consumerCancelled, channel);
        case AMQP_CONNECTION_BLOCKED_METHOD:
            return eventOf(Event::Kind::blocked, channel);
        case AMQP_CONNECTION_UNBLOCKED_METHOD:
            return eventOf(Event::Kind::unblocked, channel);
        case AMQP_CHANNEL_CLOSE_METHOD: {
            const WireError error = closedBy(method);
            Event event = eventOf(Event::Kind::channelClosed, channel);
            event.code = error.code();
            event.text = error.what();
            return event;
        }
        case AMQP_CONNECTION_CLOSE_METHOD: {
            const WireError error = closedBy(method);
            amqp_connection_close_ok_t ok{};
            amqp_send_method(connection_, 0, AMQP_CONNECTION_CLOSE_OK_METHOD, &ok);
            broken_ = true;  // nothing more may be said
            throw WireError(error);
        }
        default:
            return std::nullopt;  // answers to what was given up
    }
}

std::optional<Event> Session::takeHeader(int channel, const amqp_frame_t& frame) {
    const auto place = partial_.find(channel);
    if (place == partial_.end()) return std::nullopt;
    Partial& partial = place->second;
    const auto& decoded =
        *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
    readProperties(decoded, partial.event.message);
    partial.hasHeader = true;
    partial.missing = frame.payload.properties.body_size;
    if (partial.missing > mostBytes) {
        throw WireError(WireError::Kind::connection, 0, "it sent a message beyond 512 MiB");
    }
    partial.event.message.body.reserve(partial.missing);
    return whole(channel);
}

std::optional<Event> Session::takeBody(int channel, const amqp_frame_t& frame) {
    const auto place = partial_.find(channel);
    if (place == partial_.end() || !place->second.hasHeader) return std::nullopt;
    Partial& partial = place->second;
    const std::string_view part = view(frame.payload.body_fragment);
    partial.event.message.body += part;
    partial.missing -= std::min<std::uint64_t>(partial.missing, part.size());
    return whole(channel);
}

std::optional<Event> Session::whole(int channel) {
    const auto place = partial_.find(channel);
    if (place->second.missing > 0) return std::nullopt;
    Event event = std::move(place->second.event);
    partial_.erase(place);
    return event;
}

}  // namespace errand::transport_amqp
