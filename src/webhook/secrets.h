// SPDX-License-Identifier: Apache-2.0
// Secrets are what this node signs with: those of the configuration, or else one of its own, which
// is made when the first webhook needs it and kept in a file.
//
// Threads: sign may be called from any number of threads.
// Owns: the secrets; the file is its alone, and stays.
// Errors: sign throws rpc::TryAgain with Scope::service when the file cannot be read or made: every
//         other webhook would meet the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "webhook/secret.h"

namespace errand::webhook {

class Secrets {
public:
    // REQUIRES texts that Secret::parse takes. The file is asked for where there are none.
    Secrets(const std::vector<std::string>& texts, std::string file);

    // The field webhook-signature: one signature for each secret, the current one's first, so that
    // a receiver that knows either the new or the old one is content.
    std::string sign(std::string_view id, std::int64_t timestamp, std::string_view payload);

private:
    void load() REQUIRES(mutex_);
    void make() REQUIRES(mutex_);

    // Set in the constructor, then constant.
    const std::string file_;

    base::Mutex mutex_;
    std::vector<Secret> secrets_ GUARDED_BY(mutex_);
};

}  // namespace errand::webhook
