// SPDX-License-Identifier: Apache-2.0
#include "subscription.h"

#include <algorithm>

namespace errand::transport_amqp {

void Acknowledgements::clear() noexcept {
    last_ = 0;
    next_ = 1;
    fresh_.clear();
    said_.clear();
}

void Acknowledgements::add(std::uint64_t tag) {
    fresh_.push_back(tag);
}

void Acknowledgements::send(Session& session, int channel) {
    if (fresh_.empty()) return;
    std::ranges::sort(fresh_);
    // What is said twice would cost the channel: the broker knows no tag that it was told of.
    fresh_.erase(std::unique(fresh_.begin(), fresh_.end()), fresh_.end());
    std::erase_if(fresh_, [this](auto tag) { return tag < next_ || said_.contains(tag); });
    // So the last fresh one stands for all before it.
    std::uint64_t last = 0;
    int count = 0;
    auto fresh = fresh_.begin();
    for (;;) {
        if (fresh != fresh_.end() && *fresh == next_) {
            last = *fresh;
            ++count;
            ++fresh;
        } else if (said_.erase(next_) == 0) {
            break;
        }
        ++next_;
    }
    if (count > 0) session.acknowledge(channel, last, count > 1);
    for (; fresh != fresh_.end(); ++fresh) {
        session.acknowledge(channel, *fresh, false);
        said_.insert(*fresh);
    }
    fresh_.clear();
}

}  // namespace errand::transport_amqp
