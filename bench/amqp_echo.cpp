// SPDX-License-Identifier: Apache-2.0
// The yardstick for calls over RabbitMQ, by rabbitmq-c alone: request and reply over a durable
// topic exchange, persistent, requests mandatory, every publish confirmed, every delivery
// acknowledged, a request only once its reply is confirmed. The messages are those of Nameko. Each
// side has a connection to publish and one to consume, and one thread that polls both.
//
// usage: amqp_echo serve URI                     answers; prints "ready"; ends with its input
//        amqp_echo call URI COUNT IN_FLIGHT      prints calls a second and how long they took
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>

#include "amqp_link.h"
#include "call_times.h"

namespace {

constexpr const char* exchange = "amqp-echo";
constexpr const char* service = "echo";
constexpr std::string_view request = R"({"args": ["sum", 30, 10], "kwargs": {}})";
constexpr std::string_view reply = R"({"result": 40, "error": null})";
constexpr int prefetch = 500;
constexpr int replyQueueLivesMs = 300000;

std::string uuid() {
    static std::mt19937_64 random{std::random_device()()};
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "00000000-0000-4000-8000-000000000000";
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i % 16 == 0) bits = random();
        if (text[i] == '0') text[i] = digits[bits & 15U];
        bits >>= 4U;
    }
    return text;
}

// Those that every message of Nameko has.
amqp_basic_properties_t commonProperties() {
    amqp_basic_properties_t all{};
    all._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_CONTENT_ENCODING_FLAG |
                 AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
                 AMQP_BASIC_PRIORITY_FLAG | AMQP_BASIC_CORRELATION_ID_FLAG;
    all.content_type = amqp_cstring_bytes("application/json");
    all.content_encoding = amqp_cstring_bytes("utf-8");
    all.delivery_mode = 2;
    all.priority = 0;
    return all;
}

// What is written meanwhile goes out together: rabbitmq-c has no buffer of its own, so that
// otherwise every message would wake its reader by itself.
class Together {
public:
    explicit Together(const Link& link) : socket_(link.socket()) { set(1); }
    ~Together() { set(0); }
    Together(const Together&) = delete;
    Together& operator=(const Together&) = delete;

private:
    void set(int on) const { ::setsockopt(socket_, IPPROTO_TCP, TCP_CORK, &on, sizeof on); }
    int socket_;
};

// Publishes of one connection in their order, and up to which all of them are confirmed.
class Confirms {
public:
    std::uint64_t publish() {
        open_.push_back(true);
        return begin_ + open_.size();
    }

    void confirm(const Event& event) {
        const std::size_t last = event.tag - begin_;
        for (std::size_t i = event.multiple ? 0 : last - 1; i < last; ++i) open_[i] = false;
        const auto first = std::find(open_.begin(), open_.end(), true);
        begin_ += static_cast<std::uint64_t>(first - open_.begin());
        open_.erase(open_.begin(), first);
    }

    std::uint64_t confirmed() const { return begin_; }
    bool all() const { return open_.empty(); }

private:
    std::uint64_t begin_ = 0;  // all up to this one are
    std::deque<bool> open_;    // those after it
};

// Waits for either, for good.
void await(const Link& one, const Link& other) {
    std::array<pollfd, 2> files{{{one.socket(), POLLIN, 0}, {other.socket(), POLLIN, 0}}};
    ::poll(files.data(), files.size(), -1);
}

class Server {
public:
    explicit Server(const std::string& uri) : in_(uri), out_(uri) {
        in_.declareExchange(exchange);
        in_.declareQueue(service, exchange, std::string(service) + ".*", 0);
        out_.confirmPublishes();
        in_.consume(service, prefetch);
    }

