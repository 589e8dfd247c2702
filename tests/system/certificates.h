// SPDX-License-Identifier: Apache-2.0
// Certificates are a certificate authority of a test's own, and what it issues, all made by the
// program openssl.
//
// Threads: used by one thread.
// Owns: the directory with the keys and certificates.
// Errors: std::runtime_error with openssl's words.
#pragma once

#include <string>

#include "system/temporary_directory.h"

namespace errand::tests {

struct KeyPair {
    std::string certificate;  // paths of PEM files
    std::string key;
};

class Certificates {
public:
    Certificates();

    // The authority's own certificate: whoever trusts it trusts what it issues.
    std::string authority() const { return directory_ / "authority.pem"; }

    // A server's certificate for these names, such as "DNS:localhost"; expired ones are a day too
    // old.
    KeyPair issue(const std::string& names, bool expired = false);

private:
    TemporaryDirectory directory_;
    int issued_ = 0;
};

}  // namespace errand::tests
