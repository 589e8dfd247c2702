// SPDX-License-Identifier: Apache-2.0
// StoreError is every failure of SQLite, translated in one place: what went wrong, and whether the
// store can go on.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: it is the error.
#pragma once

#include <Poco/Exception.h>
#include <sqlite3.h>

#include <string>

namespace errand::store {

enum class Trouble {
    diskFull,    // nothing was written; it may be tried again when there is room
    untrusted,   // an fsync failed or the file is damaged: what is on disk is not known any more
    constraint,  // a row that the schema refuses
    other
};

class StoreError : public Poco::IOException {
public:
    StoreError(Trouble trouble, const std::string& text)
        : Poco::IOException(text), trouble_(trouble) {}
    Trouble trouble() const noexcept { return trouble_; }
    const char* name() const noexcept override { return "Store error"; }

private:
    Trouble trouble_;
};

// Throws the StoreError for the connection's last failure. The only place that reads SQLite's
// codes.
[[noreturn]] void throwStoreError(sqlite3* handle, const std::string& doing);

}  // namespace errand::store
