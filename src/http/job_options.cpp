// SPDX-License-Identifier: Apache-2.0
#include "http/job_options.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace errand::http {
namespace {

using base::Json;
using Errors = std::vector<rpc::FieldError>;

// Further ahead is a slip of a digit: no one keeps a queue that long.
constexpr std::chrono::days horizon{3653};
constexpr double horizonSeconds = 3653.0 * 86400;
// A method that runs for a week without an end has hung.
constexpr double longestTimeout = 7.0 * 86400;
constexpr double shortestTimeout = 0.001;  // what is stored counts milliseconds
constexpr int mostAttempts = 1000;
// Tags are for finding jobs: each is a row of an index.
constexpr std::size_t mostTags = 16;
constexpr std::size_t longestTag = 64;

std::optional<base::Time> readTime(const Json& body, const char* name, base::Time now,
                                   Errors& errors) {
    const Json* member = body.find(name);
    if (!member) return std::nullopt;
    const auto time = member->isString() ? base::parseRfc3339(member->asString()) : std::nullopt;
    if (!time)
        errors.push_back({name, "must be a string such as \"2030-01-31T08:00:00Z\" (RFC 3339)"});
    else if (*time > now + horizon)
        errors.push_back({name, "is more than ten years ahead"});
    else
        return time;
    return std::nullopt;
}

std::optional<double> readSeconds(const Json& body, const char* name, double least, double most,
                                  const char* message, Errors& errors) {
    const Json* member = body.find(name);
    if (!member) return std::nullopt;
    if (member->isNumber()) {
        const std::string& digits = member->asDigits();
        double seconds = 0;
        const auto error =
            std::from_chars(digits.data(), digits.data() + digits.size(), seconds).ec;
        if (error == std::errc() && seconds >= least && seconds <= most) return seconds;
    }
    errors.push_back({name, message});
    return std::nullopt;
}

void readTimes(const Json& body, base::Time now, jobs::NewJob& job, Errors& errors) {
    const std::size_t before = errors.size();
    job.runAt = readTime(body, "run_at", now, errors);
    if (const auto delay = readSeconds(body, "delay", 0, horizonSeconds,
                                       "must be a number of seconds from 0 to ten years", errors))
        job.delay = std::chrono::microseconds(std::llround(*delay * 1e6));
    job.expiresAt = readTime(body, "expires_at", now, errors);
    if (body.find("run_at") && body.find("delay"))
        errors.push_back({"delay", "cannot be given together with run_at"});
    if (errors.size() > before || !job.expiresAt) return;
    const base::Time due = job.runAt ? *job.runAt : now + job.delay.value_or(decltype(now - now){});
    if (*job.expiresAt <= now)
        errors.push_back({"expires_at", "is in the past"});
    else if (*job.expiresAt <= due)
        errors.push_back({"expires_at", "is not after the time the job is due"});
}

void readTries(const Json& body, jobs::NewJob& job, Errors& errors) {
    if (const auto timeout =
            readSeconds(body, "timeout", shortestTimeout, longestTimeout,
                        "must be a number of seconds from 0.001 to 604800", errors))
        job.timeout = std::chrono::milliseconds(std::llround(*timeout * 1e3));
    const Json* member = body.find("max_attempts");
    if (!member) return;
    int attempts = 0;
    if (member->isInteger()) {
        const std::string& digits = member->asDigits();
        std::from_chars(digits.data(), digits.data() + digits.size(), attempts);
    }
    if (attempts < 1 || attempts > mostAttempts)
        errors.push_back({"max_attempts", "must be a whole number from 1 to 1000"});
    else
        job.maxAttempts = attempts;
}

bool isTag(const Json& value) {
    if (!value.isString() || value.asString().empty() || value.asString().size() > longestTag)
        return false;
    return std::none_of(value.asString().begin(), value.asString().end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void readTags(const Json& body, jobs::NewJob& job, Errors& errors) {
    const Json* member = body.find("tags");
    if (!member) return;
    const bool fits = member->isArray() && member->asArray().size() <= mostTags &&
                      std::all_of(member->asArray().begin(), member->asArray().end(), isTag);
    if (!fits)
        return errors.push_back({"tags",
                                 "must be an array of at most 16 strings of 1 to 64 bytes without "
                                 "control characters"});
    for (const Json& tag : member->asArray()) {
        if (std::find(job.tags.begin(), job.tags.end(), tag.asString()) != job.tags.end())
            return errors.push_back({"tags", "holds a tag twice"});
        job.tags.push_back(tag.asString());
    }
}

void readPriority(const Json& body, jobs::NewJob& job, Errors& errors) {
    const Json* member = body.find("priority");
    if (!member) return;
    const auto priority =
        member->isString() ? jobs::parsePriority(member->asString()) : std::nullopt;
    if (priority)
        job.priority = *priority;
    else
        errors.push_back({"priority", R"(must be "low", "normal" or "high")"});
}

}  // namespace

void readJobOptions(const Json& body, base::Time now, jobs::NewJob& job, Errors& errors) {
    readTimes(body, now, job, errors);
    readTries(body, job, errors);
    readPriority(body, job, errors);
    readTags(body, job, errors);
}

}  // namespace errand::http
