// SPDX-License-Identifier: Apache-2.0
// What calls hear: replies, and what workers say of calls that they run. calls.cpp has the rest.
#include <Poco/Logger.h>

#include <algorithm>

#include "base/json.h"
#include "body.h"
#include "calls.h"
#include "envelope.h"
#include "names.h"

namespace errand::transport_amqp {

using Kind = rpc::End::Kind;

namespace {

// So often a call that came again without ever having begun is let run. Then its owner sends it
// anew.
constexpr int mostGrants = 3;

constexpr auto run = "run";
constexpr auto drop = "drop";

bool isElsewhere(const std::string& granted, const std::string& boot) {
    return !granted.empty() && granted != boot;
}

double fraction(const Message& message) {
    return std::strtod(textHeader(message, fractionHeader).c_str(), nullptr);
}

}  // namespace

void Calls::delivered(Delivery delivery) noexcept {
    const Message& message = delivery.message;
    if (isForNextRun(message)) return;
    const std::string type = message.type.value_or("");
    if (type.empty()) {
        replied(std::move(delivery));
        return;
    }
    const rpc::CallId id = message.correlationId.value_or("");
    const std::string boot = textHeader(message, bootHeader);
    if (type == begunType) begun(id, boot);
    if (type == progressType) progressed(id, {fraction(message), message.body});
    if (type == askType) asked(id, boot);
    if (type == absentType) absent(id, boot);
    consumer_.acknowledge(delivery.ticket);
}

// While it closes: what is said of a call that was given up, and that one hangs here, stays with
// the broker unacknowledged.
bool Calls::isForNextRun(const Message& message) {
    const base::MutexLock lock(mutex_);
    return closed_ && (message.type == absentType || !find(message.correlationId.value_or("")));
}

void Calls::replied(Delivery delivery) {
    const rpc::CallId id = delivery.message.correlationId.value_or("");
    std::unique_ptr<Pending> over;
    bool settling = false;
    {
        const base::MutexLock lock(mutex_);
        over = take(id);
        // One whose outcome waits for the disk comes again after a reconnect: it stays with the
        // broker until then.
        const auto place = unsettled_.find(id);
        settling = !over && place != unsettled_.end();
        if (settling) place->second.push_back(delivery.ticket);
        if (over && over->call.job) unsettled_[id].push_back(delivery.ticket);
    }
    if (settling) return;
    if (!over) {
        Poco::Logger::get("amqp").debug("a reply nobody waits for: " + id);
        consumer_.acknowledge(delivery.ticket);
        return;
    }
    // Nobody else has it any more. Whatever was replied to has begun.
    if (over->begun.empty()) over->observer->begun({});
    rpc::End end{Kind::reply, readReply(delivery.message.body), {}};
    if (over->call.job) {
        end.acknowledge = [this, id] { settled(id); };
    } else {
        consumer_.acknowledge(delivery.ticket);
    }
    over->observer->ended(std::move(end));
}

void Calls::settled(const rpc::CallId& id) {
    std::vector<Ticket> tickets;
    {
        const base::MutexLock lock(mutex_);
        const auto place = unsettled_.find(id);
        if (place == unsettled_.end()) return;
        tickets.swap(place->second);
        unsettled_.erase(place);
    }
    for (const Ticket& ticket : tickets) consumer_.acknowledge(ticket);
}

void Calls::begunHere(const rpc::CallId& call) {
    begun(call, names_.boot);
}

void Calls::progressedHere(const rpc::CallId& call, const rpc::Progress& progress) {
    progressed(call, progress);
}

void Calls::setBegun(Pending& pending, const std::string& boot) {
    pending.begun = boot;
    if (pending.call.job) ++workers_[boot];
    if (!pending.overdueAt) return;
    due_.erase({*pending.overdueAt, pending.call.id});
    pending.overdueAt.reset();
}

void Calls::begun(const rpc::CallId& id, const std::string& boot) {
    bool wanted = true;
    {
        const base::MutexLock lock(mutex_);
        Pending* pending = find(id);
        if (pending && pending->begun.empty() && !boot.empty()) {
            setBegun(*pending, boot);
            pending->observer->begun(boot);
        }
        wanted = closed_ || (pending && !pending->cancelRequested);
    }
    // Its claim is over, or its end was asked for while it was on its way.
    if (!wanted) sendCancel(id, boot, {});
}

void Calls::progressed(const rpc::CallId& id, const rpc::Progress& progress) {
    const base::MutexLock lock(mutex_);
    Pending* pending = find(id);
    if (pending) pending->observer->progressed(progress);
}

// A copy of a job's call came to a worker that does not know whether it may run.
void Calls::asked(const rpc::CallId& id, const std::string& boot) {
    const char* verdict = drop;
    std::unique_ptr<Pending> over;
    std::string other;
    {
        const base::MutexLock lock(mutex_);
        Pending* pending = find(id);
        if (pending && pending->begun.empty() && isElsewhere(pending->granted, boot)) {
            other = pending->granted;
        } else if (pending && pending->begun.empty()) {
            // One that asks again has not heard the answer.
            if (pending->granted != boot) ++pending->grants;
            pending->granted = boot;
            if (pending->grants > mostGrants) {
                over = take(id);
            } else {
                verdict = run;
            }
        } else if (pending && pending->begun != boot) {
            // The lookout tells whether that worker lives; until then the asker holds the copy.
            if (std::ranges::find(pending->askers, boot) == pending->askers.end()) {
                pending->askers.push_back(boot);
            }
            asked_ = true;
            return;
        }
    }
    // Two copies at a time: the other is told once more, and says so if it has none. Meanwhile this
    // one asks again and again.
    if (!other.empty()) return answer(id, other, run);
    // Nobody has begun it: no crash is counted.
    if (over) over->observer->ended({Kind::overdue, {}, {}});
    answer(id, boot, verdict);
}

void Calls::answer(const rpc::CallId& id, const std::string& boot, const char* verdict) {
    Message message = note(names_.exchange, boot, answerType, id, verdict);
    message.replyTo = names_.address;
    publisher_.publish(std::move(message), false, nullptr);
}

// Its reply is lost, with the queue that held it.
void Calls::absent(const rpc::CallId& id, const std::string& boot) {
    std::unique_ptr<Pending> over;
    {
        const base::MutexLock lock(mutex_);
        Pending* pending = find(id);
        if (pending && pending->begun == boot) over = take(id);
        if (pending && !over && pending->granted == boot) pending->granted.clear();
    }
    if (over) over->observer->ended({Kind::overdue, {}, {}});
}

void Calls::workerIsThere(const std::string& boot) {
    std::vector<std::pair<rpc::CallId, std::string>> answers;
    {
        const base::MutexLock lock(mutex_);
        unhosted_.erase(boot);
        if (!asked_) return;
        asked_ = false;
        for (auto& [id, pending] : pending_) {
            if (pending->begun == boot) {
                for (std::string& asker : pending->askers) answers.emplace_back(id, asker);
                pending->askers.clear();
            }
            asked_ = asked_ || !pending->askers.empty();
        }
    }
    for (const auto& [id, asker] : answers) answer(id, asker, drop);
}

void Calls::workerIsGone(const std::string& boot) {
    Taken taken;
    {
        const base::MutexLock lock(mutex_);
        if (hosts_.contains(boot)) unhosted_.insert(boot);
        std::vector<rpc::CallId> ids;
        for (const auto& [id, pending] : pending_) {
            if (pending->begun == boot) ids.push_back(id);
            if (pending->granted == boot) pending->granted.clear();
        }
        for (const rpc::CallId& id : ids) taken.push_back(take(id));
    }
    for (auto& pending : taken) {
        for (const std::string& asker : pending->askers) answer(pending->call.id, asker, drop);
        pending->observer->ended({Kind::lost, {}, {}});
    }
}

}  // namespace errand::transport_amqp
