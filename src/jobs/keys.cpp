// SPDX-License-Identifier: Apache-2.0
#include "jobs/keys.h"

#include <algorithm>

#include "store/statement.h"

namespace errand::jobs {

using store::Statement;

struct Keys::Statements {
    explicit Statements(store::Database& database) : db(database) {}
    store::Database& db;
    Statement find{db,
                   "SELECT fingerprint, jobs FROM idempotency_keys WHERE key = ?"
                   " AND created_at >= ?"};
    Statement note{db,
                   "INSERT OR REPLACE INTO idempotency_keys (key, fingerprint, jobs, created_at)"
                   " VALUES (?, ?, ?, ?)"};
    Statement forget{db,
                     "DELETE FROM idempotency_keys WHERE key IN (SELECT key FROM idempotency_keys"
                     " WHERE created_at < ? ORDER BY created_at LIMIT ?)"};
};

Keys::Keys(store::Database& database) : sql_(std::make_unique<Statements>(database)) {}

Keys::~Keys() = default;

std::optional<Keys::Use> Keys::find(const std::string& key, base::Time since) {
    std::optional<Use> use;
    Statement& row = sql_->find.bind(key).bind(since);
    while (row.step()) {
        use.emplace().fingerprint = row.text(0);
        const std::string ids = row.text(1);
        base::Id id;
        for (std::size_t at = 0; at + id.bytes.size() <= ids.size(); at += id.bytes.size()) {
            std::copy_n(ids.begin() + static_cast<std::ptrdiff_t>(at), id.bytes.size(),
                        id.bytes.begin());
            use->jobs.push_back(id);
        }
    }
    return use;
}

void Keys::note(const IdempotencyKey& key, const std::vector<Job>& jobs, base::Time now) {
    std::string ids;
    for (const Job& job : jobs) ids.append(job.id.bytes.begin(), job.id.bytes.end());
    sql_->note.bind(key.key).bindBlob(key.fingerprint).bindBlob(ids).bind(now).run();
}

int Keys::forget(base::Time before, int limit) {
    return sql_->forget.bind(before).bind(limit).run();
}

}  // namespace errand::jobs
