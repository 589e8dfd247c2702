// SPDX-License-Identifier: Apache-2.0
#include "system/database.h"

#include <sqlite3.h>

#include <memory>
#include <stdexcept>

namespace errand::tests {

namespace {

using Handle = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;

Handle open(const std::string& dataDirectory) {
    sqlite3* handle = nullptr;
    const std::string path = dataDirectory + "/errand.db";
    const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
    Handle database(handle, sqlite3_close);
    if (code != SQLITE_OK) throw std::runtime_error(path + ": " + sqlite3_errmsg(handle));
    return database;
}

void execute(const Handle& database, const std::string& sql, int (*row)(void*, int, char**, char**),
             void* into) {
    if (sqlite3_exec(database.get(), sql.c_str(), row, into, nullptr) != SQLITE_OK)
        throw std::runtime_error(sql + ": " + sqlite3_errmsg(database.get()));
}

// As the server writes it: 8-4-4-4-12 digits.
std::string withDashes(std::string id) {
    for (const std::size_t at : {8, 13, 18, 23}) id.insert(at, "-");
    return id;
}

}  // namespace

std::map<std::string, std::string> storedStates(const std::string& dataDirectory) {
    std::map<std::string, std::string> states;
    const auto row = [](void* into, int, char** columns, char**) {
        auto& all = *static_cast<std::map<std::string, std::string>*>(into);
        all[withDashes(columns[0])] = columns[1];
        return 0;
    };
    execute(open(dataDirectory), "SELECT id, state FROM job_view", row, &states);
    return states;
}

void changeDatabase(const std::string& dataDirectory, const std::string& sql) {
    execute(open(dataDirectory), sql, nullptr, nullptr);
}

}  // namespace errand::tests
