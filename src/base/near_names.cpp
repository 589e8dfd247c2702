// SPDX-License-Identifier: Apache-2.0
#include "base/near_names.h"

#include <Poco/String.h>

#include <algorithm>
#include <numeric>

namespace errand::base {

namespace {

// How many letters must be added, dropped or changed to make one of the other (Levenshtein).
std::size_t editDistance(const std::string& from, const std::string& to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t change = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

// "port" of "http.port", "warn" of "warning".
bool isPart(const std::string& part, const std::string& name) {
    if (part.size() < 3 || part.size() >= name.size()) return false;
    const char before = name[name.size() - part.size() - 1];
    return name.starts_with(part) || (name.ends_with(part) && (before == '.' || before == '_'));
}

}  // namespace

std::string nearestName(std::string_view written, const std::vector<std::string>& known) {
    const std::string wanted = Poco::toLower(std::string(written));
    // A third of the letters wrong (two changed places count two) is still the same word; more
    // would only confuse.
    std::size_t best = std::min(std::max<std::size_t>(2, wanted.size() / 3) + 1, wanted.size());
    std::string nearest;
    for (const std::string& name : known) {
        const std::string lower = Poco::toLower(name);
        const std::size_t distance = isPart(wanted, lower) ? 1 : editDistance(wanted, lower);
        if (distance < best) {
            best = distance;
            nearest = name;
        }
    }
    return nearest;
}

std::string didYouMean(std::string_view written, const std::vector<std::string>& known) {
    const std::string nearest = nearestName(written, known);
    return nearest.empty() ? "" : "; did you mean " + nearest + "?";
}

}  // namespace errand::base
