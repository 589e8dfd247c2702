// SPDX-License-Identifier: Apache-2.0
// Resolver finds the addresses of a host; SystemResolver asks the system, tests have their own.
//
// Threads: resolve may be called from any number of threads.
// Owns: nothing.
// Errors: Trouble where no address is known.
#pragma once

#include <string>
#include <vector>

#include <Poco/Net/IPAddress.h>

namespace errand::webhook {

class Resolver {
public:
    virtual ~Resolver() = default;

    // At least one address. It blocks as long as the system does, which has limits of its own and
    // no way to be interrupted.
    virtual std::vector<Poco::Net::IPAddress> resolve(const std::string& host) = 0;

    // The system's; lives as long as the process.
    static Resolver& system();
};

}  // namespace errand::webhook
