// SPDX-License-Identifier: Apache-2.0
// Database is one connection to the store's file: a Poco::Data session, and SQLite's own handle for
// the few statements that are hot.
//
// Threads: used by one thread at a time.
// Owns: the session. Statements made on it go first.
// Errors: the constructor and execute throw StoreError.
#pragma once

#include <Poco/Data/Session.h>
#include <sqlite3.h>

#include <string>

namespace errand::store {

class Database {
public:
    enum class Role {
        writer,  // the only connection that writes: WAL, synchronous=FULL, checkpoints by hand
        reader,  // query_only, a small cache
        source   // of another process's database: reads, and makes copies
    };

    // Waited for a lock that only recovery of a crashed WAL holds, or a tool on the same file.
    static constexpr int busyTimeoutMs = 5000;

    // Opens the file, creating it for the writer. ":memory:" is for tests of one connection.
    Database(const std::string& path, Role role);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Runs one statement that answers nothing.
    void execute(const std::string& sql);

    sqlite3* handle() noexcept { return handle_; }
    Poco::Data::Session& session() noexcept { return session_; }

private:
    void prepare(Role role);

    Poco::Data::Session session_;
    sqlite3* const handle_;
};

}  // namespace errand::store
