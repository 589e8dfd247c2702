// SPDX-License-Identifier: Apache-2.0
#include "app/reload.h"

#include <algorithm>
#include <map>

namespace errand::app {

Changes changesOf(const Config& before, const Config& now) {
    const std::map<std::string, std::string> old(before.shown.begin(), before.shown.end());
    std::map<std::string, std::string> rest = old;
    Changes changes;
    const auto note = [&changes](const std::string& name) {
        const auto key =
            std::ranges::find_if(allKeys(), [&](const Key& each) { return each.name == name; });
        const bool live = key != allKeys().end() && key->live;
        (live ? changes.live : changes.restart).push_back(name);
    };
    for (const auto& [name, value] : now.shown) {
        const auto found = old.find(name);
        if (found == old.end() || found->second != value) note(name);
        rest.erase(name);
    }
    for (const auto& [name, value] : rest) note(name);
    return changes;
}

std::string namesOf(const std::vector<std::string>& keys) {
    std::string all;
    for (const std::string& key : keys) all += (all.empty() ? "" : ", ") + key;
    return all;
}

}  // namespace errand::app
