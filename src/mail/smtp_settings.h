// SPDX-License-Identifier: Apache-2.0
// SmtpSettings say which mail server takes the messages, and how it is spoken to.
//
// Threads: plain data; the functions may be called from any thread.
// Owns: n/a (plain data).
// Errors: none; whatIsWrong answers with words.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace errand::mail {

enum class SmtpSecurity {
    none,      // in the clear, for a server on this machine or network
    starttls,  // begins in the clear, and goes on only once STARTTLS has made it TLS (RFC 3207)
    tls,       // TLS from the first byte (RFC 8314, 3.3)
};

struct SmtpSettings {
    std::string host;
    int port = 587;
    SmtpSecurity security = SmtpSecurity::starttls;
    std::string username;  // empty: no login
    std::string password;
    std::string ca;       // a file of PEM certificates to trust; empty: the system's
    std::string helo;     // how this client names itself; empty: the machine's name
    int connections = 4;  // kept open at most: as many as mails are sent at a time

    // RFC 5321 (4.5.3.2) asks for minutes; each is for one whole step, not for one packet.
    std::chrono::milliseconds connectTimeout = std::chrono::seconds(30);
    std::chrono::milliseconds replyTimeout = std::chrono::minutes(5);
    std::chrono::milliseconds dataTimeout = std::chrono::minutes(10);  // the reply to the last dot
};

// What can be known to be wrong without asking the server, named by its key ("smtp.ca: ..."), and
// never with the password in it; nullopt: nothing. Reads the file of certificates.
std::optional<std::string> whatIsWrong(const SmtpSettings& settings);

// Whether what is sent to that host stays on this machine: "localhost", 127.0.0.0/8, "::1".
bool isLoopback(std::string_view host);

}  // namespace errand::mail
