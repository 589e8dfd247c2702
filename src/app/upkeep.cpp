// SPDX-License-Identifier: Apache-2.0
#include "app/upkeep.h"

#include <iostream>

#include "app/backup.h"
#include "app/log_format.h"
#include "app/selftest.h"

namespace errand::app {
namespace {

constexpr int done = 0;
constexpr int failed = 1;

int check(const std::string& directory) {
    const jobs::StoreCheck found = checkDirectory(directory);
    for (const std::string& finding : found.findings) {
        std::string line;
        appendOneLine(line, finding);
        std::cout << line << '\n';
    }
    std::cout << directory << ": " << found.jobs << " jobs, " << found.findings.size()
              << (found.findings.size() == 1 ? " finding" : " findings") << std::endl;
    return found.findings.empty() ? done : failed;
}

int restore(const std::string& file, const std::string& directory) {
    const Backup backup = restoreBackup(file, directory);
    std::cout << directory << ": " << backup.jobs << " jobs restored from " << file << std::endl;
    return done;
}

}  // namespace

std::optional<int> doUpkeep(const CommandLine& line, const Config& config) {
    if (line.check) return check(config.jobs.directory);
    if (!line.restore.empty()) return restore(line.restore, config.jobs.directory);
    if (!line.selfTest.empty()) return testCrashes(config, {}, std::cout) ? done : failed;
    return std::nullopt;
}

}  // namespace errand::app
