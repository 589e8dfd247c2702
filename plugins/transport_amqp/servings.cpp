// SPDX-License-Identifier: Apache-2.0
#include "servings.h"

#include <Poco/Logger.h>

#include <algorithm>

#include "body.h"
#include "envelope.h"
#include "names.h"
#include "rpc/error.h"

namespace errand::transport_amqp {

using Phase = Serving::Phase;

namespace {

// A count that a foreign client made up.
constexpr std::int64_t mostDeliveries = 1'000'000;

// An owner that does not answer is asked again: it may have been away. A store that had no room is
// tried again as often.
constexpr std::chrono::seconds askAgain{2};
constexpr std::chrono::seconds storeAgain{1};

Poco::Logger& logger() {
    static Poco::Logger& amqp = Poco::Logger::get("amqp");
    return amqp;
}

base::SteadyTime steady() {
    return base::Clock::system().steady();
}

// What tells a request from others when it comes again: a job's call by its id alone, others by
// their caller too, who counts as he likes.
std::string keyOf(bool ofJob, const std::string& replyTo,
                  const std::optional<std::string>& correlationId) {
    if (!correlationId || correlationId->empty()) return {};
    return ofJob ? *correlationId : replyTo + '/' + *correlationId;
}

}  // namespace

void ServedQueue::delivered(Delivery delivery) noexcept {
    owner.arrived(*this, std::move(delivery));
}

Servings::Servings(Publisher& publisher, Consumer& consumer, Calls& calls, rpc::Host& host,
                   Names names)
    : publisher_(publisher),
      consumer_(consumer),
      calls_(calls),
      host_(host),
      names_(std::move(names)) {}

void Servings::serve(rpc::Service& service, base::SteadyTime deadline) {
    host_.serve(service);
    ServedQueue& served = queues_.emplace_back(*this, service, names_.prefetch);
    Queue queue;
    queue.name = serviceQueue(service.name());
    queue.quorum = names_.quorum;
    queue.exchange = names_.exchange;
    queue.bindings = {serviceBinding(service.name())};
    queue.prefetch = served.pace.start();
    served.number = consumer_.consume(std::move(queue), served);
    consumer_.waitServing(served.number, deadline);
}

void Servings::arrived(ServedQueue& queue, Delivery delivery) {
    Message& message = delivery.message;
    auto fresh = std::make_unique<Serving>(*this, queue);
    fresh->call = readEnvelope(message, queue.service.name());
    fresh->id = fresh->call.id;
    fresh->ofJob = fresh->call.job.has_value();
    fresh->replyTo = message.replyTo.value_or("");
    fresh->correlationId = message.correlationId;
    fresh->key = keyOf(fresh->ofJob, fresh->replyTo, fresh->correlationId);
    fresh->tickets = {delivery.ticket};
    // What has waited for a host may be cancelled by now, or sent again: its owner knows.
    const bool again = delivery.redelivered || delivery.waited || flagHeader(message, againHeader);
    if (again && join(*fresh)) return;

    const rpc::Method* method = queue.service.find(fresh->call.method);
    fresh->stored = method && method->queued && !fresh->ofJob;
    if (again && fresh->ofJob) {
        try {
            fresh->call.arguments = readArguments(message);
        } catch (const rpc::Error&) {
            // Its owner wrote it: it is refused when it runs.
        }
        ask(keep(std::move(fresh), Phase::asking));
    } else if (delivery.redelivered && !fresh->stored) {
        repost(std::move(fresh), std::move(message));
    } else {
        Serving& serving = keep(std::move(fresh), Phase::running);
        if (refused(serving, message)) return;
        // A call that the store has no room for is run again.
        run(serving, serving.stored ? serving.call : std::move(serving.call));
    }
}

// Answers what cannot be read, and what has crashed enough.
bool Servings::refused(Serving& serving, const Message& message) {
    try {
        serving.call.arguments = readArguments(message);
    } catch (const rpc::Error& error) {
        logger().information("a request to " + message.routingKey + " is refused: " + error.what());
        reply(serving, {rpc::ErrorReply{error.type(), error.what()}, {}});
        return true;
    }
    const std::int64_t deliveries = numberHeader(message, deliveriesHeader);
    if (deliveries <= names_.maxCrashes) return false;
    const std::string text = "delivered " + std::to_string(deliveries) + " times without an answer";
    logger().warning(message.routingKey + " is given up: " + text);
    reply(serving, {rpc::ErrorReply{"NodeLost", text}, {}});
    return true;
}

// The copy of a request that is here still: it is acknowledged with it.
bool Servings::join(const Serving& serving) {
    if (serving.key.empty()) return false;
    const base::MutexLock lock(mutex_);
    const auto place = byKey_.find(serving.key);
    if (place == byKey_.end()) return false;
    find(place->second)->tickets.push_back(serving.tickets.front());
    return true;
}

// A call without a job has nobody who counts: the count goes with it. The same ids, so that what it
// casts is the same.
void Servings::repost(Owned serving, Message message) {
    const std::int64_t before =
        std::clamp<std::int64_t>(numberHeader(message, deliveriesHeader), 0, mostDeliveries);
    message.headers[deliveriesHeader] = std::to_string(before + 1);
    serving->copy = std::move(message);
    Post post;
    {
        Serving& kept = keep(std::move(serving), Phase::reposting);
        const base::MutexLock lock(mutex_);
        post = repostPost(kept);
    }
    publish(std::move(post));
}

Serving& Servings::keep(Owned serving, Phase phase) {
    const base::MutexLock lock(mutex_);
    serving->serial = ++lastSerial_;
    serving->phase = phase;
    // The newest of a key is the one that is found.
    if (!serving->key.empty()) byKey_[serving->key] = serving->serial;
    Serving& kept = *serving;
    servings_.emplace(kept.serial, std::move(serving));
    return kept;
}

void Servings::run(Serving& serving, rpc::Call call) {
    // What comes while the process stops goes to another.
    if (closing_.load()) {
        serving.ended({rpc::End::Kind::detached, {}, {}});
    } else {
        host_.call(std::move(call), serving);
    }
}

void Servings::ask(Serving& serving) {
    Post post;
    {
        const base::MutexLock lock(mutex_);
        post = askPost(serving);
        setDue(serving, steady() + askAgain);
    }
    publish(std::move(post));
}

void Servings::answered(const Message& message) {
    const bool mayRun = message.body == "run";
    Owned dropped;
    Serving* granted = nullptr;
    bool lacking = false;
    rpc::Call call;
    {
        const base::MutexLock lock(mutex_);
        Serving* serving = findKey(message);
        lacking = !serving && mayRun;
        if (!lacking && (!serving || serving->phase != Phase::asking)) return;
        if (serving) setDue(*serving, std::nullopt);
        if (serving && mayRun) {
            granted = serving;
            granted->phase = Phase::running;
            granted->careful = true;
            call = std::move(granted->call);
        } else if (serving) {
            dropped = release(*serving);
        }
    }
    if (granted) run(*granted, std::move(call));
    if (dropped) acknowledge(dropped);
    // It was let go with the connection: another that has a copy may run it.
    if (lacking) sayAbsent(message);
}

void Servings::sayAbsent(const Message& question) {
    if (!question.replyTo) return;
    const rpc::CallId id = question.correlationId.value_or("");
    publisher_.publish(word(*question.replyTo, absentType, id), false, nullptr);
}

void Servings::cancelled(const Message& message) {
    Serving* held = nullptr;
    bool here = false;
    rpc::CallId id = message.correlationId.value_or("");
    {
        const base::MutexLock lock(mutex_);
        Serving* serving = findKey(message);
        here = serving != nullptr;
        if (serving) serving->cancelled = true;
        if (serving && (serving->phase == Phase::asking || serving->phase == Phase::storing)) {
            held = serving;
            setDue(*held, std::nullopt);
            held->phase = Phase::running;  // nobody else takes it now
        }
    }
    if (held) {
        reply(*held, {rpc::ErrorReply{"Cancelled", "the call was cancelled"}, {}});
    } else if (here) {
        host_.cancel(id);
    } else if (textHeader(message, workerHeader) == names_.boot) {
        sayAbsent(message);
    }
}

void Servings::disconnected() {
    const base::MutexLock lock(mutex_);
    std::vector<Serving*> waiting;
    for (const auto& [serial, serving] : servings_) {
        const bool runs = serving->phase == Phase::running || serving->phase == Phase::replying;
        if (!runs) waiting.push_back(serving.get());
    }
    for (Serving* serving : waiting) release(*serving);
}

void Servings::connected() {
    std::vector<Post> reports;
    {
        const base::MutexLock lock(mutex_);
        for (const auto& [serial, serving] : servings_) {
            const bool runs = serving->phase == Phase::running && serving->reported;
            if (runs) reports.push_back(reportPost(*serving));
        }
    }
    for (Post& report : reports) publish(std::move(report));
}

base::SteadyTime Servings::tick(base::SteadyTime now) {
    std::vector<Post> posts;
    std::vector<std::pair<Serving*, rpc::Call>> toRun;
    base::SteadyTime next = now + askAgain;
    {
        const base::MutexLock lock(mutex_);
        while (!due_.empty() && due_.begin()->first <= now) {
            Serving& serving = *find(due_.begin()->second);
            setDue(serving, std::nullopt);
            switch (serving.phase) {
                case Phase::asking:
                    // What waits to go out need not be said twice.
                    if (!publisher_.blocked()) posts.push_back(askPost(serving));
                    setDue(serving, now + askAgain);
                    break;
                case Phase::reposting:
                    posts.push_back(repostPost(serving));
                    break;
                case Phase::storing:
                    serving.phase = Phase::running;
                    toRun.emplace_back(&serving, serving.call);
                    break;
                case Phase::replying:
                    posts.push_back(replyPost(serving));
                    break;
                case Phase::running:
                    if (serving.latest) posts.push_back(progressPost(serving, *serving.latest));
                    serving.latest.reset();
                    break;
                case Phase::replied:
                    break;
            }
        }
        if (!due_.empty()) next = std::min(next, due_.begin()->first);
    }
    for (Post& post : posts) publish(std::move(post));
    for (auto& [serving, call] : toRun) run(*serving, std::move(call));
    return next;
}

// The store had no room. What waits here counts against the prefetch: soon no more comes.
void Servings::storeLater(Serving& serving) {
    const base::MutexLock lock(mutex_);
    serving.phase = Phase::storing;
    setDue(serving, steady() + storeAgain);
}

void Servings::stopTaking() {
    closing_.store(true);
    for (const ServedQueue& queue : queues_) consumer_.stop(queue.number);
    // No method waits for the broker's word any more.
    const base::MutexLock lock(mutex_);
    for (const auto& [serial, serving] : servings_) serving->told.release();
}

void Servings::waitUntil(base::SteadyTime deadline) {
    const base::MutexLock lock(mutex_);
    const auto replying = [this]() REQUIRES(mutex_) {
        for (const auto& [serial, serving] : servings_) {
            if (serving->phase == Phase::replying) return true;
        }
        return false;
    };
    while (replying() && changed_.waitUntil(mutex_, deadline)) continue;
}

}  // namespace errand::transport_amqp
