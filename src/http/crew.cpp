// SPDX-License-Identifier: Apache-2.0
#include "http/crew.h"

#include <string>
#include <system_error>
#include <utility>

#include <Poco/Logger.h>

namespace errand::http {

Crew::Crew(int threads, Serve serve)
    : most_(static_cast<std::size_t>(threads)), serve_(std::move(serve)) {}

void Crew::add(Guest guest) {
    const base::MutexLock lock(mutex_);
    if (stopped_) return;
    guest.waitsSince = std::chrono::steady_clock::now();
    guests_.push_back(std::move(guest));
    ++waiting_;
    // Those woken for earlier guests count as idle until they run.
    if (guests_.size() > idle_ && workers_.size() < most_) addWorker();
    added_.notifyOne();
}

// Where the system has no more threads the others serve; with none, the next that comes tries
// again.
void Crew::addWorker() {
    auto worker = std::make_unique<base::Worker>("http-" + std::to_string(workers_.size() + 1));
    try {
        worker->start([this] { work(); });
    } catch (const std::system_error& error) {
        if (complaints_.take("", 1, std::chrono::steady_clock::now()).granted)
            Poco::Logger::get("http").error(std::string("cannot begin a thread: ") + error.what());
        return;
    }
    workers_.push_back(std::move(worker));
    ++alive_;
}

void Crew::work() {
    while (true) {
        Guest guest;
        {
            const base::MutexLock lock(mutex_);
            ++idle_;
            while (guests_.empty() && !stopped_) added_.wait(mutex_);
            --idle_;
            if (guests_.empty()) {
                --alive_;
                ended_.notifyAll();
                return;
            }
            guest = std::move(guests_.front());
            guests_.pop_front();
            ++busy_;
            --waiting_;
        }
        serve_(std::move(guest));
        --busy_;
    }
}

bool Crew::finish(base::SteadyTime deadline) {
    const base::MutexLock lock(mutex_);
    stopped_ = true;
    added_.notifyAll();
    while (alive_ > 0)
        if (!ended_.waitUntil(mutex_, deadline)) return alive_ == 0;
    return true;
}

void Crew::stop() noexcept {
    std::vector<std::unique_ptr<base::Worker>> workers;
    {
        const base::MutexLock lock(mutex_);
        stopped_ = true;
        workers.swap(workers_);
    }
    added_.notifyAll();
    for (const auto& worker : workers) worker->join();
}

}  // namespace errand::http
