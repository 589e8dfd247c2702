// SPDX-License-Identifier: Apache-2.0
#include "system/jobs.h"

#include <chrono>
#include <stdexcept>

#include "system/process.h"

namespace errand::tests {

namespace {

const std::string jobsPath = "/jobs/";

// Asks until `done` says so.
template <class Look, class Done>
auto lookUntil(Look look, Done done, const std::string& what) {
    using std::chrono::steady_clock;
    const auto deadline = steady_clock::now() + generous;
    while (true) {
        const auto before = steady_clock::now();
        auto seen = look();
        if (done(seen)) return seen;
        const auto now = steady_clock::now();
        if (now > deadline) throw std::runtime_error(what);
        // A job of megabytes takes its time to be answered: asking must not be what the server
        // does.
        pauseBetweenLooks(4 * std::chrono::duration_cast<std::chrono::milliseconds>(now - before));
    }
}

bool hasEnded(const std::string& state) {
    return state == "succeeded" || state == "failed" || state == "cancelled";
}

}  // namespace

std::string submit(Http& http, const std::string& body) {
    const Answer answer = http.post("/jobs", body);
    if (answer.status != 202) throw std::runtime_error("POST /jobs: " + answer.body);
    return member(answer.json(), "id");
}

std::string submitComputation(Http& http, const std::string& body) {
    const Answer answer = http.post("/compute", body);
    if (answer.status != 200) throw std::runtime_error("POST /compute: " + answer.body);
    return answer.field("Location").substr(jobsPath.size());
}

std::string computation(const std::string& operation, const std::string& value,
                        const std::string& other, const std::string& email) {
    std::string body =
        R"({"operation":")" + operation + R"(","value":)" + value + R"(,"other":)" + other;
    if (!email.empty()) body += R"(,"email":")" + email + '"';
    return body + '}';
}

const std::vector<std::string> longSettings{"compute.maxDigits=10000000",
                                            "http.maxBodyBytes=64 MiB"};

std::string scheduledComputation(int seconds) {
    return R"({"service":"compute","method":"compute","args":["sum",30,10],"delay":)" +
           std::to_string(seconds) + '}';
}

std::string longComputation(std::size_t digits) {
    return computation("mul", std::string(digits, '7'), std::string(digits, '3'));
}

base::Json jobNow(Http& http, const std::string& id) {
    const Answer answer = http.get(jobsPath + id);
    if (answer.status != 200) throw std::runtime_error("GET /jobs/" + id + ": " + answer.body);
    return answer.json();
}

base::Json waitFor(Http& http, const std::string& id, const std::string& state) {
    const auto done = [&](const base::Json& job) {
        const std::string now = member(job, "state");
        if (now != state && hasEnded(now)) {
            throw std::runtime_error("not " + state + ": " + job.toString().substr(0, 2000));
        }
        return now == state;
    };
    return lookUntil([&] { return jobNow(http, id); }, done, id + " does not become " + state);
}

void waitUntilBegun(Http& http, const std::string& id) {
    // The list is without arguments, which may be megabytes.
    const auto begun = [&] {
        for (const base::Json& job : listJobs(http)) {
            if (member(job, "id") != id) continue;
            if (hasEnded(member(job, "state"))) throw std::runtime_error(id + " has ended already");
            return member(job, "state") == "running" && !job.find("started_at")->isNull();
        }
        throw std::runtime_error(id + " is not listed");
    };
    lookUntil(
        begun, [](bool seen) { return seen; }, id + " does not begin");
}

std::vector<base::Json> listJobs(Http& http, const std::string& filter) {
    std::vector<base::Json> jobs;
    std::string after;
    do {
        const Answer answer = http.get("/jobs?limit=500&" + filter + after);
        if (answer.status != 200) throw std::runtime_error("GET /jobs: " + answer.body);
        const base::Json page = answer.json();
        for (const base::Json& job : page.find("jobs")->asArray()) jobs.push_back(job);
        const base::Json* next = page.find("next");
        after = next->isNull() ? "" : "&after=" + member(page, "next");
    } while (!after.empty());
    return jobs;
}

std::vector<base::Json> waitUntilIdle(Http& http) {
    const auto look = [&] {
        return listJobs(http, "state=queued").size() + listJobs(http, "state=running").size();
    };
    lookUntil(
        look, [](std::size_t left) { return left == 0; }, "jobs are left over");
    return listJobs(http);
}

std::string member(const base::Json& object, const std::string& name) {
    const base::Json* found = object.isObject() ? object.find(name) : nullptr;
    if (found == nullptr) throw std::runtime_error("no " + name + " in " + object.toString());
    return found->isString() ? found->asString() : found->toString();
}

}  // namespace errand::tests
