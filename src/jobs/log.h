// SPDX-License-Identifier: Apache-2.0
// logger is where the engine's tasks say what happened to jobs: the log's source "jobs".
//
// Threads: any.
// Owns: nothing; POCO owns the loggers.
// Errors: none.
#pragma once

#include <string>

#include <Poco/Logger.h>
#include <Poco/Message.h>

#include "rpc/traceparent.h"

namespace errand::jobs {

inline Poco::Logger& logger() {
    static Poco::Logger& jobs = Poco::Logger::get("jobs");
    return jobs;
}

// A line of a job, with the id of the trace that it belongs to, where it has one.
inline void log(Poco::Message::Priority level, const std::string& text, const std::string& trace) {
    if (!logger().is(level)) return;
    Poco::Message message("jobs", text, level);
    const std::string id = rpc::traceIdOf(trace);
    if (!id.empty()) message.set("trace", id);
    logger().log(message);
}

}  // namespace errand::jobs
