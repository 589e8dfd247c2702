// SPDX-License-Identifier: Apache-2.0
#include "store/statement.h"

#include <cstring>

#include "store/database.h"
#include "store/store_error.h"

namespace errand::store {

Statement::Statement(Database& database, std::string_view sql) : handle_(database.handle()) {
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (code != SQLITE_OK) throwStoreError(handle_, "prepare");
}

Statement::~Statement() {
    sqlite3_finalize(statement_);
}

Statement& Statement::bind(std::int64_t value) {
    check(sqlite3_bind_int64(statement_, next_++, value));
    return *this;
}

Statement& Statement::bind(std::string_view text) {
    // A null pointer would bind NULL: an empty view may have one.
    const char* data = text.data() == nullptr ? "" : text.data();
    check(sqlite3_bind_text64(statement_, next_++, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(const base::Id& id) {
    check(sqlite3_bind_blob(statement_, next_++, id.bytes.data(), static_cast<int>(id.bytes.size()),
                            SQLITE_STATIC));
    return *this;
}

Statement& Statement::bindBlob(std::string_view bytes) {
    check(sqlite3_bind_blob(statement_, next_++, bytes.data(), static_cast<int>(bytes.size()),
                            SQLITE_STATIC));
    return *this;
}

Statement& Statement::bindNull() {
    check(sqlite3_bind_null(statement_, next_++));
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) {
        sqlite3_reset(statement_);  // keeps the connection's error text
        next_ = 1;
        throwStoreError(handle_, "execute");
    }
    reset();
    return false;
}

int Statement::run() {
    while (step()) {
    }
    return sqlite3_changes(handle_);
}

void Statement::reset() noexcept {
    sqlite3_reset(statement_);
    next_ = 1;
}

std::int64_t Statement::integer(int column) const noexcept {
    return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

base::Id Statement::id(int column) const noexcept {
    base::Id id;
    const void* data = sqlite3_column_blob(statement_, column);
    if (data != nullptr &&
        static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)) == id.bytes.size()) {
        std::memcpy(id.bytes.data(), data, id.bytes.size());
    }
    return id;
}

base::Time Statement::time(int column) const noexcept {
    return base::Time(std::chrono::microseconds(integer(column)));
}

bool Statement::isNull(int column) const noexcept {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::optional<base::Time> Statement::optionalTime(int column) const noexcept {
    if (isNull(column)) return std::nullopt;
    return time(column);
}

void Statement::check(int code) {
    if (code == SQLITE_OK) return;
    next_ = 1;  // whoever uses the statement next begins with its first parameter
    throwStoreError(handle_, "bind");
}

std::int64_t readNumber(Database& database, std::string_view sql) {
    Statement select(database, sql);
    return select.step() ? select.integer(0) : 0;
}

}  // namespace errand::store
