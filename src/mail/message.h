// SPDX-License-Identifier: Apache-2.0
// Message is one mail to be sent; format() writes it as RFC 5322 text that any server will take.
//
// Threads: plain data; the functions may be called from any thread.
// Owns: n/a (plain data).
// Errors: format throws rpc::Error("ValueError") for an address or subject that could break out of
//         its header, though the checks before a job have refused it already.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/id.h"
#include "rpc/argument.h"

namespace errand::mail {

// The id is the job's, so each attempt writes the very same text: Message-ID and Date follow it.
struct Message {
    base::Id id;
    base::Time date{};
    rpc::Mailbox from;
    rpc::Mailbox to;
    std::string subject;   // UTF-8, one line
    std::string contents;  // UTF-8; "\n" ends a line
};

// When an id of version 7 was made; nullopt for other versions.
std::optional<base::Time> creationTime(const base::Id& id) noexcept;

// The whole message in lines that end with CRLF, all ASCII, none over 998 characters. Contents of
// plain ASCII lines stand there as they are, and their last line is ended; all others are base64,
// which brings every byte back: NUL, lone CR and LF, lines of any length.
std::string format(const Message& message);

}  // namespace errand::mail
