// SPDX-License-Identifier: Apache-2.0
#include "store/database.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>

#include <mutex>

#include "store/store_error.h"
#include "store/sync_times.h"

namespace errand::store {

namespace {

// Each connection is used by one thread at a time, so SQLite's own mutex a connection is not
// needed. This must be said before the first connection is opened, once a process.
Poco::Data::Session openSession(const std::string& path) {
    static std::once_flag once;
    std::call_once(once, [] {
        Poco::Data::SQLite::Utility::setThreadMode(Poco::Data::SQLite::Utility::THREAD_MODE_MULTI);
        Poco::Data::SQLite::Connector::registerConnector();
        timeSyncs();  // what says the mode makes the system's part the default again
    });
    try {
        // No patience: Poco would try again for a minute what no repetition helps.
        return {Poco::Data::SQLite::Connector::KEY, path, 0};
    } catch (const Poco::Exception& error) {
        throw StoreError(Trouble::other, "cannot open " + path + ": " + error.displayText());
    }
}

}  // namespace

Database::Database(const std::string& path, Role role)
    : session_(openSession(path)), handle_(Poco::Data::SQLite::Utility::dbHandle(session_)) {
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, busyTimeoutMs);
    try {
        prepare(role);
    } catch (const StoreError& error) {
        throw StoreError(error.trouble(), path + ": " + error.message() +
                                              "; move the file away, or put a copy in its place");
    }
}

void Database::prepare(Role role) {
    if (role == Role::reader) {
        execute("PRAGMA query_only=ON");
        execute("PRAGMA cache_size=-1000");  // 1 MB; the system's page cache holds the rest
        return;
    }
    if (role == Role::source) return;
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=FULL");
    execute("PRAGMA wal_autocheckpoint=0");  // store::Writer does it, when nobody waits for it
    execute("PRAGMA cache_size=-16000");     // 16 MB: the upper pages of every index
    execute("PRAGMA foreign_keys=ON");
}

void Database::execute(const std::string& sql) {
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        throwStoreError(handle_, sql.substr(0, sql.find('\n')));
    }
}

}  // namespace errand::store
