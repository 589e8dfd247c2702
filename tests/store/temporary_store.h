// SPDX-License-Identifier: Apache-2.0
// TemporaryStore is a directory of a test's own, with the path of a database in it; both are gone
// when the test ends.
#pragma once

#include <string>

#include <Poco/TemporaryFile.h>

#include "store/database.h"
#include "store/statement.h"

namespace errand::tests {

class TemporaryStore {
public:
    TemporaryStore() { directory_.createDirectories(); }

    std::string directory() const { return directory_.path(); }
    std::string path() const { return directory() + "/errand.db"; }

private:
    Poco::TemporaryFile directory_;
};

// The first column of the first row, as text.
inline std::string valueOf(store::Database& database, const std::string& sql) {
    store::Statement row(database, sql);
    return row.step() ? row.text(0) : "(no row)";
}

inline std::int64_t numberOf(store::Database& database, const std::string& sql) {
    store::Statement row(database, sql);
    return row.step() ? row.integer(0) : -1;
}

}  // namespace errand::tests
