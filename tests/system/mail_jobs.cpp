// SPDX-License-Identifier: Apache-2.0
#include "system/mail_jobs.h"

#include <stdexcept>

#include "system/jobs.h"
#include "system/process.h"

namespace errand::tests {

namespace {

// Until it holds; `seen` says what was there instead.
template <class Holds, class Seen>
void waitUntil(Holds holds, Seen seen) {
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error(seen());
        pauseBetweenLooks();
    }
}

void require(const Answer& answer) {
    if (answer.status != 202) throw std::runtime_error(answer.body);
}

}  // namespace

std::string mailJob(const std::string& to, const std::string& subject, const std::string& contents,
                    const std::string& more) {
    std::string body = R"({"service":"mail","method":"send","kwargs":{"to":)";
    base::appendJsonString(body, to);
    body += R"(,"subject":)";
    base::appendJsonString(body, subject);
    body += R"(,"contents":)";
    base::appendJsonString(body, contents);
    return body + "}" + more + "}";
}

base::Json waitUntilPutOff(Http& http, const std::string& id, int attempts,
                           const std::string& error) {
    base::Json job;
    const auto putOff = [&] {
        job = jobNow(http, id);
        return member(job, "state") == "queued" &&
               member(job, "attempt") == std::to_string(attempts) &&
               member(job, "error").find(error) != std::string::npos;
    };
    waitUntil(putOff, [&] { return "not put off for '" + error + "': " + job.toString(); });
    return job;
}

void waitForGate(Http& http, bool closed) {
    std::string body;
    const auto is = [&] {
        body = http.get("/readyz").body;
        return (body.find("service mail") != std::string::npos) == closed;
    };
    waitUntil(is, [&] { return "the gate of mail is not as awaited: " + body; });
}

void retryNow(Http& http, const std::string& id) {
    require(http.remove("/jobs/" + id));
    waitFor(http, id, "cancelled");
    require(http.post("/jobs/" + id + "/retry"));
}

}  // namespace errand::tests
