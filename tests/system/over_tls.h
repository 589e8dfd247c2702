// SPDX-License-Identifier: Apache-2.0
// A run of tests of HTTP is one over TLS where the environment has ERRAND_TEST_TLS: their servers
// are given a certificate, and their clients speak TLS and trust it.
//
// Threads: any.
// Owns: the authority and the certificate, which live as long as the process.
// Errors: Poco exceptions for what cannot be connected.
#pragma once

#include <string>
#include <vector>

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include "system/certificates.h"

namespace errand::tests {

bool overTls();

// For 127.0.0.1 and localhost.
const KeyPair& serverIdentity();

// What clients trust: the authority of that certificate, and no other.
Poco::Net::Context::Ptr clientTrust();

// A connection to a server under test, through TLS where the run is one over it. The handshake
// comes with the first bytes.
Poco::Net::StreamSocket connectTo(int port);

// The settings that a server is given for it: none where the run is not over TLS.
std::vector<std::string> tlsSettings();

}  // namespace errand::tests
