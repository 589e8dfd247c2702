// SPDX-License-Identifier: Apache-2.0
// SmtpFaults is a mail server on a free port that does wrong what the test tells it to; see
// smtp_faults.py.
//
// Threads: used by one thread.
// Owns: its directory and its process.
// Errors: std::runtime_error with its words when it does not start.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "system/certificates.h"
#include "system/maildir.h"
#include "system/process.h"
#include "system/temporary_directory.h"

namespace errand::tests {

class SmtpFaults {
public:
    enum class Tls { none, startTls, atOnce };

    // With a login of "errand" and "open sesame" where TLS is there.
    explicit SmtpFaults(Tls tls = Tls::none, const std::optional<KeyPair>& pair = {});

    int port() const noexcept { return port_; }
    // What errandd needs to send to it, in the clear; a later setting counts over an earlier one.
    std::vector<std::string> settings(const std::vector<std::string>& more = {}) const;

    // Lines as in smtp_faults.py; none: all goes well.
    void setFaults(const std::string& lines = {}) const;

    // The messages it has taken, in order.
    std::vector<Mail> mails() const { return readMailFolder(directory_ / "new"); }
    // What it was asked: "rcpt name@example.org" or "auth PLAIN", a line each.
    std::string log() const { return readFile(directory_ / "log"); }
    // Until it has been asked that.
    void waitForLog(const std::string& line) const;

private:
    TemporaryDirectory directory_;
    std::unique_ptr<Process> process_;
    int port_ = 0;
};

}  // namespace errand::tests
