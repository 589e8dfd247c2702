// SPDX-License-Identifier: Apache-2.0
// Looks into, and meddles with, the database of a server that does not run.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: std::runtime_error with SQLite's words.
#pragma once

#include <map>
#include <string>

namespace errand::tests {

// The state of each job on disk, by its id.
std::map<std::string, std::string> storedStates(const std::string& dataDirectory);

// Runs one statement that gives no rows.
void changeDatabase(const std::string& dataDirectory, const std::string& sql);

}  // namespace errand::tests
