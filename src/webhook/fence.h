// SPDX-License-Identifier: Apache-2.0
// Fence says which addresses a webhook may be sent to: those of the public internet, and what the
// configuration allows besides. Else whoever submits a job could have this server ask others that
// only it can reach.
//
// Threads: constant once built; any thread.
// Owns: its list.
// Errors: none; a refusal is the kind of address it is, in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <Poco/Net/IPAddress.h>

#include "base/network.h"

namespace errand::webhook {

// An address of NAT64 (64:ff9b::/96) counts as the one it leads to: however an address is written,
// it is the same here.
class Fence {
public:
    // REQUIRES entries of which isEntry is true.
    explicit Fence(const std::vector<std::string>& allow = {});

    // A network, an address or a host name.
    static bool isEntry(const std::string& text);

    // nullopt: the address may be asked, for a URL with that host. Else what kind it is:
    // "loopback".
    std::optional<std::string> refusal(const std::string& host,
                                       const Poco::Net::IPAddress& address) const;

    // The same as far as the host tells without a look-up: an address, or localhost by its name.
    std::optional<std::string> refusal(const std::string& host) const;

private:
    std::vector<base::Network> networks_;
    std::vector<std::string> hosts_;  // in lower case
};

}  // namespace errand::webhook
