// SPDX-License-Identifier: Apache-2.0
// smtp_certificate puts into words what a server's certificate is, and what is wrong with it.
//
// Threads: pure functions.
// Owns: nothing; the certificates are borrowed.
// Errors: none.
#pragma once

#include <string>

#include <openssl/x509.h>

namespace errand::mail {

// "CN=mail.example.org, issued by CN=Example CA, valid until 2027-11-22"
std::string describe(X509& certificate);

// For an error of OpenSSL's verification (X509_V_ERR_...) at that certificate of the chain.
std::string describeFault(int error, X509* certificate, const std::string& host);

}  // namespace errand::mail
