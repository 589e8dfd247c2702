// SPDX-License-Identifier: Apache-2.0
// Trouble is whatever keeps one delivery from its answer: no address, no connection, no TLS, no
// HTTP, or no time left.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: it is the error; only WebhookService catches it.
#pragma once

#include <stdexcept>

namespace errand::webhook {

// Its text is one printable line, for the job's error.
class Trouble : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace errand::webhook
