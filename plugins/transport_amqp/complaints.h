// SPDX-License-Identifier: Apache-2.0
// Complaints keeps the log short: what is said again and again is logged once a minute, whichever
// connection says it.
//
// Threads: any.
// Owns: the lines it has heard in the last minute.
// Errors: none.
#pragma once

#include <map>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"

namespace errand::transport_amqp {

class Complaints {
public:
    static constexpr std::chrono::seconds interval{60};

    // Whether the line is to be logged.
    bool isNews(const std::string& line, base::SteadyTime now);

private:
    base::Mutex mutex_;
    std::map<std::string, base::SteadyTime> said_ GUARDED_BY(mutex_);
};

}  // namespace errand::transport_amqp
