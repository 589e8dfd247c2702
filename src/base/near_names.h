// SPDX-License-Identifier: Apache-2.0
// near_names.h finds what somebody meant who wrote a name that does not exist.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: none; an empty answer when nothing is near.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace errand::base {

// The known name nearest to the written one: a typing error or two, another case, or a part left
// out ("port" for "http.port", "info" for "information"). Empty when none is near.
std::string nearestName(std::string_view written, const std::vector<std::string>& known);

// "; did you mean http.port?", or nothing.
std::string didYouMean(std::string_view written, const std::vector<std::string>& known);

}  // namespace errand::base
