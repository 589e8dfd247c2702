// SPDX-License-Identifier: Apache-2.0
#include "cli/job_wait.h"

#include <algorithm>
#include <thread>

#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/job_text.h"

namespace errand::cli {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// Most jobs end within milliseconds; of the others nobody needs to know within less than a second
// or two.
constexpr milliseconds firstPause = 50ms;
constexpr milliseconds longestPause = 2s;

// A server that is started anew is back within seconds.
constexpr milliseconds longestAbsence = 30s;
// Who is told to come back next week would wait in vain all the same.
constexpr milliseconds longestBidden = 60s;

// What one look at the job has told.
struct Look {
    std::optional<base::Json> job;
    std::optional<Failure> failure;  // for now
    milliseconds bidden{0};          // the server wants no question before
};

Look look(Api& api, const std::string& path) {
    HttpAnswer answer;
    try {
        answer = api.send("GET", path);
        const milliseconds bidden = answer.retryAfter.value_or(0s);
        if (answer.status < 500 && answer.status != 429) return {api.jsonOf(answer), {}, bidden};
        api.jsonOf(answer);
        return {};
    } catch (const Failure& failure) {
        if (failure.code() != exitUnavailable && failure.code() != exitTryAgain) throw;
        return {std::nullopt, failure, answer.retryAfter.value_or(0s)};
    }
}

}  // namespace

Patience realPatience(std::optional<milliseconds> limit) {
    return {limit, [] { return std::chrono::steady_clock::now(); },
            [](milliseconds time) { std::this_thread::sleep_for(time); }};
}

base::Json waitForJob(Api& api, const std::string& id, const Patience& patience) {
    const auto begin = patience.now();
    const std::string path = "/jobs/" + id;
    std::optional<base::Json> job;
    auto lastSeen = begin;
    for (milliseconds pause = firstPause;; pause = std::min(pause * 3 / 2, longestPause)) {
        Look seen = look(api, path);
        const auto now = patience.now();
        if (seen.job) {
            job = std::move(seen.job);
            lastSeen = now;
            if (exitCodeOf(*job) != exitTryAgain) return *job;
        } else if (seen.failure && (!job || now - lastSeen > longestAbsence)) {
            throw Failure(*seen.failure);
        }
        milliseconds next = std::max(pause, std::min(seen.bidden, longestBidden));
        if (patience.limit) {
            const auto left = std::chrono::ceil<milliseconds>(begin + *patience.limit - now);
            if (left <= 0ms) {
                if (!job) throw Failure(*seen.failure);
                return *job;
            }
            next = std::min(next, left);
        }
        patience.sleep(next);
    }
}

}  // namespace errand::cli
