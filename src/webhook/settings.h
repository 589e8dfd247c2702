// SPDX-License-Identifier: Apache-2.0
// Settings say how webhooks are signed and where they may go.
//
// Threads: plain data; the function may be called from any thread.
// Owns: n/a (plain data).
// Errors: none; whatIsWrong answers with words.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace errand::webhook {

struct Settings {
    int workers = 8;                   // they wait for receivers, not for the CPU
    std::vector<std::string> secrets;  // "whsec_...", the first is the current one
    std::string secretFile;            // used, and made, where there are no secrets above
    std::vector<std::string> allow;    // networks and host names that are fine though internal
    std::string ca;                    // a file of PEM certificates to trust; empty: the system's
    bool httpsOnly = false;

    // One request with its answer; 15 to 30 s is what receivers may expect.
    std::chrono::milliseconds timeout = std::chrono::seconds(20);
};

// What can be known to be wrong at the start, named by its key and never with a secret in it;
// nullopt: nothing. Reads the file of certificates, not that of the secret.
std::optional<std::string> whatIsWrong(const Settings& settings);

}  // namespace errand::webhook
