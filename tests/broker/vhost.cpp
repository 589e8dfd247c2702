// SPDX-License-Identifier: Apache-2.0
#include <Poco/URI.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

#include "broker/rabbitmq.h"

namespace errand::tests {

namespace {

using base::Json;

std::string newName() {
    static std::atomic<int> count{0};
    return "test" + std::to_string(++count);
}

std::string escaped(const std::string& text) {
    std::string out;
    // All that may mean something in a path.
    Poco::URI::encode(text, "!#$%&'()*+,/:;=?@[]", out);
    return out;
}

std::string text(const Json& object, std::string_view name) {
    const Json* value = object.find(name);
    return value != nullptr && value->isString() ? value->asString() : std::string();
}

// Zero where the broker has not counted yet.
int number(const Json& object, std::string_view name) {
    const Json* value = object.find(name);
    return value != nullptr && value->isNumber() ? std::atoi(value->asDigits().c_str()) : 0;
}

bool flag(const Json& object, std::string_view name) {
    const Json* value = object.find(name);
    return value != nullptr && value->isBoolean() && value->asBoolean();
}

// The broker writes an empty object as an empty array.
Json members(const Json& object, std::string_view name) {
    const Json* value = object.find(name);
    return value != nullptr && value->isObject() ? *value : Json(Json::Object());
}

QueueState readQueue(const Json& object) {
    QueueState state;
    state.name = text(object, "name");
    state.consumers = number(object, "consumers");
    state.durable = flag(object, "durable");
    state.autoDelete = flag(object, "auto_delete");
    state.exclusive = flag(object, "exclusive");
    state.arguments = members(object, "arguments");
    return state;
}

void count(QueueState& state, const Json& object) {
    state.messages = number(object, "messages");
    state.ready = number(object, "messages_ready");
    state.unacknowledged = number(object, "messages_unacknowledged");
}

ConnectionState readConnection(const Json& object) {
    ConnectionState state;
    state.name = text(object, "name");
    state.user = text(object, "user");
    state.clientProperties = members(object, "client_properties");
    state.clientName = text(state.clientProperties, "connection_name");
    return state;
}

std::string words(const Answer& answer) {
    return answer.body;
}

std::string words(const std::optional<QueueState>& queue) {
    if (!queue) return "no such queue";
    return std::to_string(queue->messages) + " messages, " + std::to_string(queue->consumers) +
           " consumers";
}

std::string words(const std::vector<ConnectionState>& connections) {
    return std::to_string(connections.size()) + " connections";
}

// Asks until the answer is good, and tells the last one where it never is.
template <class Look, class Good>
auto waitFor(const std::string& what, const RabbitMq& broker, Look look, Good good) {
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (true) {
        auto found = look();
        if (good(found)) return found;
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("never " + what + " but " + words(found) + ": " +
                                     broker.log());
        }
        pauseBetweenLooks(std::chrono::milliseconds(50));
    }
}

}  // namespace

Vhost::Vhost(RabbitMq& broker) : broker_(broker), name_(newName()) {
    broker_.api("PUT", "vhosts/" + name_, "{}");
    permit("guest");
}

Vhost::~Vhost() {
    if (!broker_.running()) return;
    try {
        broker_.api("DELETE", "vhosts/" + name_);
    } catch (const std::exception&) {  // the broker goes with what is in it
    }
}

std::string Vhost::uriAt(int port) const {
    return "amqp://guest:guest@127.0.0.1:" + std::to_string(port) + '/' + name_;
}

std::string Vhost::tlsUri(const std::string& host) const {
    return "amqps://guest:guest@" + host + ':' + std::to_string(broker_.tlsPort()) + '/' + name_;
}

void Vhost::permit(const std::string& user, const std::string& configure, const std::string& write,
                   const std::string& read) {
    broker_.api(
        "PUT", "permissions/" + name_ + '/' + escaped(user),
        Json(Json::Object{{"configure", configure}, {"write", write}, {"read", read}}).toString());
}

Answer Vhost::ask(const std::string& method, const std::string& path,
                  const std::string& body) const {
    return broker_.api(method, path, body);
}

