// SPDX-License-Identifier: Apache-2.0
#include "system/fault_store.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <stdexcept>

#include "system/process.h"

namespace errand::tests {

namespace {

// As long as a checkpoint or a recovery may hold its lock.
constexpr int busyTimeoutMs = 20'000;

// A server with thousands of jobs left on a slow disk may need this long.
constexpr std::chrono::minutes patience{5};

}  // namespace

StoreFile::StoreFile(const std::string& dataDirectory) {
    const std::string path = dataDirectory + "/errand.db";
    if (sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) {
        const std::string why = sqlite3_errmsg(handle_);
        sqlite3_close(handle_);
        throw std::runtime_error(path + ": " + why);
    }
    sqlite3_busy_timeout(handle_, busyTimeoutMs);
}

StoreFile::~StoreFile() {
    sqlite3_close(handle_);
}

std::vector<StoreFile::Row> StoreFile::query(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr);
    std::vector<Row> rows;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        Row& row = rows.emplace_back();
        for (int i = 0; i < sqlite3_column_count(statement); ++i) {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
            row.emplace_back(text == nullptr ? "" : text);
        }
    }
    if (sqlite3_finalize(statement) != SQLITE_OK || statement == nullptr) {
        throw std::runtime_error(sql + ": " + sqlite3_errmsg(handle_));
    }
    return rows;
}

void waitUntilFinished(const std::string& dataDirectory) {
    StoreFile store(dataDirectory);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::string left;
    while ((left = store.value("SELECT count(*) FROM jobs WHERE state < 2")) != "0") {
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error(left + " jobs do not finish");
        }
        pauseBetweenLooks();
    }
}

std::string integrity(const std::string& dataDirectory) {
    return StoreFile(dataDirectory).value("PRAGMA integrity_check");
}

std::string column(const std::string& dataDirectory, const std::string& id,
                   const std::string& name) {
    return StoreFile(dataDirectory)
        .value("SELECT " + name + " FROM jobs WHERE hex(id) = '" + hexOf(id) + "'");
}

std::string onlyJobOf(const std::string& dataDirectory, const std::string& method) {
    const auto rows = StoreFile(dataDirectory)
                          .query("SELECT lower(hex(id)) FROM jobs WHERE method = '" + method + "'");
    if (rows.size() != 1) throw std::runtime_error("not one job of " + method);
    std::string id = rows[0][0];
    for (const std::size_t dash : {8, 13, 18, 23}) id.insert(dash, 1, '-');
    return id;
}

std::string hexOf(std::string id) {
    std::erase(id, '-');
    std::transform(id.begin(), id.end(), id.begin(),
                   [](unsigned char c) { return std::toupper(c); });
    return id;
}

}  // namespace errand::tests
