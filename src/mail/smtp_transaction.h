// SPDX-License-Identifier: Apache-2.0
// smtp_transaction hands one message to a server that has been greeted: MAIL, RCPT, DATA, the text.
//
// Threads: used by the dialogue's thread.
// Owns: nothing; dialogue and mail are borrowed for the call.
// Errors: SmtpTrouble; where its cause is a refusal (but for 421) the connection is good for more
//         after a RSET, else it is closed or must be. rpc::Cancelled before the final dot only.
#pragma once

#include <cstddef>
#include <string>

#include "mail/message.h"
#include "mail/smtp_dialog.h"
#include "mail/smtp_extensions.h"

namespace errand::mail {

// A message as it goes over the wire.
struct SmtpMail {
    std::string from;
    std::string to;
    std::size_t size = 0;  // as RFC 1870 counts: without the stuffed dots and the final one
    std::string data;      // what follows DATA's 354, the final dot included
};

// Throws rpc::Error as format() does.
SmtpMail prepare(const Message& message);

// In two writes where the server takes commands together (RFC 2920), else step by step.
void transact(SmtpDialog& dialog, const SmtpExtensions& extensions, const SmtpMail& mail,
              const SmtpPatience& patience);

// Step by step whatever the server can do, for whoever wants to see each.
void transactSlowly(SmtpDialog& dialog, const SmtpExtensions& extensions, const SmtpMail& mail,
                    const SmtpPatience& patience, SmtpWatch& watch);

}  // namespace errand::mail