std::vector<QueueState> Vhost::queues() const {
    std::vector<QueueState> all;
    // The usual list says how many messages there were a second ago; this one says nothing else.
    const Json counts =
        ask("GET", "queues/" + name_ + "?disable_stats=true&enable_queue_totals=true").json();
    const Json list = ask("GET", "queues/" + name_).json();
    for (const Json& object : list.asArray()) {
        QueueState& state = all.emplace_back(readQueue(object));
        for (const Json& counted : counts.asArray()) {
            if (text(counted, "name") == state.name) count(state, counted);
        }
    }
    return all;
}

std::optional<QueueState> Vhost::queue(const std::string& name) const {
    for (QueueState& state : queues()) {
        if (state.name == name) return std::move(state);
    }
    return std::nullopt;
}

QueueState Vhost::waitForMessages(const std::string& queue, int count) const {
    return *waitFor(
        std::to_string(count) + " messages in " + queue, broker_,
        [&] { return this->queue(queue); },
        [&](const auto& state) { return state && state->messages == count; });
}

QueueState Vhost::waitForConsumers(const std::string& queue, int count) const {
    return *waitFor(
        std::to_string(count) + " consumers of " + queue, broker_,
        [&] { return this->queue(queue); },
        [&](const auto& state) { return state && state->consumers == count; });
}

void Vhost::waitForBinding(const std::string& queue, const std::string& key) const {
    waitFor(
        key + " bound to " + queue, broker_,
        [&] { return ask("GET", "queues/" + name_ + '/' + escaped(queue) + "/bindings"); },
        [&](const Answer& answer) {
            return answer.status == 200 &&
                   answer.body.find(R"("routing_key":")" + key + '"') != std::string::npos;
        });
}

void Vhost::declareQueue(const std::string& name, const std::string& arguments) {
    ask("PUT", "queues/" + name_ + '/' + escaped(name),
        R"({"durable":true,"auto_delete":false,"arguments":)" + arguments + '}');
}

void Vhost::deleteQueue(const std::string& name) {
    ask("DELETE", "queues/" + name_ + '/' + escaped(name));
}

void Vhost::purgeQueue(const std::string& name) {
    ask("DELETE", "queues/" + name_ + '/' + escaped(name) + "/contents");
}

bool Vhost::publish(const std::string& exchange, const std::string& routingKey,
                    const std::string& body, const std::string& properties) {
    const std::string name = exchange.empty() ? "amq.default" : exchange;
    const Answer answer = ask("POST", "exchanges/" + name_ + '/' + escaped(name) + "/publish",
                              Json(Json::Object{{"properties", Json::parse(properties)},
                                                {"routing_key", routingKey},
                                                {"payload", body},
                                                {"payload_encoding", "string"}})
                                  .toString());
    if (answer.status == 404) throw std::runtime_error("there is no exchange " + name);
    return flag(answer.json(), "routed");
}

std::vector<TakenMessage> Vhost::take(const std::string& queue, int most) {
    const Answer answer = ask("POST", "queues/" + name_ + '/' + escaped(queue) + "/get",
                              R"({"ackmode":"ack_requeue_false","encoding":"auto","count":)" +
                                  std::to_string(most) + '}');
    if (answer.status == 404) throw std::runtime_error("there is no queue " + queue);
    std::vector<TakenMessage> all;
    const Json list = answer.json();
    for (const Json& object : list.asArray()) {
        all.push_back({text(object, "exchange"), text(object, "routing_key"),
                       flag(object, "redelivered"), members(object, "properties"),
                       text(object, "payload")});
    }
    return all;
}

std::vector<ConnectionState> Vhost::connections() const {
    std::vector<ConnectionState> all;
    const Json list = ask("GET", "vhosts/" + name_ + "/connections").json();
    for (const Json& object : list.asArray()) all.push_back(readConnection(object));
    return all;
}

std::vector<ConnectionState> Vhost::waitForConnections(std::size_t count) const {
    return waitFor(
        std::to_string(count) + " connections", broker_, [this] { return connections(); },
        [&](const auto& all) { return all.size() == count; });
}

int Vhost::closeConnections(const std::string& clientName) {
    int closed = 0;
    for (const ConnectionState& connection : connections()) {
        if (!clientName.empty() && connection.clientName != clientName) continue;
        ask("DELETE", "connections/" + escaped(connection.name));
        ++closed;
    }
    return closed;
}

}  // namespace errand::tests
