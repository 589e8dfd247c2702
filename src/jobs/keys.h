// SPDX-License-Identifier: Apache-2.0
// Keys remembers which submit each Idempotency-Key was used for, and what it stored: in the same
// transaction, so that a key never makes two jobs.
//
// Threads: used on the store writer's thread.
// Owns: its statements. The Database outlives it.
// Errors: StoreError.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "jobs/jobs.h"
#include "store/database.h"

namespace errand::jobs {

class Keys {
public:
    explicit Keys(store::Database& database);
    ~Keys();

    struct Use {
        std::string fingerprint;
        std::vector<base::Id> jobs;  // in the order submitted
    };

    // What the key was used for at `since` or later.
    std::optional<Use> find(const std::string& key, base::Time since);

    // REQUIRES that find() has found none.
    void note(const IdempotencyKey& key, const std::vector<Job>& jobs, base::Time now);

    // Up to `limit` keys that were used before. Returns how many.
    int forget(base::Time before, int limit);

private:
    struct Statements;
    const std::unique_ptr<Statements> sql_;
};

}  // namespace errand::jobs