    // Until the input closes.
    void run() {
        std::array<pollfd, 3> files{
            {{in_.socket(), POLLIN, 0}, {out_.socket(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
        while ((files[2].revents & (POLLIN | POLLHUP)) == 0) {
            answer();
            acknowledge();
            ::poll(files.data(), files.size(), -1);
        }
    }

private:
    void answer() {
        const Together together(out_);
        Event event;
        while (in_.next(event)) {
            amqp_basic_properties_t properties = commonProperties();
            properties.correlation_id = event.properties->correlation_id;
            out_.publish(exchange, view(event.properties->reply_to), false, properties, reply);
            confirms_.publish();
        }
    }

    // Every request has one reply, and they are in the same order.
    void acknowledge() {
        const std::uint64_t before = confirms_.confirmed();
        Event event;
        while (out_.next(event)) confirms_.confirm(event);
        if (confirms_.confirmed() > before) in_.acknowledge(confirms_.confirmed());
    }

    Link in_;
    Link out_;
    Confirms confirms_;
};

class Caller {
public:
    Caller(const std::string& uri, std::size_t count, std::size_t inFlight)
        : in_(uri), out_(uri), count_(count), inFlight_(inFlight), times_(count) {
        in_.declareExchange(exchange);
        in_.declareQueue("reply-" + replyTo_, exchange, replyTo_, replyQueueLivesMs);
        out_.confirmPublishes();
        in_.consume("reply-" + replyTo_, prefetch);
    }

    void run() {
        times_.begin();
        while (times_.count() < count_ || !confirms_.all()) {
            send();
            await(in_, out_);
            takeConfirms();
            takeReplies();
        }
        times_.print();
    }

private:
    void send() {
        const Together together(out_);
        for (; sent_ < count_ && waiting_.size() < inFlight_; ++sent_) {
            const auto [call, isNew] = waiting_.emplace(uuid(), CallTimes::Clock::now());
            publish(call->first);
            confirms_.publish();
        }
    }

    void publish(const std::string& id) {
        amqp_basic_properties_t properties = commonProperties();
        properties._flags |= AMQP_BASIC_REPLY_TO_FLAG;
        properties.correlation_id = bytes(id);
        properties.reply_to = bytes(replyTo_);
        amqp_field_value_t caller{};
        caller.kind = AMQP_FIELD_KIND_UTF8;
        caller.value.bytes = bytes(callId_);
        amqp_table_entry_t stack{};
        stack.key = amqp_cstring_bytes("nameko.call_id_stack");
        stack.value.kind = AMQP_FIELD_KIND_ARRAY;
        stack.value.value.array = {1, &caller};
        properties.headers = {1, &stack};
        out_.publish(exchange, "echo.compute", true, properties, request);
    }

    void takeConfirms() {
        Event event;
        while (out_.next(event)) {
            if (event.kind == Event::Kind::returned) {
                std::fprintf(stderr, "amqp_echo: nobody serves\n");
                std::exit(1);
            }
            confirms_.confirm(event);
        }
    }

    void takeReplies() {
        std::uint64_t last = 0;
        Event event;
        while (in_.next(event)) {
            last = event.tag;
            const auto call = waiting_.find(std::string(view(event.properties->correlation_id)));
            if (call == waiting_.end() || event.body != reply) {
                std::fprintf(stderr, "amqp_echo: a reply that nobody waits for\n");
                std::exit(1);
            }
            times_.add(call->second);
            waiting_.erase(call);
        }
        if (last > 0) in_.acknowledge(last);
    }

    Link in_;
    Link out_;
    const std::size_t count_;
    const std::size_t inFlight_;
    const std::string replyTo_ = uuid();
    const std::string callId_ = "standalone_rpc_proxy.call." + uuid();
    std::size_t sent_ = 0;
    std::unordered_map<std::string, CallTimes::Clock::time_point> waiting_;  // by correlation id
    Confirms confirms_;
    CallTimes times_;
};

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what == "serve" && argc == 3) {
        Server server(argv[2]);
        std::puts("ready");
        std::fflush(stdout);
        server.run();
        return 0;
    }
    if (what == "call" && argc == 5) {
        Caller(argv[2], static_cast<std::size_t>(std::max(1, std::atoi(argv[3]))),
               static_cast<std::size_t>(std::max(1, std::atoi(argv[4]))))
            .run();
        return 0;
    }
    std::fprintf(stderr, "usage: amqp_echo serve URI\n       amqp_echo call URI COUNT IN_FLIGHT\n");
    return 2;
}
