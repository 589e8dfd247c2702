// SPDX-License-Identifier: Apache-2.0
#include "rpc/lane.h"

#include <algorithm>
#include <thread>

#include "rpc/host.h"

namespace errand::rpc {

namespace {

// Below this many, taking the gaps out of the queue is not worth it.
constexpr std::size_t gapsTolerated = 64;

}  // namespace

Lane::Lane(Host& host, Deadlines& deadlines, Service& service)
    : host_(host), deadlines_(deadlines), service_(service), name_(service.name()) {
    for (int i = 0; i < service.workers(); ++i) crews_.emplace_back(service.name());
}

void Lane::start() {
    {
        const base::MutexLock lock(mutex_);
        working_ = crews_.size();
    }
    for (Crew& crew : crews_) {
        host_.enter();
        crew.thread.start([this, &crew] { work(crew); });
    }
}

bool Lane::push(Call call, CallObserver* observer) {
    const std::optional<base::SteadyTime> deadline = call.deadline;
    auto run = std::make_unique<Run>(host_, mutex_, std::move(call), observer);
    bool wake = false;
    {
        const base::MutexLock lock(mutex_);
        if (shut_ || waiting_ == maxWaiting) return false;
        run->setSequence(++lastSequence_);
        // Within the lock: else it could come after the call's end, which takes it away.
        if (deadline) deadlines_.add({*deadline, lastSequence_, this});
        queue_.push_back({lastSequence_, std::move(run)});
        ++waiting_;
        wake = mustWake();
    }
    if (wake) arrived_.notifyOne();
    return true;
}

// One is woken at a time: whoever comes and finds more work than its own wakes the next. So a burst
// costs its sender one wake-up, and a thread that comes back from its method before the woken one
// is there costs none.
bool Lane::mustWake() {
    if (sleepers_ == 0 || waking_ || waiting_ == 0) return false;
    waking_ = true;
    return true;
}

void Lane::work(Crew& crew) {
    std::unique_ptr<Run> run;
    while ((run = next(crew, std::move(run)))) {
        if (host_.enterSolo(run->request())) {
            run->begin();
            run->finish(host_.answer(service_, run->context()));
            host_.leaveSolo(run->request());
        } else {
            refuse(*run);
        }
        if (run->request().deadline) forget(*run);
    }
    {
        // The last this thread sees of the lane: abandon() tells the ended from the stuck by it.
        const base::MutexLock lock(mutex_);
        crew.ended = true;
        --working_;
        ended_.notifyAll();
    }
    host_.leave();
}

// It could not run beside the others, or these have been left to themselves.
void Lane::refuse(Run& run) {
    if (host_.closed()) {
        run.refuse({End::Kind::detached, {}, {}});
    } else {
        run.refuse({End::Kind::reply,
                    {TryAgainReply{"no room to run alone", {}, Scope::service}, {}},
                    {}});
    }
}

// Puts away what was done and takes the next, in one lock; null when the lane is shut.
std::unique_ptr<Run> Lane::next(Crew& crew, std::unique_ptr<Run> done) {
    std::unique_ptr<Run> run;
    bool wake = false;
    {
        const base::MutexLock lock(mutex_);
        crew.run = nullptr;
        while (waiting_ == 0 && !shut_) {
            done.reset();  // its memory is not kept over a sleep
            ++sleepers_;
            arrived_.wait(mutex_);
            --sleepers_;
            waking_ = false;
        }
        if (waiting_ > 0) run = takeFirst();
        crew.run = run.get();
        wake = mustWake();
    }
    if (wake) arrived_.notifyOne();
    return run;
}

std::unique_ptr<Run> Lane::takeFirst() {
    std::unique_ptr<Run> run;
    while (!run) {
        run = std::move(queue_.front().run);
        queue_.pop_front();
    }
    --waiting_;
    return run;
}

// Leaves a gap, since the queue is ordered by sequence and searched by it; many gaps are closed.
std::unique_ptr<Run> Lane::takeOut(Waiting& waiting) {
    std::unique_ptr<Run> run = std::move(waiting.run);
    --waiting_;
    if (queue_.size() > 2 * waiting_ + gapsTolerated) {
        std::erase_if(queue_, [](const Waiting& each) { return !each.run; });
    }
    return run;
}

void Lane::forget(const Run& run) {
    deadlines_.remove({*run.request().deadline, run.sequence(), this});
}

bool Lane::cancel(const CallId& call) {
    std::unique_ptr<Run> waiting;
    std::optional<CallId> outside;
    {
        const base::MutexLock lock(mutex_);
        for (Crew& crew : crews_) {
            if (!crew.run || crew.run->request().id != call) continue;
            outside = crew.run->cancel();
        }
        const auto place = std::find_if(queue_.begin(), queue_.end(), [&](const Waiting& each) {
            return each.run && each.run->request().id == call;
        });
        if (!outside && place == queue_.end()) return false;
        if (!outside) waiting = takeOut(*place);
    }
    if (outside) {
        if (!outside->empty()) host_.cancelOutside(*outside);
        return true;
    }
    if (waiting->request().deadline) forget(*waiting);
    if (auto* observer = waiting->observer()) observer->ended({End::Kind::unavailable, {}, {}});
    return true;
}

void Lane::expire(std::uint64_t sequence) {
    std::unique_ptr<Run> waiting;
    CallObserver* observer = nullptr;
    {
        const base::MutexLock lock(mutex_);
        const auto place = std::lower_bound(
            queue_.begin(), queue_.end(), sequence,
            [](const Waiting& each, std::uint64_t wanted) { return each.sequence < wanted; });
        if (place != queue_.end() && place->sequence == sequence && place->run) {
            waiting = takeOut(*place);
            observer = waiting->observer();
        } else {
            for (Crew& crew : crews_) {
                if (!crew.run || crew.run->sequence() != sequence) continue;
                observer = crew.run->endEarly(End::Kind::timeout);
            }
        }
    }
    if (observer) observer->ended({End::Kind::timeout, {}, {}});
}

void Lane::shut() {
    std::deque<Waiting> rest;
    {
        const base::MutexLock lock(mutex_);
        shut_ = true;
        waiting_ = 0;
        rest.swap(queue_);
        arrived_.notifyAll();
    }
    for (Waiting& each : rest) {
        if (!each.run) continue;
        if (each.run->request().deadline) forget(*each.run);
        auto* observer = each.run->observer();
        if (observer) observer->ended({End::Kind::detached, {}, {}});
    }
}

void Lane::waitUntil(base::SteadyTime deadline) {
    const base::MutexLock lock(mutex_);
    while (working_ > 0 && ended_.waitUntil(mutex_, deadline)) continue;
}

void Lane::abandon() {
    std::vector<CallObserver*> observers;
    {
        const base::MutexLock lock(mutex_);
        for (Crew& crew : crews_) {
            if (!crew.run) continue;
            auto* observer = crew.run->endEarly(End::Kind::detached);
            if (observer) observers.push_back(observer);
        }
    }
    for (auto* observer : observers) observer->ended({End::Kind::detached, {}, {}});
    // Observers may be gone when the close returns. Hearing of an end does not block, so this is
    // short.
    while (isTelling()) std::this_thread::yield();

    for (Crew& crew : crews_) {
        bool ended = false;
        {
            const base::MutexLock lock(mutex_);
            ended = crew.ended;
        }
        if (ended) {
            crew.thread.join();
        } else {
            crew.thread.abandon();
        }
    }
}

bool Lane::isTelling() {
    const base::MutexLock lock(mutex_);
    return std::any_of(crews_.begin(), crews_.end(),
                       [](const Crew& crew) { return crew.run && crew.run->isTelling(); });
}

}  // namespace errand::rpc
