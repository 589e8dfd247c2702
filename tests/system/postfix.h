// SPDX-License-Identifier: Apache-2.0
// Postfix is the real mail server, out of a directory of the test's own: it touches nothing of the
// system's. It takes mail for example.org, after a login over TLS, into one Maildir.
//
// Threads: used by one thread.
// Owns: its directory and its processes.
// Errors: std::runtime_error with Postfix's log.
#pragma once

#include <cppunit/extensions/AutoRegisterSuite.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "system/certificates.h"
#include "system/login_server.h"
#include "system/maildir.h"
#include "system/process.h"
#include "system/temporary_directory.h"

namespace errand::tests {

class Postfix {
public:
    // Runs on return, on two free ports that it keeps over stop and start. For the login's
    // mechanism see LoginServer.
    explicit Postfix(const std::string& mechanism = "PLAIN");
    ~Postfix();

    int startTlsPort() const noexcept { return startTlsPort_; }
    int tlsPort() const noexcept { return tlsPort_; }
    LoginServer& logins() noexcept { return logins_; }

    // What errandd needs to send through the port with STARTTLS.
    std::vector<std::string> settings() const;
    std::string authority() const { return certificates_.authority(); }

    void start();
    // Delivers first what it has taken: who ends it in the middle of that gets a mail twice.
    void stop();

    std::string log() const { return readFile(directory_ / "log"); }

    // What has been delivered, in any order.
    std::vector<Mail> mails() const;
    // As above, once there are that many.
    std::vector<Mail> waitForMails(std::size_t count) const;

private:
    void run();
    void prepare() const;
    void writeMain() const;
    void writeMaster() const;
    bool hasWork() const;

    TemporaryDirectory directory_;
    Certificates certificates_;
    const KeyPair pair_;
    LoginServer logins_;
    const int startTlsPort_;
    const int tlsPort_;
    std::unique_ptr<Process> master_;
};

// Registers a fixture that needs Postfix, whose master is a program for root alone; says that it is
// left out where others run the tests.
template <class Fixture>
class PostfixTest {
public:
    explicit PostfixTest(const char* name) {
        if (::geteuid() == 0) {
            registered_.emplace();
        } else {
            std::cerr << name << " is left out: Postfix runs for root only" << std::endl;
        }
    }

private:
    std::optional<CppUnit::AutoRegisterSuite<Fixture>> registered_;
};

}  // namespace errand::tests
