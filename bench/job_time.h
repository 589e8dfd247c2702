// SPDX-License-Identifier: Apache-2.0
// The times in a job's JSON.
#pragma once

#include <Poco/DateTimeParser.h>

#include <cstdint>
#include <optional>
#include <string>

// The time that a member of a job's JSON names, as microseconds since 1970; absent when it is null.
inline std::optional<std::int64_t> timeOf(const std::string& job, const std::string& member) {
    const std::string key = "\"" + member + "\":\"";
    const auto at = job.find(key);
    if (at == std::string::npos) return std::nullopt;
    const auto begin = at + key.size();
    int zone = 0;
    return Poco::DateTimeParser::parse(job.substr(begin, job.find('"', begin) - begin), zone)
        .timestamp()
        .epochMicroseconds();
}
