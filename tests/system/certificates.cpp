// SPDX-License-Identifier: Apache-2.0
#include "system/certificates.h"

#include <stdexcept>

#include "system/process.h"

namespace errand::tests {

namespace {

void openssl(const std::vector<std::string>& arguments) {
    const Ended ended = runToEnd(arguments, {}, "/usr/bin/openssl");
    if (ended.code != 0) throw std::runtime_error("openssl: " + ended.err);
}

// Small and quick to make.
const std::vector<std::string> newKey{
    "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"};

std::vector<std::string> request(std::vector<std::string> more) {
    more.insert(more.begin(), newKey.begin(), newKey.end());
    return more;
}

}  // namespace

Certificates::Certificates() {
    openssl(request({"-x509", "-days", "2", "-subj", "/CN=Authority of a test", "-keyout",
                     directory_ / "authority.key", "-out", authority()}));
}

KeyPair Certificates::issue(const std::string& names, bool expired) {
    const std::string stem = directory_ / ("server" + std::to_string(++issued_));
    const KeyPair pair{stem + ".pem", stem + ".key"};
    openssl(request({"-subj", "/CN=Server of a test", "-keyout", pair.key, "-out", stem + ".csr"}));
    writeFile(stem + ".ext", "subjectAltName=" + names + "\n");
    openssl({"x509", "-req", "-in", stem + ".csr", "-CA", authority(), "-CAkey",
             directory_ / "authority.key", "-CAcreateserial", "-days", expired ? "-1" : "2",
             "-extfile", stem + ".ext", "-out", pair.certificate});
    return pair;
}

}  // namespace errand::tests
