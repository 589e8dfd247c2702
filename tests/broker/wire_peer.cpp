// SPDX-License-Identifier: Apache-2.0
#include "broker/wire_peer.h"

#include <Poco/Base64Decoder.h>
#include <Poco/Base64Encoder.h>
#include <Poco/Net/SocketAddress.h>

#include <cstdlib>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "base/id.h"

namespace errand::tests {

namespace {

using base::Json;

std::string encoded(const std::string& bytes) {
    std::ostringstream out;
    Poco::Base64Encoder encoder(out);
    encoder.rdbuf()->setLineLength(0);
    encoder << bytes;
    encoder.close();
    return out.str();
}

std::string decoded(const std::string& text) {
    std::istringstream in(text);
    Poco::Base64Decoder decoder(in);
    return {std::istreambuf_iterator<char>(decoder), std::istreambuf_iterator<char>()};
}

std::string newId() {
    return base::Id::generate(base::Clock::system().now()).toString();
}

std::string member(const Json& object, const std::string& name) {
    const Json* value = object.isObject() ? object.find(name) : nullptr;
    if (value == nullptr) return {};
    return value->isString() ? value->asString() : value->toString();
}

WireMessage readMessage(const Json& told) {
    WireMessage message;
    message.queue = member(told, "queue");
    message.exchange = member(told, "exchange");
    message.routingKey = member(told, "routing_key");
    message.redelivered = told.find("redelivered")->asBoolean();
    message.tag = *told.find("tag");
    message.properties = *told.find("properties");
    message.headers = *told.find("headers");
    message.types = *told.find("types");
    message.body = decoded(told.find("body")->asString());
    return message;
}

}  // namespace

std::string WireMessage::property(const std::string& name) const {
    return member(properties, name);
}

std::string WireMessage::header(const std::string& name) const {
    return member(headers, name);
}

Json with(Json object, const std::string& name, Json value) {
    for (auto& [key, old] : object.asObject()) {
        if (key == name) {
            old = std::move(value);
            return object;
        }
    }
    object.asObject().emplace_back(name, std::move(value));
    return object;
}

Json without(Json object, const std::string& name) {
    std::erase_if(object.asObject(),
                  [&](const Json::Member& member) { return member.first == name; });
    return object;
}

WirePeer::WirePeer(Vhost& vhost, const std::string& rpcExchange) : exchange_(rpcExchange) {
    // Debian's own Python, to which the packages of the client belong.
    process_ = std::make_unique<Process>(
        "/usr/bin/python3",
        std::vector<std::string>{ERRAND_SOURCE "/tests/broker/wire_peer.py", "127.0.0.1",
                                 std::to_string(vhost.broker().port()), vhost.name(), exchange_},
        directory_ / "stderr");
    const auto line = process_->readLine();
    if (!line) throw std::runtime_error("no wire peer: " + readFile(directory_ / "stderr"));
    socket_.connect({"127.0.0.1", static_cast<Poco::UInt16>(std::atoi(line->c_str()))});
    socket_.setReceiveTimeout(Poco::Timespan(2 * generous.count(), 0));
}

Json WirePeer::order(const std::string& what, Json::Object arguments) {
    arguments.emplace_back("do", what);
    const std::string line = Json(std::move(arguments)).toString() + '\n';
    for (std::size_t sent = 0; sent < line.size();) {
        sent += static_cast<std::size_t>(
            socket_.sendBytes(line.data() + sent, static_cast<int>(line.size() - sent)));
    }
    std::size_t end = 0;
    for (std::size_t from = 0; (end = received_.find('\n', from)) == std::string::npos;) {
        char buffer[65536];
        from = received_.size();
        const int size = socket_.receiveBytes(buffer, sizeof(buffer));
        if (size <= 0) throw std::runtime_error("wire peer: " + readFile(directory_ / "stderr"));
        received_.append(buffer, static_cast<std::size_t>(size));
    }
    const Json answer = Json::parse(std::string_view(received_).substr(0, end));
    received_.erase(0, end + 1);
    if (const Json* failed = answer.find("failed")) throw std::runtime_error(failed->asString());
    return *answer.find("done");
}

const std::string& WirePeer::listen() {
    if (replyTo_.empty()) {
        const Json made = order("listen", {});
        replyQueue_ = member(made, "queue");
        replyTo_ = member(made, "reply_to");
    }
    return replyTo_;
}

void WirePeer::serve(const std::string& service, int prefetch) {
    order("serve", {{"service", service}, {"prefetch", Json::integer(prefetch)}});
}

std::string WirePeer::spy(const std::string& key) {
    return member(order("spy", {{"key", key}}), "queue");
}

Json WirePeer::requestProperties() {
    const Json stack(Json::Array{"standalone_rpc_proxy.call." + newId()});
    return Json::Object{{"content_type", "application/json"},
                        {"content_encoding", "utf-8"},
                        {"headers", Json::Object{{"nameko.call_id_stack", stack}}},
                        {"delivery_mode", Json::integer(2)},
                        {"priority", Json::integer(0)},
                        {"correlation_id", newId()},
                        {"reply_to", listen()}};
}

Json WirePeer::replyProperties(const WireMessage& request) {
    Json properties = Json::Object{{"content_type", "application/json"},
                                   {"content_encoding", "utf-8"},
                                   {"headers", Json::Object()},
                                   {"delivery_mode", Json::integer(2)},
                                   {"priority", Json::integer(0)}};
    const std::string id = request.property("correlation_id");
    return id.empty() ? properties : with(std::move(properties), "correlation_id", id);
}

bool WirePeer::publish(const std::string& routingKey, const std::string& body,
                       const Json& properties, const std::optional<std::string>& exchange) {
    Json::Object arguments{
        {"key", routingKey}, {"body", encoded(body)}, {"properties", properties}};
    if (exchange) arguments.emplace_back("exchange", *exchange);
    return order("publish", std::move(arguments)).find("routed")->asBoolean();
}

WireMessage WirePeer::receive(const std::string& queue) {
    auto message = receiveWithin(generous, queue);
    if (!message) throw std::runtime_error("no message comes from " + queue);
    return std::move(*message);
}

std::optional<WireMessage> WirePeer::receiveWithin(std::chrono::milliseconds limit,
                                                   const std::string& queue) {
    const std::string seconds = std::to_string(limit.count() / 1000) + '.' +
                                std::to_string(1000 + limit.count() % 1000).substr(1);
    Json::Object arguments{{"limit", Json::Number{seconds}}};
    if (!queue.empty()) arguments.emplace_back("queue", queue);
    const Json told = order("receive", std::move(arguments));
    if (told.isNull()) return std::nullopt;
    return readMessage(told);
}

void WirePeer::acknowledge(const WireMessage& message) {
    order("ack", {{"tag", message.tag}});
}

void WirePeer::reject(const WireMessage& message, bool requeue) {
    order("reject", {{"tag", message.tag}, {"requeue", requeue}});
}

WireMessage WirePeer::call(const std::string& routingKey, const std::string& body) {
    return call(routingKey, body, requestProperties());
}

WireMessage WirePeer::call(const std::string& routingKey, const std::string& body,
                           const Json& properties) {
    listen();
    if (!publish(routingKey, body, properties)) {
        throw std::runtime_error("nobody serves " + routingKey);
    }
    WireMessage reply = receive(replyQueue_);
    acknowledge(reply);
    if (reply.property("correlation_id") != member(properties, "correlation_id")) {
        throw std::runtime_error("a reply to another call: " + reply.body);
    }
    return reply;
}

void WirePeer::reply(const WireMessage& request, const std::string& body) {
    publish(request.property("reply_to"), body, replyProperties(request));
    acknowledge(request);
}

void WirePeer::cancel(const std::string& queue) {
    order("cancel", {{"queue", queue}});
}

void WirePeer::declare(const std::string& queue, bool passive, const std::string& arguments) {
    order("declare",
          {{"queue", queue}, {"passive", passive}, {"arguments", Json::parse(arguments)}});
}

}  // namespace errand::tests
