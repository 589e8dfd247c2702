// SPDX-License-Identifier: Apache-2.0
#include "lookout.h"

#include <memory>
#include <vector>

#include "envelope.h"
#include "names.h"

namespace errand::transport_amqp {

class Lookout::Ping : public Confirm {
public:
    Ping(Lookout& lookout, std::string boot) : lookout_(lookout), boot_(std::move(boot)) {}
    void published(Published outcome) noexcept override { lookout_.pinged(boot_, outcome); }

private:
    Lookout& lookout_;
    const std::string boot_;
};

void Lookout::tick(base::SteadyTime now, const std::set<std::string>& boots) {
    std::vector<std::string> there;
    std::vector<std::string> gone;
    std::vector<std::string> toPing;
    {
        const base::MutexLock lock(mutex_);
        std::erase_if(watched_, [&](const auto& entry) { return !boots.contains(entry.first); });
        for (const std::string& boot : boots) {
            Watched& watched = watched_[boot];
            if (watched.sight == Sight::there) there.push_back(boot);
            if (watched.sight == Sight::there) watched.awaySince.reset();
            if (watched.sight == Sight::away && !watched.awaySince) watched.awaySince = now;
            // Old news would be none: the ping that was just missed tells.
            const bool away = watched.sight == Sight::away;
            if (away && now - *watched.awaySince >= patience) gone.push_back(boot);
            watched.sight = Sight::unknown;
            if (watched.asking || watched.nextPing > now) continue;
            watched.asking = true;
            watched.nextPing = now + interval;
            toPing.push_back(boot);
        }
    }
    for (const std::string& boot : there) listener_.workerIsThere(boot);
    for (const std::string& boot : gone) listener_.workerIsGone(boot);
    for (const std::string& boot : toPing) {
        Message ping = note(exchange_, boot, pingType, {});
        ping.persistent = false;
        publisher_.publish(std::move(ping), true, std::make_unique<Ping>(*this, boot));
    }
}

void Lookout::cutOff() {
    const base::MutexLock lock(mutex_);
    for (auto& [boot, watched] : watched_) {
        watched.awaySince.reset();
        watched.sight = Sight::unknown;
    }
}

void Lookout::pinged(const std::string& boot, Published outcome) {
    const base::MutexLock lock(mutex_);
    const auto place = watched_.find(boot);
    if (place == watched_.end()) return;
    place->second.asking = false;
    if (outcome == Published::confirmed) place->second.sight = Sight::there;
    if (outcome == Published::unroutable) place->second.sight = Sight::away;
    // While this process is cut off it knows nothing of others, and they may be cut off too.
    if (outcome == Published::lost) place->second.awaySince.reset();
}

}  // namespace errand::transport_amqp
