// SPDX-License-Identifier: Apache-2.0
// Domains are those that mail may go to.
//
// Threads: constant once built; any thread.
// Owns: its list.
// Errors: outcomes are values.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace errand::mail {

class Domains {
public:
    // Empty: all. Upper and lower case are the same.
    explicit Domains(std::vector<std::string> domains);

    // Why no mail may go to the address, in words that follow the name of a field; nullopt: it may.
    std::optional<std::string> refusal(const std::string& address) const;

private:
    const std::vector<std::string> domains_;  // in lower case
};

}  // namespace errand::mail
