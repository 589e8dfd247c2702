// SPDX-License-Identifier: Apache-2.0
#include "store/store_error.h"

namespace errand::store {

namespace {

Trouble classify(int extendedCode) {
    switch (extendedCode) {
        case SQLITE_IOERR_FSYNC:
        case SQLITE_IOERR_DIR_FSYNC:
            return Trouble::untrusted;
        default:
            break;
    }
    switch (extendedCode & 0xff) {
        case SQLITE_FULL:
            return Trouble::diskFull;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Trouble::untrusted;
        case SQLITE_CONSTRAINT:
            return Trouble::constraint;
        default:
            return Trouble::other;
    }
}

}  // namespace

void throwStoreError(sqlite3* handle, const std::string& doing) {
    const int code = sqlite3_extended_errcode(handle);
    throw StoreError(classify(code), doing + ": " + sqlite3_errmsg(handle) + " (SQLite " +
                                         std::to_string(code) + ")");
}

}  // namespace errand::store
