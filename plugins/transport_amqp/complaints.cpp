// SPDX-License-Identifier: Apache-2.0
#include "complaints.h"

namespace errand::transport_amqp {

bool Complaints::isNews(const std::string& line, base::SteadyTime now) {
    const base::MutexLock lock(mutex_);
    std::erase_if(said_, [&](const auto& entry) { return now - entry.second >= interval; });
    return said_.emplace(line, now).second;
}

}  // namespace errand::transport_amqp
