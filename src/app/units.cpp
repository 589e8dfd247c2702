// SPDX-License-Identifier: Apache-2.0
#include "app/units.h"

#include <charconv>
#include <limits>
#include <span>

namespace errand::app {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

// The smallest first.
constexpr Unit durationUnits[] = {
    {"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit sizeUnits[] = {{"B", 1},
                              {"KiB", std::int64_t{1} << 10},
                              {"MiB", std::int64_t{1} << 20},
                              {"GiB", std::int64_t{1} << 30},
                              {"TiB", std::int64_t{1} << 40}};

// "12 min" as 12 times the factor of min; a number alone counts `bare`, or is refused when 0.
std::optional<std::int64_t> parseQuantity(std::string_view text, std::span<const Unit> units,
                                          std::int64_t bare) noexcept {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parseNumber(text.substr(0, digits));
    if (!count) return std::nullopt;
    std::string_view name = text.substr(digits);
    if (name.empty()) {
        if (bare == 0) return *count == 0 ? count : std::nullopt;
        return *count <= std::numeric_limits<std::int64_t>::max() / bare
                   ? std::optional(*count * bare)
                   : std::nullopt;
    }
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    for (const Unit& unit : units) {
        if (unit.name != name) continue;
        if (*count > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
        return *count * unit.factor;
    }
    return std::nullopt;
}

std::string formatQuantity(std::int64_t value, std::span<const Unit> units) {
    const Unit* best = &units.front();
    for (const Unit& unit : units) {
        if (value != 0 && value % unit.factor == 0) best = &unit;
    }
    return std::to_string(value / best->factor) + ' ' + std::string(best->name);
}

}  // namespace

std::optional<std::int64_t> parseNumber(std::string_view text) noexcept {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::chrono::milliseconds> parseDuration(std::string_view text) noexcept {
    const auto value = parseQuantity(text, durationUnits, 0);
    if (!value) return std::nullopt;
    return std::chrono::milliseconds(*value);
}

std::optional<std::int64_t> parseSize(std::string_view text) noexcept {
    return parseQuantity(text, sizeUnits, 1);
}

std::string formatDuration(std::chrono::milliseconds duration) {
    return formatQuantity(duration.count(), durationUnits);
}

std::string formatSize(std::int64_t bytes) {
    return formatQuantity(bytes, sizeUnits);
}

}  // namespace errand::app
