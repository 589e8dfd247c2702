// SPDX-License-Identifier: Apache-2.0
// Domains are those that mail may go to.
//
// Threads: any.
// Owns: its list.
// Errors: outcomes are values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"

namespace errand::mail {

class Domains {
public:
    // Empty: all. Upper and lower case are the same.
    explicit Domains(std::vector<std::string> domains);

    // Why no mail may go to the address, in words that follow the name of a field; nullopt: it may.
    std::optional<std::string> refusal(const std::string& address) const;

    // From now on those.
    void set(std::vector<std::string> domains);

private:
    mutable base::Mutex mutex_;
    std::vector<std::string> domains_ GUARDED_BY(mutex_);  // in lower case
};

}  // namespace errand::mail
