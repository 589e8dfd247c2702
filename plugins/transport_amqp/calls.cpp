// SPDX-License-Identifier: Apache-2.0
#include "calls.h"

#include <Poco/Logger.h>

#include <algorithm>

#include "envelope.h"
#include "names.h"

namespace errand::transport_amqp {

using Kind = rpc::End::Kind;

namespace {

// The broker drops what has waited for its whole window; so long may a copy of it and the word that
// it has begun be on their way.
constexpr std::chrono::seconds afterWindow{2};

// A call that nobody has begun for so long waits for more than a busy worker.
constexpr std::chrono::seconds longWait{3};

// What is not overdue for want of news is looked at again so much later; so is everything.
constexpr std::chrono::seconds lookAgain{1};

void tell(std::unique_ptr<Pending> pending, Kind kind) {
    if (pending) pending->observer->ended({kind, {}, {}});
}

}  // namespace

// Brings the publisher's word on one request home.
class Calls::Sent : public Confirm {
public:
    Sent(Calls& calls, rpc::CallId id, std::uint64_t serial)
        : calls_(calls), id_(std::move(id)), serial_(serial) {}
    void published(Published outcome) noexcept override { calls_.sent(id_, serial_, outcome); }

private:
    Calls& calls_;
    const rpc::CallId id_;
    const std::uint64_t serial_;
};

Calls::Calls(Publisher& publisher, Consumer& consumer, Ticker& ticker, Names names)
    : publisher_(publisher),
      consumer_(consumer),
      ticker_(ticker),
      names_(std::move(names)),
      lookout_(publisher, names_.exchange, *this) {}

Pending* Calls::find(const rpc::CallId& id) {
    const auto place = pending_.find(id);
    return place == pending_.end() ? nullptr : place->second.get();
}

// Null when no call is taken any more, or one of that id is there.
Pending* Calls::add(rpc::Call call, rpc::CallObserver& observer, bool nested) {
    if (ended_ || (closed_ && !nested)) return nullptr;
    const auto [place, fresh] = pending_.try_emplace(call.id);
    if (!fresh) return nullptr;
    place->second = std::make_unique<Pending>();
    Pending& pending = *place->second;
    pending.call = std::move(call);
    pending.observer = &observer;
    pending.nested = nested;
    pending.serial = ++lastSerial_;
    if (pending.call.deadline) due_.emplace(*pending.call.deadline, pending.call.id);
    return &pending;
}

void Calls::setWindow(Pending& pending, base::SteadyTime now) {
    if (!pending.call.job || pending.call.window.count() == 0 || !pending.begun.empty()) return;
    if (pending.overdueAt) due_.erase({*pending.overdueAt, pending.call.id});
    pending.overdueAt = now + pending.call.window + afterWindow;
    due_.emplace(*pending.overdueAt, pending.call.id);
}

void Calls::call(rpc::Call call, rpc::CallObserver& observer, bool nested) {
    Message message = wrapCall(call, names_.exchange, names_.address, false);
    const rpc::CallId id = call.id;
    const std::optional<base::SteadyTime> deadline = call.deadline;
    std::uint64_t serial = 0;
    bool sooner = false;
    {
        const base::MutexLock lock(mutex_);
        Pending* pending = add(std::move(call), observer, nested);
        if (pending) {
            serial = pending->serial;
            pending->way = Pending::Way::asked;
            setWindow(*pending, base::Clock::system().steady());
            sooner = deadline && due_.begin()->second == id;
        }
    }
    if (serial == 0) {
        observer.ended({Kind::unavailable, {}, {}});
        return;
    }
    send(id, serial, std::move(message));
    if (sooner) ticker_.ring();
}

void Calls::attach(rpc::Call call, const rpc::Attachment& known, rpc::CallObserver& observer) {
    const base::MutexLock lock(mutex_);
    Pending* pending = add(std::move(call), observer, false);
    if (!pending) return;
    pending->again = true;
    if (!known.begun.empty()) setBegun(*pending, known.begun);
    setWindow(*pending, base::Clock::system().steady());
    if (known.sent) {
        pending->way = Pending::Way::sent;
        pending->call.arguments = {};
    } else {
        unsent_ = true;  // the next tick sends it
    }
}

void Calls::send(const rpc::CallId& id, std::uint64_t serial, Message message) {
    publisher_.publish(std::move(message), true, std::make_unique<Sent>(*this, id, serial));
}

void Calls::sent(const rpc::CallId& id, std::uint64_t serial, Published outcome) {
    std::unique_ptr<Pending> over;
    {
        const base::MutexLock lock(mutex_);
        Pending* pending = find(id);
        // Its reply was faster than the confirm.
        if (!pending || pending->serial != serial) return;
        switch (outcome) {
            case Published::confirmed:
                pending->way = Pending::Way::sent;
                pending->call.arguments = {};
                // From now on the broker counts.
                setWindow(*pending, base::Clock::system().steady());
                // Within the lock, as all but the end: so the end comes last.
                pending->observer->sent();
                return;
            case Published::lost:
                pending->way = Pending::Way::unsent;
                pending->again = true;
                unsent_ = true;
                return;
            case Published::unroutable:
            case Published::tooLarge:
            case Published::refused:
                over = take(id);
        }
    }
    if (outcome == Published::tooLarge) {
        const std::string text = "the call is larger than the broker takes";
        over->observer->ended({Kind::reply, {rpc::ErrorReply{"MessageTooLarge", text}, {}}, {}});
        return;
    }
    const bool unknown = outcome == Published::unroutable;
    tell(std::move(over), unknown ? Kind::unknownService : Kind::unavailable);
}

void Calls::disconnected() {
    drained_.store(false);
    lookout_.cutOff();
}

void Calls::connected() {
    ticker_.ring();
}

void Calls::sendUnsent() {
    struct Again {
        rpc::CallId id;
        std::uint64_t serial;
        Message message;
    };
    std::vector<Again> toSend;
    {
        const base::MutexLock lock(mutex_);
        if (!unsent_) return;
        unsent_ = false;
        const base::SteadyTime now = base::Clock::system().steady();
        for (auto& [id, pending] : pending_) {
            if (pending->way != Pending::Way::unsent) continue;
            pending->way = Pending::Way::asked;
            setWindow(*pending, now);
            toSend.push_back(
                {id, pending->serial,
                 wrapCall(pending->call, names_.exchange, names_.address, pending->again)});
        }
    }
    for (Again& each : toSend) send(each.id, each.serial, std::move(each.message));
}

void Calls::cancel(const rpc::CallId& call) {
    std::unique_ptr<Pending> over;
    std::string service;
    std::string worker;
    {
        const base::MutexLock lock(mutex_);
        Pending* pending = find(call);
        if (!pending) return;
        pending->cancelRequested = true;
        if (pending->way == Pending::Way::unsent && !pending->again) over = take(call);
        service = over ? std::string() : pending->call.service;
        worker = over ? std::string() : pending->begun;
    }
    if (over) {
        tell(std::move(over), Kind::unavailable);
    } else {
        sendCancel(call, hostsKey(service), worker);
    }
}

// To all who serve it, since only a job's worker is known by name.
void Calls::sendCancel(const rpc::CallId& id, const std::string& address,
                       const std::string& worker) {
    Message message = note(names_.exchange, address, cancelType, id);
    message.replyTo = names_.address;
    if (!worker.empty()) setText(message, workerHeader, worker);
    publisher_.publish(std::move(message), false, nullptr);
}

bool Calls::forget(const rpc::CallId& call) {
    const base::MutexLock lock(mutex_);
    return take(call) != nullptr;
}

std::unique_ptr<Pending> Calls::take(const rpc::CallId& id) {
    const auto place = pending_.find(id);
    if (place == pending_.end()) return nullptr;
    std::unique_ptr<Pending> pending = std::move(place->second);
    pending_.erase(place);
    if (pending->overdueAt) due_.erase({*pending->overdueAt, id});
    if (pending->call.deadline) due_.erase({*pending->call.deadline, id});
    const auto worker = workers_.find(pending->begun);
    if (worker != workers_.end() && --worker->second == 0) workers_.erase(worker);
    if (pending_.empty()) emptied_.notifyAll();
    return pending;
}

base::SteadyTime Calls::tick(base::SteadyTime now) {
    if (publisher_.connected()) sendUnsent();
    std::vector<std::pair<std::unique_ptr<Pending>, Kind>> over;
    std::set<std::string> workers;
    base::SteadyTime next = now + lookAgain;
    {
        const base::MutexLock lock(mutex_);
        while (!due_.empty() && due_.begin()->first <= now) {
            const rpc::CallId id = due_.begin()->second;
            const auto kind = look(*find(id), now);
            if (kind) over.emplace_back(take(id), *kind);
        }
        if (!due_.empty()) next = std::min(next, due_.begin()->first);
        for (const auto& [boot, calls] : workers_) {
            if (boot != names_.boot) workers.insert(boot);
        }
        watchHosts(now);
        workers.insert(hosts_.begin(), hosts_.end());
        workers.insert(grantees_.begin(), grantees_.end());
    }
    for (auto& [pending, kind] : over) {
        // Some worker may hold it, behind others.
        if (kind == Kind::overdue) {
            sendCancel(pending->call.id, hostsKey(pending->call.service), {});
        }
        tell(std::move(pending), kind);
    }
    // Else the replies of one that is gone may be unread.
    if (drained_.load()) lookout_.tick(now, workers);
    return next;
}

// A queue keeps calls though nobody receives from it: whoever waits for long has his service looked
// for.
void Calls::watchHosts(base::SteadyTime now) {
    if (now < nextHostsLook_) return;
    nextHostsLook_ = now + Lookout::interval;
    hosts_.clear();
    grantees_.clear();
    for (const auto& [id, pending] : pending_) {
        if (pending->begun.empty() && !pending->granted.empty()) grantees_.insert(pending->granted);
        if (!pending->overdueAt || pending->way != Pending::Way::sent) continue;
        const auto sentAt = *pending->overdueAt - pending->call.window - afterWindow;
        if (now - sentAt >= longWait) hosts_.insert(hostsKey(pending->call.service));
    }
    std::erase_if(unhosted_, [this](const std::string& key)
                                 REQUIRES(mutex_) { return !hosts_.contains(key); });
}

std::string Calls::missing() {
    const base::MutexLock lock(mutex_);
    std::string text;
    for (const std::string& key : unhosted_) {
        text += (text.empty() ? "service " : ", service ") +
                key.substr(std::string_view(hostsPrefix).size());
    }
    return text;
}

// How a call that is due ends; nullopt: it goes on, and is due later. While the broker is away, or
// has not said all it has, a job may have an answer waiting there.
std::optional<Kind> Calls::look(Pending& pending, base::SteadyTime now) {
    const bool sent = pending.way == Pending::Way::sent;
    const bool knows = !pending.call.job || (drained_.load() && sent);
    std::optional<base::SteadyTime>& deadline = pending.call.deadline;
    const bool late = deadline && *deadline <= now;
    if (knows) return late ? Kind::timeout : Kind::overdue;
    std::optional<base::SteadyTime>& due = late ? deadline : pending.overdueAt;
    due_.erase({*due, pending.call.id});
    due = now + lookAgain;
    due_.emplace(*due, pending.call.id);
    return std::nullopt;
}

void Calls::detach(bool all) {
    Taken taken;
    {
        const base::MutexLock lock(mutex_);
        closed_ = true;
        ended_ = ended_ || all;
        std::vector<rpc::CallId> ids;
        for (const auto& [id, pending] : pending_) {
            const bool elsewhere = pending->begun != names_.boot && !pending->nested;
            if (all || elsewhere) ids.push_back(id);
        }
        for (const rpc::CallId& id : ids) taken.push_back(take(id));
    }
    for (auto& pending : taken) tell(std::move(pending), Kind::detached);
}

void Calls::detachOthers() {
    detach(false);
}

void Calls::detachAll() {
    detach(true);
}

void Calls::waitUntil(base::SteadyTime deadline) {
    const base::MutexLock lock(mutex_);
    while (!pending_.empty() && emptied_.waitUntil(mutex_, deadline)) continue;
}

}  // namespace errand::transport_amqp
