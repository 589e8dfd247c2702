// SPDX-License-Identifier: Apache-2.0
#include "http/access_log.h"

#include <chrono>
#include <string>

#include <Poco/Logger.h>
#include <Poco/Message.h>

#include "rpc/traceparent.h"

namespace errand::http {

void logRequest(const Head& head, const Caller& caller, const Response& response,
                base::SteadyTime::duration time) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time);
    Poco::Message message("request", std::string(head.method) + ' ' + std::string(head.path),
                          Poco::Message::PRIO_INFORMATION);
    message.set("client", caller.address);
    message.set("status", std::to_string(response.status));
    message.set("bytes", std::to_string(response.body.size()));
    message.set("micros", std::to_string(micros.count()));
    if (caller.known) message.set("caller", caller.identity.name);
    const std::string trace = rpc::traceIdOf(head.value("traceparent"));
    if (!trace.empty()) message.set("trace", trace);
    Poco::Logger::get("request").log(message);
}

}  // namespace errand::http
