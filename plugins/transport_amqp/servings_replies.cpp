// SPDX-License-Identifier: Apache-2.0
// What servings tell: that a method runs, how far it is, its reply. servings.cpp has the rest.
#include <Poco/Logger.h>

#include "body.h"
#include "envelope.h"
#include "names.h"
#include "rpc/error.h"
#include "servings.h"

namespace errand::transport_amqp {

using Phase = Serving::Phase;

namespace {

// Twice as long as until the next one.
constexpr std::chrono::milliseconds askKept{4000};

// Progress is for people's eyes.
constexpr std::chrono::milliseconds progressInterval{100};

// A reply queue that is gone may come back: its owner declares it again when it notices, within
// seconds. One that does not is nobody's. A repost waits as long.
constexpr std::chrono::seconds sendAgain{1};
constexpr std::chrono::seconds ownerMissed{60};

base::SteadyTime steady() {
    return base::Clock::system().steady();
}

}  // namespace

void Serving::begun(const std::string&) noexcept {
    owner.begun(*this);
}

void Serving::progressed(const rpc::Progress& progress) noexcept {
    owner.progressed(*this, progress);
}

void Serving::ended(rpc::End end) noexcept {
    owner.ended(*this, std::move(end));
}

class Servings::Outcome : public Confirm {
public:
    Outcome(Servings& servings, std::uint64_t serial, About about)
        : servings_(servings), serial_(serial), about_(about) {}
    void published(Published outcome) noexcept override {
        servings_.published(serial_, about_, outcome);
    }

private:
    Servings& servings_;
    const std::uint64_t serial_;
    const About about_;
};

void Servings::publish(Post post) {
    publisher_.publish(std::move(post.message), post.mandatory,
                       std::make_unique<Outcome>(*this, post.serial, post.about));
}

// What this process says of a call that it has, or had.
Message Servings::word(const std::string& address, const char* type, const rpc::CallId& id) const {
    Message message = note(names_.exchange, address, type, id);
    setText(message, bootHeader, names_.boot);
    return message;
}

Servings::Post Servings::askPost(const Serving& serving) const {
    Message message = word(serving.replyTo, askType, serving.id);
    // It is asked again and again: while its owner is away they must not pile up.
    message.persistent = false;
    message.expiration = askKept;
    return {serving.serial, About::ask, true, std::move(message)};
}

Servings::Post Servings::repostPost(const Serving& serving) const {
    return {serving.serial, About::repost, true, serving.copy};
}

Servings::Post Servings::reportPost(const Serving& serving) const {
    return {serving.serial, About::report, false, word(serving.replyTo, begunType, serving.id)};
}

Servings::Post Servings::progressPost(const Serving& serving, const rpc::Progress& progress) const {
    Message message =
        note(names_.exchange, serving.replyTo, progressType, serving.id, progress.text);
    setText(message, fractionHeader, std::to_string(progress.fraction));
    message.persistent = false;
    return {serving.serial, About::progress, false, std::move(message)};
}

Servings::Post Servings::replyPost(const Serving& serving) const {
    // A caller that is no job's owner may be gone: nobody wants to know.
    return {serving.serial, About::reply, serving.ofJob,
            wrapReply(names_.exchange, serving.replyTo, serving.correlationId, serving.body)};
}

// Before the method runs. Where an earlier run may have crashed its process, the report is safe
// with the broker first: else a quick crash would never be told of.
void Servings::begun(Serving& serving) {
    serving.begunAt = steady();
    if (serving.replyTo.empty()) return;
    const bool here = serving.replyTo == names_.address;
    if (here) calls_.begunHere(serving.id);
    if (!serving.ofJob || (here && !serving.careful)) return;
    Post report = reportPost(serving);
    {
        const base::MutexLock lock(mutex_);
        serving.reported = true;
    }
    publish(std::move(report));
    if (serving.careful && !closing_.load()) serving.told.acquire();
}

void Servings::progressed(Serving& serving, const rpc::Progress& progress) {
    if (serving.replyTo == names_.address) {
        calls_.progressedHere(serving.id, progress);
        return;
    }
    if (serving.replyTo.empty() || !serving.ofJob || publisher_.blocked()) return;
    const base::SteadyTime now = steady();
    if (now < serving.progressAt) {
        // The latest is sent when it is time.
        const base::MutexLock lock(mutex_);
        serving.latest = progress;
        setDue(serving, serving.progressAt);
        return;
    }
    serving.progressAt = now + progressInterval;
    publish(progressPost(serving, progress));
}

void Servings::ended(Serving& serving, rpc::End end) {
    switch (end.kind) {
        case rpc::End::Kind::reply: {
            if (serving.begunAt != base::SteadyTime{}) {
                const auto prefetch = serving.queue.pace.ran(steady() - serving.begunAt);
                if (prefetch && !closing_.load()) {
                    consumer_.setPrefetch(serving.queue.number, *prefetch);
                }
            }
            const bool full = !serving.ofJob && end.reply.tryAgain() && serving.stored;
            full ? storeLater(serving) : reply(serving, end.reply);
            return;
        }
        case rpc::End::Kind::unavailable:
            // A cancel took it out of the queue, or the queue has been shut.
            if (!isCancelled(serving)) break;
            reply(serving, {rpc::ErrorReply{"Cancelled", "the call was cancelled"}, {}});
            return;
        case rpc::End::Kind::timeout:
        case rpc::End::Kind::overdue:
        case rpc::End::Kind::unknownService:
        case rpc::End::Kind::lost:
        case rpc::End::Kind::detached:
            break;
    }
    // The close: what is not acknowledged goes to another. Its owner need not find out by himself
    // that it does not run here any more: that would look like a crash.
    if (serving.ofJob && serving.begunAt != base::SteadyTime{}) {
        publisher_.publish(word(serving.replyTo, absentType, serving.id), false, nullptr);
    }
    Owned over;
    const base::MutexLock lock(mutex_);
    over = release(serving);
}

bool Servings::isCancelled(const Serving& serving) {
    const base::MutexLock lock(mutex_);
    return serving.cancelled;
}

void Servings::reply(Serving& serving, const rpc::Reply& answer) {
    Owned over;
    Post post;
    {
        const base::MutexLock lock(mutex_);
        serving.phase = Phase::replying;
        setDue(serving, std::nullopt);
        if (serving.replyTo.empty()) {
            over = release(serving);
        } else {
            serving.body = writeReply(answer);
            post = replyPost(serving);
        }
    }
    if (over) {
        acknowledge(over);
    } else {
        publish(std::move(post));
    }
}

void Servings::published(std::uint64_t serial, About about, Published outcome) {
    Owned over;
    {
        const base::MutexLock lock(mutex_);
        Serving* serving = find(serial);
        if (!serving) return;
        switch (about) {
            case About::ask:
                // It is asked again at the next tick, until its owner is given up.
                if (serving->phase == Phase::asking && isMissed(*serving, outcome)) {
                    over = release(*serving);
                }
                break;
            case About::repost:
                reposted(*serving, outcome);
                if (serving->phase == Phase::replied) over = release(*serving);
                break;
            case About::report:
                serving->told.release();
                break;
            case About::progress:
                break;
            case About::reply:
                replied(*serving, outcome);
                if (serving->phase == Phase::replied) over = release(*serving);
        }
    }
    if (over) acknowledge(over);
}

// Whether whoever waits for it cannot be reached for so long that he is gone.
bool Servings::isMissed(Serving& serving, Published outcome) {
    if (outcome == Published::confirmed || outcome == Published::lost) {
        serving.unsentSince.reset();
        return false;
    }
    const base::SteadyTime now = steady();
    if (!serving.unsentSince) serving.unsentSince = now;
    if (now - *serving.unsentSince < ownerMissed) return false;
    Poco::Logger::get("amqp").warning("nobody waits for it any more: " + serving.id);
    return true;
}

// The old copy is acknowledged once the new one is safe.
void Servings::reposted(Serving& serving, Published outcome) {
    if (outcome == Published::confirmed) {
        serving.phase = Phase::replied;
    } else {
        setDue(serving, steady() + sendAgain);
    }
}

void Servings::replied(Serving& serving, Published outcome) {
    if (outcome == Published::tooLarge && !serving.tooLarge) {
        serving.tooLarge = true;
        const std::string bytes = std::to_string(serving.body.size());
        const std::string text = "the reply has " + bytes + " bytes, more than the broker takes";
        serving.body = writeReply({rpc::ErrorReply{"MessageTooLarge", text}, {}});
        setDue(serving, steady() + sendAgain);
    } else if (outcome == Published::confirmed || isMissed(serving, outcome)) {
        serving.phase = Phase::replied;
    } else {
        setDue(serving, steady() + sendAgain);
    }
}

Serving* Servings::find(std::uint64_t serial) {
    const auto place = servings_.find(serial);
    return place == servings_.end() ? nullptr : place->second.get();
}

// The request that a message is about: by a job's call, or by the caller and its call.
Serving* Servings::findKey(const Message& message) {
    const std::string id = message.correlationId.value_or("");
    auto place = byKey_.find(id);
    if (place == byKey_.end()) place = byKey_.find(message.replyTo.value_or("") + '/' + id);
    return place == byKey_.end() ? nullptr : find(place->second);
}

void Servings::setDue(Serving& serving, std::optional<base::SteadyTime> at) {
    if (serving.dueAt) due_.erase({*serving.dueAt, serving.serial});
    serving.dueAt = at;
    if (at) due_.emplace(*at, serving.serial);
}

Servings::Owned Servings::release(Serving& serving) {
    setDue(serving, std::nullopt);
    const auto key = byKey_.find(serving.key);
    if (key != byKey_.end() && key->second == serving.serial) byKey_.erase(key);
    const auto place = servings_.find(serving.serial);
    Owned owned = std::move(place->second);
    servings_.erase(place);
    changed_.notifyAll();
    return owned;
}

void Servings::acknowledge(const Owned& serving) {
    for (const Ticket& ticket : serving->tickets) consumer_.acknowledge(ticket);
}

}  // namespace errand::transport_amqp
