// SPDX-License-Identifier: Apache-2.0
#include "amqp_transport.h"

#include <Poco/Exception.h>

#include <algorithm>

#include "calls.h"
#include "consumer.h"
#include "control.h"
#include "envelope.h"
#include "names.h"
#include "publisher.h"
#include "servings.h"
#include "settings.h"
#include "ticker.h"
#include "way_out.h"

namespace errand::transport_amqp {

namespace {

// How long the owner waits for the broker before it goes on without: it is there or it is not.
constexpr std::chrono::seconds patience{15};

// After the methods, their replies have so long to get out.
constexpr std::chrono::seconds lastWords{2};

base::SteadyTime steady() {
    return base::Clock::system().steady();
}

std::string newName() {
    return base::Id::generate(base::Clock::system().now()).toString();
}

}  // namespace

// In the order they start; they end in reverse.
struct AmqpTransport::Parts : private Link::Listener {
    Parts(AmqpSettings given, rpc::Host& host)
        : settings(std::move(given)),
          boot(newName()),
          address(settings.node.empty() ? newName() : settings.node),
          publisher(link("publishes", false), settings.rpcExchange, publishing),
          consumer(link("consumes", true), *this),
          calls(publisher, consumer, ticker, {settings.rpcExchange, address, boot}),
          servings(publisher, consumer, calls, host,
                   {settings.rpcExchange, address, boot, settings.quorum, settings.prefetch,
                    settings.maxCrashes}),
          control(consumer, servings),
          wayOut(calls, publisher, settings.rpcExchange) {
        publishing.parts = this;
    }

    LinkSettings link(const char* what, bool announces) {
        return {settings.brokers, settings.ca, "errand " + boot + ' ' + what, announces,
                &complaints};
    }
    Queue replyQueueOf() const;
    Queue controlQueueOf() const;

    // What the publisher's link tells; the consumer's comes to Parts itself.
    struct Publishing : Link::Listener {
        void connected() noexcept override {
            parts->calls.connected();
            parts->servings.connected();
        }
        void disconnected() noexcept override {}
        Parts* parts = nullptr;
    };
    void connected() noexcept override {}
    void disconnected() noexcept override {
        calls.disconnected();
        servings.disconnected();
    }

    const AmqpSettings settings;
    const std::string boot;             // names this process
    const std::string address;          // where its replies come to
    std::vector<std::string> services;  // served here
    Complaints complaints;
    Publishing publishing;
    Ticker ticker;
    Publisher publisher;
    Consumer consumer;
    Calls calls;
    Servings servings;
    Control control;
    WayOut wayOut;
};

Queue AmqpTransport::Parts::replyQueueOf() const {
    Queue queue;
    queue.name = replyQueue(address);
    queue.expires = settings.node.empty() ? replyQueueOfClientKept : replyQueueKept;
    // In a cluster a node's replies must outlive the broker that has them, as requests do.
    queue.quorum = settings.quorum && !settings.node.empty();
    queue.exchange = settings.rpcExchange;
    queue.bindings = {address};
    // The last run's connection may not have been missed yet.
    queue.exclusiveConsumer = true;
    return queue;
}

Queue AmqpTransport::Parts::controlQueueOf() const {
    Queue queue;
    queue.name = controlQueue(boot);
    queue.durable = false;
    queue.exclusive = true;
    queue.autoDelete = true;
    queue.exchange = settings.rpcExchange;
    queue.bindings = {boot};
    for (const std::string& service : services) queue.bindings.push_back(hostsKey(service));
    return queue;
}

AmqpTransport::AmqpTransport() : host_(*rpc::Host::create()) {}

AmqpTransport::~AmqpTransport() {
    AmqpTransport::close(steady());
    host_.leave();
}

void AmqpTransport::open(const rpc::Settings& settings, rpc::JobSink& sink) {
    if (parts_) throw Poco::IllegalStateException("open() comes once");
    parts_ = std::make_unique<Parts>(readSettings(settings), host_);
    Parts& parts = *parts_;
    host_.open(sink, &parts.wayOut);
    parts.publisher.open();
    parts.consumer.open();
    const base::SteadyTime deadline = steady() + patience;
    parts.publisher.waitFirst(deadline);
    parts.consumer.waitFirst(deadline);
    parts.ticker.start([&parts](base::SteadyTime now) {
        return std::min(parts.calls.tick(now), parts.servings.tick(now));
    });
}

void AmqpTransport::serve(rpc::Service& service) {
    if (!parts_ || closed_) {
        throw Poco::IllegalStateException("serve() comes after open() and before close()");
    }
    const bool there = parts_->consumer.connected();
    parts_->servings.serve(service, there ? steady() + patience : steady());
    parts_->services.push_back(service.name());
}

void AmqpTransport::start() {
    Consumer& consumer = parts_->consumer;
    const int control = consumer.consume(parts_->controlQueueOf(), parts_->control);
    const int replies = consumer.consume(parts_->replyQueueOf(), parts_->calls);
    if (!consumer.connected()) return;
    const base::SteadyTime deadline = steady() + patience;
    consumer.waitServing(control, deadline);
    consumer.waitServing(replies, deadline);
}

void AmqpTransport::call(rpc::Call call, rpc::CallObserver& observer) {
    if (parts_) {
        parts_->calls.call(std::move(call), observer);
    } else {
        observer.ended({rpc::End::Kind::unavailable, {}, {}});
    }
}

bool AmqpTransport::attach(rpc::Call call, const rpc::Attachment& known,
                           rpc::CallObserver& observer) {
    parts_->calls.attach(std::move(call), known, observer);
    return true;
}

void AmqpTransport::cancel(const rpc::CallId& call) noexcept {
    if (parts_) parts_->calls.cancel(call);
}

bool AmqpTransport::forget(const rpc::CallId& call) noexcept {
    return parts_ && parts_->calls.forget(call);
}

rpc::Health AmqpTransport::health() const {
    if (!parts_) return {false, "broker"};
    std::string trouble = parts_->publisher.trouble();
    if (trouble.empty()) trouble = parts_->consumer.trouble();
    if (!trouble.empty()) return {false, "broker " + trouble};
    if (parts_->publisher.blocked()) {
        return {parts_->calls.isDrained(), "broker: it takes no messages now (connection.blocked)"};
    }
    return {parts_->calls.isDrained(), parts_->calls.missing()};
}

void AmqpTransport::close(base::SteadyTime deadline) noexcept {
    if (!parts_ || closed_) return;
    closed_ = true;
    Parts& parts = *parts_;
    parts.servings.stopTaking();
    parts.calls.detachOthers();
    host_.close(deadline);
    const base::SteadyTime last = std::max(deadline, steady()) + lastWords;
    parts.servings.waitUntil(std::min(last, steady() + patience));
    parts.calls.waitUntil(std::min(last, steady() + patience));
    parts.calls.detachAll();
    parts.ticker.stop();
    parts.publisher.close(steady() + lastWords);
    parts.consumer.close(steady() + lastWords);
}

}  // namespace errand::transport_amqp
