// SPDX-License-Identifier: Apache-2.0
#include "store/copy.h"

#include "store/database.h"
#include "store/statement.h"
#include "store/store_error.h"

namespace errand::store {

// VACUUM INTO reads in one transaction, and leaves out what has been deleted. With the backup API
// each write of another process would have the copy begin anew.
void copyInto(Database& database, const std::string& file) {
    Statement copy(database, "VACUUM INTO ?");
    copy.bind(file).run();
}

}  // namespace errand::store
