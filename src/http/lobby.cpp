// SPDX-License-Identifier: Apache-2.0
#include "http/lobby.h"

#include <algorithm>
#include <cerrno>
#include <string>

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include "http/problem.h"

namespace errand::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The door's; no guest has it.
constexpr std::uint64_t doorToken = 0;
// Let in at a time: those who are in already are heard in between.
constexpr int guestsAtATime = 64;
// How long nobody is let in once the system has no more descriptors or memory.
constexpr milliseconds shutFor{100};
// Of a wait for nothing but a ring.
constexpr milliseconds longestWait{3'600'000};

bool isWantOfRoom(int error) noexcept {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

// In the clear, and only where the system takes it at once; through TLS nothing could be said
// before a handshake.
void refuse(Channel& channel) {
    Response response = problem(503, "as many connections are open as may be");
    response.addField("Retry-After", "1");
    std::string out;
    writeResponse(out, response, {true, false, 1}, base::Clock::system().now());
    channel.send(out, Channel::Wait::no);
    channel.finishSending();
}

}  // namespace

Lobby::Lobby(const Settings& settings, const Poco::Net::ServerSocket& door, Open open, Crew& crew)
    : settings_(settings), open_(std::move(open)), crew_(crew), door_(door) {}

void Lobby::start() {
    {
        const base::MutexLock lock(mutex_);
        running_ = true;
    }
    door_.setBlocking(false);
    set_.add(door_.impl()->sockfd(), doorToken, base::PollSet::For::bytes);
    worker_.start([this] { run(); });
}

void Lobby::enter(Guest guest) {
    const base::MutexLock lock(mutex_);
    if (!running_) return;
    if (arrivals_.empty()) set_.wake();
    arrivals_.push_back(std::move(guest));
}

void Lobby::stop() {
    {
        const base::MutexLock lock(mutex_);
        running_ = false;
    }
    set_.wake();
    worker_.join();
    guests_.clear();
    deadlines_.clear();
    count_ = 0;
}

void Lobby::run() {
    std::vector<Guest> arrivals;
    while (true) {
        const auto& events = set_.wait(untilNext(steady_clock::now()));
        const auto now = steady_clock::now();
        {
            const base::MutexLock lock(mutex_);
            if (!running_) return;
            arrivals.swap(arrivals_);
        }
        for (Guest& guest : arrivals) admit(std::move(guest), now);
        arrivals.clear();
        bool knocks = false;
        for (const base::PollSet::Event& event : events) {
            if (event.token == doorToken)
                knocks = true;
            else if (guests_.contains(event.token))
                crew_.add(take(event.token));
        }
        if (knocks) letIn(now);
        endWaits(now);
        count_ = guests_.size();
    }
}

void Lobby::letIn(base::SteadyTime now) {
    for (int i = 0; i < guestsAtATime; ++i) {
        try {
            if (!door_.poll(Poco::Timespan(), Poco::Net::Socket::SELECT_READ)) return;
            const Poco::Net::StreamSocket socket = door_.acceptConnection();
            Guest guest{.channel = open_(socket),
                        .address = socket.peerAddress().host().toString()};
            // A handshake is as good as a head that has begun.
            if (!guest.channel->agreed()) guest.begun = now;
            if (!makeRoom())
                refuse(*guest.channel);
            else
                admit(std::move(guest), now);
        } catch (const Poco::Exception& error) {
            // Gone before it was let in, most of them. Where there are no descriptors the next
            // comes as soon as one has been given up.
            if (!isWantOfRoom(error.code())) continue;
            complain(error.displayText(), now);
            if (!closeOne()) return shutDoor(now);
        } catch (const std::exception& error) {
            complain(error.what(), now);
            return shutDoor(now);
        }
    }
}

void Lobby::complain(const std::string& reason, base::SteadyTime now) {
    if (complaints_.take("", 1, now).granted)
        Poco::Logger::get("http").error("cannot let a client in: " + reason);
}

// Whoever would leave next by itself goes for one who comes now, unless it has just said something:
// then it is served.
bool Lobby::makeRoom() {
    const std::size_t busy =
        static_cast<std::size_t>(crew_.waiting()) + static_cast<std::size_t>(crew_.busy());
    return guests_.size() + busy < settings_.maxConnections || closeOne();
}

bool Lobby::closeOne() {
    while (!deadlines_.empty()) {
        Guest guest = take(deadlines_.begin()->second);
        if (!guest.channel->readable()) return true;
        crew_.add(std::move(guest));
    }
    return false;
}

void Lobby::shutDoor(base::SteadyTime now) {
    set_.remove(door_.impl()->sockfd());
    doorOpens_ = now + shutFor;
}

void Lobby::admit(Guest guest, base::SteadyTime now) {
    const std::uint64_t token = ++lastToken_;
    const bool idle = guest.begun == base::SteadyTime{};
    const auto deadline =
        idle ? now + settings_.idleTimeout : guest.begun + settings_.headerDeadline;
    if (!set_.add(guest.channel->descriptor(), token, base::PollSet::For::bytes)) return;
    deadlines_.emplace(deadline, token);
    guests_.emplace(token, Resting{std::move(guest), deadline});
}

Guest Lobby::take(std::uint64_t token) {
    const auto found = guests_.find(token);
    Guest guest = std::move(found->second.guest);
    deadlines_.erase({found->second.deadline, token});
    guests_.erase(found);
    set_.remove(guest.channel->descriptor());
    return guest;
}

// Who has said nothing is closed; who has not said all is told so, by the crew.
void Lobby::endWaits(base::SteadyTime now) {
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        Guest guest = take(deadlines_.begin()->second);
        if (guest.begun != base::SteadyTime{}) crew_.add(std::move(guest));
    }
    if (doorOpens_ == base::SteadyTime{} || doorOpens_ > now) return;
    doorOpens_ = {};
    set_.add(door_.impl()->sockfd(), doorToken, base::PollSet::For::bytes);
}

milliseconds Lobby::untilNext(base::SteadyTime now) const {
    base::SteadyTime next = now + longestWait;
    if (!deadlines_.empty()) next = std::min(next, deadlines_.begin()->first);
    if (doorOpens_ != base::SteadyTime{}) next = std::min(next, doorOpens_);
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(next - now));
}

}  // namespace errand::http
