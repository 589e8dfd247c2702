// SPDX-License-Identifier: Apache-2.0
// SmtpReply is one reply of a mail server; parseReply finds it in the bytes that came.
//
// Threads: plain data; pure functions.
// Owns: n/a (plain data).
// Errors: parseReply throws SmtpTrouble (garbled) for what cannot be, or become, a reply.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace errand::mail {

struct SmtpReply {
    int code = 0;      // 200 to 599
    std::string text;  // its lines without their codes, LF between them; any bytes but CR and LF

    int kind() const noexcept { return code / 100; }
};

// The largest reply that is read: one has a few lines of at most 512 bytes (RFC 5321, 4.5.3.1.5),
// and what has no end must not fill the memory.
inline constexpr std::size_t maxReplyBytes = 16'384;

// Reads the reply that the bytes begin with; how many of them it was, or 0 when its end has not
// come yet. Lines may end with LF alone; where their codes differ the last one counts, as with
// other clients.
std::size_t parseReply(std::string_view bytes, SmtpReply& reply);

// "550 5.1.1 no such user": the code and the lines, for people.
std::string inWords(const SmtpReply& reply);

// A stranger's text in one line of bounded length: printable ASCII, "?" for every other byte. A
// reply has no others (RFC 5321, 4.2; UTF-8 needs SMTPUTF8, which is not asked for).
std::string printable(std::string_view text);

}  // namespace errand::mail
