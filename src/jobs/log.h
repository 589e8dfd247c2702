// SPDX-License-Identifier: Apache-2.0
// logger is where the engine's tasks say what happened to jobs: the log's source "jobs".
//
// Threads: any.
// Owns: nothing; POCO owns the loggers.
// Errors: none.
#pragma once

#include <Poco/Logger.h>

namespace errand::jobs {

inline Poco::Logger& logger() {
    static Poco::Logger& jobs = Poco::Logger::get("jobs");
    return jobs;
}

}  // namespace errand::jobs
