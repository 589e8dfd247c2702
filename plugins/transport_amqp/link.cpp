// SPDX-License-Identifier: Apache-2.0
#include "link.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <random>

#include "wire_error.h"

namespace errand::transport_amqp {

using namespace std::chrono_literals;

namespace {

// After all brokers were tried in vain: doubled from the first to the longest, and up to a fifth
// more or less, so that the nodes do not come back together.
constexpr std::chrono::milliseconds firstPause = 250ms;
constexpr std::chrono::milliseconds longestPause = 5s;

// Twice as often as a heartbeat is due, with room to spare.
constexpr std::chrono::seconds longestWait{Session::heartbeatSeconds / 4};

// How many events are heard before what they led to is said.
constexpr int mostHeard = 256;

Poco::Logger& logger() {
    static Poco::Logger& amqp = Poco::Logger::get("amqp");
    return amqp;
}

base::SteadyTime steady() {
    return base::Clock::system().steady();
}

std::chrono::milliseconds jittered(std::chrono::milliseconds pause) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const double factor = std::uniform_real_distribution<double>(0.8, 1.2)(random);
    return std::chrono::duration_cast<std::chrono::milliseconds>(pause * factor);
}

std::chrono::milliseconds left(base::SteadyTime until) {
    return std::clamp<std::chrono::milliseconds>(
        std::chrono::ceil<std::chrono::milliseconds>(until - steady()), 0ms, 60s);
}

}  // namespace

Link::Link(const LinkSettings& settings, User& user, Listener& listener)
    : settings_(settings),
      user_(user),
      listener_(listener),
      complaints_(settings.complaints ? *settings.complaints : own_) {}

Link::~Link() {
    close();
}

void Link::open() {
    thread_.start([this] { run(); });
}

void Link::wake() noexcept {
    rung_.store(true);
    // Both in the one order of all threads: it sees the bell before it sleeps, or we see it asleep.
    if (sleeping_.load()) bell_.ring();
}

std::string Link::trouble() const {
    const base::MutexLock lock(mutex_);
    return trouble_;
}

void Link::waitFirst(base::SteadyTime deadline) {
    const base::MutexLock lock(mutex_);
    while (!first_ && tried_.waitUntil(mutex_, deadline)) continue;
}

void Link::close() noexcept {
    stopping_.store(true);
    wake();
    thread_.join();
}

void Link::run() {
    std::size_t next = 0;
    std::chrono::milliseconds backoff = firstPause;
    while (!stopping_.load()) {
        const Broker& broker = settings_.brokers[next];
        const base::SteadyTime begin = steady();
        const std::string why = attempt(broker);
        if (stopping_.load()) return;
        complain("broker " + broker.shown() + ": " + why);
        next = (next + 1) % settings_.brokers.size();
        // One that held for a while was no vain attempt.
        if (steady() - begin > longestPause) backoff = firstPause;
        if (next != 0 && settings_.brokers.size() > 1) continue;
        pause(steady() + jittered(backoff));
        backoff = std::min(2 * backoff, longestPause);
    }
}

// Connects and serves until that ends; returns why.
std::string Link::attempt(const Broker& broker) {
    std::string why;
    bool opened = false;
    try {
        Session session(broker, settings_.ca, settings_.name);
        opened = true;
        user_.opened(session);
        connected_.store(true);
        note({});  // after it: who waited for the first attempt asks whether it is connected
        if (settings_.announces) logger().information("Connected to " + broker.shown());
        listener_.connected();
        serve(session);
        why = "the connection was given up";
    } catch (const WireError& error) {
        why = error.what();
    }
    connected_.store(false);
    if (!stopping_.load()) note(broker.shown() + ": " + why);
    if (opened) user_.closed();
    if (opened) listener_.disconnected();
    return why;
}

void Link::serve(Session& session) {
    while (!stopping_.load()) {
        rung_.store(false);
        int heard = 0;
        while (heard < mostHeard) {
            std::optional<Event> event = session.read();
            if (!event) break;
            user_.heard(session, std::move(*event));
            ++heard;
        }
        const base::SteadyTime next = user_.work(session, steady());
        // What a question to the broker found before its answer is there already.
        if (heard < mostHeard && !session.hasMore())
            wait(session, std::min(next, steady() + longestWait));
    }
}

void Link::wait(Session& session, base::SteadyTime until) {
    sleeping_.store(true);
    if (!rung_.load() && !stopping_.load())
        base::awaitAny({session.socket(), bell_.descriptor()}, left(until));
    sleeping_.store(false);
    bell_.clear();
}

// Between two attempts only the end of all is listened for.
void Link::pause(base::SteadyTime until) {
    while (!stopping_.load() && steady() < until) {
        sleeping_.store(true);
        if (!stopping_.load()) base::awaitAny({bell_.descriptor()}, left(until));
        sleeping_.store(false);
        bell_.clear();
    }
}

void Link::note(const std::string& why) {
    const base::MutexLock lock(mutex_);
    trouble_ = why;
    first_ = true;
    tried_.notifyAll();
}

void Link::complain(const std::string& line) {
    if (complaints_.isNews(line, steady())) logger().warning(line);
}

}  // namespace errand::transport_amqp
