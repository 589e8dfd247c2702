// SPDX-License-Identifier: Apache-2.0
// Ledger submits jobs that can be told from each other, writes down which of them the server has
// acknowledged, and in the end holds the store and the Maildir against that.
//
// Threads: post may be called from any number of threads; verify once they have ended.
// Owns: the lists of what was acknowledged and of what was refused.
// Errors: post throws what the connection throws, and std::runtime_error for an answer that is
//         neither an acknowledgement nor a proper refusal; verify throws at the first thing that
//         is missing, wrong, there twice, or there in spite of a refusal.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "base/mutex.h"
#include "system/fault_store.h"
#include "system/http.h"

namespace errand::tests {

class Ledger {
public:
    // `mailEvery`: one job in so many names a mailbox; 0: none.
    explicit Ledger(int mailEvery = 8) : mailEvery_(mailEvery) {}

    // Submits the next job: POST /compute and POST /jobs by turns, some of which end badly. The
    // status: 200 and 202 are acknowledged and written down; 503 and 507 are refusals.
    int post(Http& http);

    std::size_t acknowledged();

    // REQUIRES that the server has finished all jobs.
    void verify(const std::string& dataDirectory);

private:
    struct Expected {
        std::string kwargs;
        std::string result;  // empty: a division by zero
    };
    Expected next(std::string& route);
    void verifyAcknowledged(StoreFile& store);

    // Set in the constructor, then constant.
    const int mailEvery_;

    std::atomic<long> number_{0};
    base::Mutex mutex_;
    std::map<std::string, Expected> acknowledged_ GUARDED_BY(mutex_);  // by hexOf(id)
    std::set<std::string> refused_ GUARDED_BY(mutex_);                 // their kwargs
};

}  // namespace errand::tests
