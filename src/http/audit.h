// SPDX-License-Identifier: Apache-2.0
// Audit writes down who changed what, and who was refused: a line each, of the source "audit".
//
// Threads: any number of threads at once.
// Owns: how many refusals it has written of late, by address.
// Errors: none. No line holds a token, a query or a body.
#pragma once

#include <atomic>

#include "base/quota.h"
#include "http/caller.h"
#include "http/request.h"
#include "http/response.h"

namespace errand::http {

class Audit {
public:
    // Where tokens are asked for: each request that may change something. Everywhere: who was
    // refused for who it is, where it came from or how many of it there were; of those so many
    // lines a minute and address, and with the next line how many there would have been.
    void note(const Head& head, const Caller& caller, const Response& response);

private:
    bool writesRefusal(const Caller& caller);

    std::atomic<std::int64_t> unwritten_{0};  // refusals since the last line of one

    // Guards itself. Who comes from ever other addresses shares one entry in the end.
    base::Quota refusals_{{20, std::chrono::minutes(1)}, 1000};
};

}  // namespace errand::http
