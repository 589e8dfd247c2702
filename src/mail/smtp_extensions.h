// SPDX-License-Identifier: Apache-2.0
// SmtpExtensions are what a server's reply to EHLO offers, of what Errand makes use of.
//
// Threads: plain data; a pure function.
// Owns: n/a (plain data).
// Errors: none; what is not understood is passed over.
#pragma once

#include <cstdint>

#include "mail/smtp_reply.h"

namespace errand::mail {

struct SmtpExtensions {
    bool pipelining = false;    // RFC 2920
    bool startTls = false;      // RFC 3207
    bool authPlain = false;     // RFC 4954, 4616
    bool authLogin = false;     // never standardized, and the only one some servers have
    bool size = false;          // RFC 1870
    std::uint64_t maxSize = 0;  // bytes a message may have; 0: not said
};

SmtpExtensions parseExtensions(const SmtpReply& hello);

}  // namespace errand::mail
