// SPDX-License-Identifier: Apache-2.0
#include "rpc/traceparent.h"

#include <algorithm>

namespace errand::rpc {

namespace {

// "00-", 32 digits, "-", 16 digits, "-", 2 digits.
constexpr std::size_t length = 55;

bool isHex(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool isZero(std::string_view text) {
    return text.find_first_not_of('0') == std::string_view::npos;
}

bool isValid(std::string_view value) {
    if (value.size() < length || value[2] != '-' || value[35] != '-' || value[52] != '-') {
        return false;
    }
    const auto version = value.substr(0, 2);
    const auto trace = value.substr(3, 32);
    const auto parent = value.substr(36, 16);
    if (!isHex(version) || !isHex(trace) || !isHex(parent) || !isHex(value.substr(53, 2))) {
        return false;
    }
    if (version == "ff" || isZero(trace) || isZero(parent)) return false;
    if (value.size() == length) return true;
    return version != "00" && value[length] == '-';
}

}  // namespace

std::string traceparentOf(std::string_view value) {
    return isValid(value) ? std::string(value.substr(0, length)) : std::string();
}

std::string traceIdOf(std::string_view value) {
    return isValid(value) ? std::string(value.substr(3, 32)) : std::string();
}

}  // namespace errand::rpc
