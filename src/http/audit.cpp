// SPDX-License-Identifier: Apache-2.0
#include "http/audit.h"

#include <chrono>
#include <string>

#include <Poco/Logger.h>

#include "http/problem.h"

namespace errand::http {
namespace {

bool isRefusal(int status) noexcept {
    return status == 401 || status == 403 || status == 421 || status == 429;
}

bool changes(std::string_view method) noexcept {
    return method == "POST" || method == "DELETE" || method == "PUT" || method == "PATCH";
}

// What the answer says of where the thing is: "/jobs/ID".
std::string_view locationIn(std::string_view fields) noexcept {
    constexpr std::string_view name = "Location: ";
    const auto at = fields.find(name);
    if (at == fields.npos) return {};
    const auto begin = at + name.size();
    return fields.substr(begin, fields.find('\r', begin) - begin);
}

}  // namespace

bool Audit::writesRefusal(const Caller& caller) {
    if (refusals_.take(caller.address, 1, std::chrono::steady_clock::now()).granted) return true;
    ++unwritten_;
    return false;
}

void Audit::note(const Head& head, const Caller& caller, const Response& response) {
    const bool refused = isRefusal(response.status);
    if (refused ? !writesRefusal(caller) : caller.unasked || !changes(head.method)) return;
    std::string line(head.method);
    line.append(" ").append(inQuotes(head.path)).append(" ");
    line += std::to_string(response.status);
    if (caller.known) line.append(" by ").append(caller.identity.name);
    line.append(" from ").append(caller.address);
    if (const auto place = locationIn(response.fields); !place.empty())
        line.append(": ").append(place);
    if (const auto more = refused ? unwritten_.exchange(0) : 0; more > 0)
        line += "; " + std::to_string(more) + " refusals before were not written down";
    Poco::Logger& log = Poco::Logger::get("audit");
    refused ? log.notice(line) : log.information(line);
}

}  // namespace errand::http
