// SPDX-License-Identifier: Apache-2.0
// checkSmtp tries the settings on the real server, step by step and in words, by sending one
// message.
//
// Threads: may be called from any thread; the report is called from the same one.
// Owns: its connection, for the time of the call.
// Errors: none are thrown for what the server or the network does: the step that failed says it.
#pragma once

#include <functional>
#include <string>

#include "mail/message.h"
#include "mail/smtp_settings.h"

namespace errand::mail {

struct SmtpStep {
    std::string what;  // "resolve mail.example.org", "STARTTLS", "log in as errand"
    bool passed = false;
    // What was found out or answered; of a failed step what went wrong, and after it, where one is
    // known, what to do about it. Printable text; never the password.
    std::string said;
};

// Reports each step as it ends, in this order: resolve, connect, (TLS,) greeting, EHLO, (STARTTLS,
// EHLO,) (log in,) sender, recipient, message. The first that fails is the last; true: none did,
// and the message is in the server's keeping. REQUIRES settings of which whatIsWrong says nothing.
bool checkSmtp(const SmtpSettings& settings, const Message& message,
               const std::function<void(const SmtpStep&)>& report);

}  // namespace errand::mail
