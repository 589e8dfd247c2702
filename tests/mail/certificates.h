// SPDX-License-Identifier: Apache-2.0
// Certificates makes an authority and certificates of servers, good and bad, for one test.
//
// Threads: used by the test's thread.
// Owns: its directory, which goes with it.
// Errors: std::runtime_error when OpenSSL refuses.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <string>

namespace errand::mail {

class Certificates {
public:
    struct Wish {
        std::string names = "DNS:localhost,IP:127.0.0.1";
        int validFromDays = -1;
        int validToDays = 30;
        bool signedByItself = false;
    };

    Certificates();
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    // The authority's certificate.
    std::string ca() const { return directory_ / "ca.pem"; }
    // A server's, with its key, in one file.
    std::string make(const Wish& wish);
    std::string make() { return make(Wish()); }

    using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

private:
    std::filesystem::path directory_;
    Key key_;
    Certificate authority_;
    int made_ = 0;
};

}  // namespace errand::mail
