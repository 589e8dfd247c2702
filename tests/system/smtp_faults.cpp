// SPDX-License-Identifier: Apache-2.0
#include "system/smtp_faults.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace errand::tests {

SmtpFaults::SmtpFaults(Tls tls, const std::optional<KeyPair>& pair) {
    std::vector<std::string> arguments{ERRAND_SOURCE "/tests/system/smtp_faults.py",
                                       directory_.path()};
    if (pair) {
        for (const std::string& word :
             {std::string("--cert"), pair->certificate, std::string("--key"), pair->key}) {
            arguments.push_back(word);
        }
        arguments.emplace_back("--login=errand:open sesame");
    }
    if (tls == Tls::atOnce) arguments.emplace_back("--tls");
    // Debian's own, to which its package belongs.
    process_ = std::make_unique<Process>("/usr/bin/python3", arguments, directory_ / "stderr");
    const auto line = process_->readLine();
    if (!line) throw std::runtime_error("no mail server: " + readFile(directory_ / "stderr"));
    port_ = std::atoi(line->c_str());
}

std::vector<std::string> SmtpFaults::settings(const std::vector<std::string>& more) const {
    std::vector<std::string> all{"mail.mode=smtp", "mail.from=errand@example.org",
                                 "smtp.host=localhost", "smtp.security=none",
                                 "smtp.port=" + std::to_string(port_)};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

// Never seen half written.
void SmtpFaults::setFaults(const std::string& lines) const {
    writeFile(directory_ / "faults.new", lines);
    std::filesystem::rename(directory_ / "faults.new", directory_ / "faults");
}

void SmtpFaults::waitForLog(const std::string& line) const {
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (log().find(line) == std::string::npos) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("never asked '" + line + "', only:\n" + log());
        }
        pauseBetweenLooks();
    }
}

}  // namespace errand::tests
