// SPDX-License-Identifier: Apache-2.0
#include "rpc/catalogue.h"

#include <algorithm>
#include <numeric>

#include <Poco/Logger.h>

namespace errand::rpc {

namespace {

constexpr std::size_t shownNames = 3;

// How many letters must change, come or go to make the one the other (Levenshtein).
std::size_t editDistance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

// Up to a third of the letters may be wrong: more, and nobody meant it. It also bounds the work,
// since a name from a request may be a megabyte.
std::size_t tolerance(const std::string& candidate) {
    return candidate.size() / 3 + 1;
}

std::vector<std::string> nearest(const std::string& name,
                                 const std::vector<std::string>& candidates) {
    std::vector<std::pair<std::size_t, std::string>> alike;
    for (const std::string& candidate : candidates) {
        if (name.size() > candidate.size() + tolerance(candidate)) continue;
        const std::size_t distance = editDistance(name, candidate);
        if (distance <= tolerance(candidate)) alike.emplace_back(distance, candidate);
    }
    std::sort(alike.begin(), alike.end());
    if (alike.size() > shownNames) alike.resize(shownNames);
    std::vector<std::string> names;
    names.reserve(alike.size());
    for (auto& [distance, candidate] : alike) names.push_back(std::move(candidate));
    return names;
}

}  // namespace

const Service* Catalogue::find(const std::string& service) const noexcept {
    for (const Service* candidate : services_) {
        if (candidate->name() == service) return candidate;
    }
    return nullptr;
}

const Method* Catalogue::find(const std::string& service,
                              const std::string& method) const noexcept {
    const Service* found = find(service);
    return found ? found->find(method) : nullptr;
}

std::vector<std::string> Catalogue::nearServices(const std::string& name) const {
    std::vector<std::string> candidates;
    for (const Service* service : services_) candidates.push_back(service->name());
    return nearest(name, candidates);
}

std::vector<std::string> Catalogue::nearMethods(const std::string& service,
                                                const std::string& name) const {
    std::vector<std::string> candidates;
    if (const Service* found = find(service)) {
        for (const Method& method : found->methods()) candidates.push_back(method.name);
    }
    return nearest(name, candidates);
}

std::vector<Cast> Catalogue::failureCasts(const std::string& service, const std::string& method,
                                          const Arguments& arguments,
                                          const ErrorReply& error) const {
    const Method* found = find(service, method);
    if (!found || !found->failureCasts) return {};
    try {
        return found->failureCasts(arguments, error);
    } catch (const std::exception& e) {
        // The job ends all the same: were this to stop its end, it would fail at every start anew.
        Poco::Logger::get("rpc").error("no failure cast for " + service + '.' + method + ": " +
                                       e.what());
        return {};
    }
}

}  // namespace errand::rpc
