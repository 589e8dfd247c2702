// SPDX-License-Identifier: Apache-2.0
#include "jobs/job.h"

#include <array>

#include "base/json.h"

namespace errand::jobs {

namespace {
constexpr std::array words{"queued", "running", "succeeded", "failed", "cancelled"};
constexpr std::array priorities{"low", "normal", "high"};
}  // namespace

const char* toString(JobState state) noexcept {
    return words.at(static_cast<std::size_t>(state));
}

std::optional<JobState> parseState(std::string_view word) noexcept {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (word == words.at(i)) return static_cast<JobState>(i);
    }
    return std::nullopt;
}

const char* toString(Priority priority) noexcept {
    return priorities.at(static_cast<std::size_t>(priority));
}

std::optional<Priority> parsePriority(std::string_view word) noexcept {
    for (std::size_t i = 0; i < priorities.size(); ++i) {
        if (word == priorities.at(i)) return static_cast<Priority>(i);
    }
    return std::nullopt;
}

std::string toJsonArray(const std::vector<std::string>& tags) {
    std::string text = "[";
    for (const std::string& tag : tags) {
        if (text.size() > 1) text += ',';
        base::appendJsonString(text, tag);
    }
    return text += ']';
}

}  // namespace errand::jobs
