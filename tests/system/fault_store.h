// SPDX-License-Identifier: Apache-2.0
// StoreFile looks into a node's database past the server: what is in there, and whether it is
// whole.
//
// Threads: used by one thread.
// Owns: its read-only connection.
// Errors: std::runtime_error with SQLite's words.
#pragma once

#include <sqlite3.h>

#include <string>
#include <vector>

namespace errand::tests {

class StoreFile {
public:
    using Row = std::vector<std::string>;  // NULL is empty

    explicit StoreFile(const std::string& dataDirectory);
    ~StoreFile();
    StoreFile(const StoreFile&) = delete;
    StoreFile& operator=(const StoreFile&) = delete;

    std::vector<Row> query(const std::string& sql);
    std::string value(const std::string& sql) { return query(sql).at(0).at(0); }

private:
    sqlite3* handle_ = nullptr;
};

// Until no job is queued or running: children come in the transaction that ends their parents, so
// one look at both states is enough.
void waitUntilFinished(const std::string& dataDirectory);

// "ok", or what is wrong.
std::string integrity(const std::string& dataDirectory);

// A column of the job with that id, as text.
std::string column(const std::string& dataDirectory, const std::string& id,
                   const std::string& name);

// The id of the only job of that method, for a client that got no answer.
std::string onlyJobOf(const std::string& dataDirectory, const std::string& method);

// The id as the database's hex() prints it.
std::string hexOf(std::string id);

}  // namespace errand::tests
