// SPDX-License-Identifier: Apache-2.0
// logIn does SMTP's AUTH (RFC 4954) with the settings' name and password.
//
// Threads: used by the dialogue's thread.
// Owns: nothing; the dialogue is borrowed.
// Errors: SmtpTrouble, whose words never hold the name's or the password's bytes in any form that
//         was sent, though the server may repeat them.
#pragma once

#include <string>

#include "mail/smtp_dialog.h"
#include "mail/smtp_extensions.h"

namespace errand::mail {

// With PLAIN where it is offered, else with LOGIN; the mechanism that did it. Not in the clear
// unless the server is on this machine.
std::string logIn(SmtpDialog& dialog, const SmtpExtensions& extensions,
                  const SmtpPatience& patience);

}  // namespace errand::mail
