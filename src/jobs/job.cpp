// SPDX-License-Identifier: Apache-2.0
#include "jobs/job.h"

#include <array>

namespace errand::jobs {

namespace {
constexpr std::array words{"queued", "running", "succeeded", "failed", "cancelled"};
}

const char* toString(JobState state) noexcept {
    return words.at(static_cast<std::size_t>(state));
}

std::optional<JobState> parseState(std::string_view word) noexcept {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (word == words.at(i)) return static_cast<JobState>(i);
    }
    return std::nullopt;
}

}  // namespace errand::jobs
