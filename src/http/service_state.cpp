// SPDX-License-Identifier: Apache-2.0
#include "http/service_state.h"

namespace errand::http {

void appendServiceState(std::string& out, const jobs::ServiceState& state) {
    out.append(R"("paused":)").append(state.paused ? "true" : "false");
    out.append(R"(,"waits":)").append(state.waits ? "true" : "false");
    out += R"(,"jobs":{)";
    for (std::size_t i = 0; i < state.jobs.size(); ++i) {
        out.append(i == 0 ? "\"" : ",\"").append(toString(static_cast<jobs::JobState>(i)));
        out.append("\":").append(std::to_string(state.jobs.at(i)));
    }
    out += '}';
}

}  // namespace errand::http
