// SPDX-License-Identifier: Apache-2.0
// SmtpTrouble is what can go wrong in a dialogue with a mail server; throwAnswer alone decides what
// that means for the job: final, later, or later for all mail.
//
// Threads: plain data; the functions may be called from any thread.
// Owns: n/a (plain data).
// Errors: they are the errors; only SmtpSender and checkSmtp catch SmtpTrouble.
#pragma once

#include <stdexcept>
#include <string>

namespace errand::mail {

// The steps of a dialogue, in their order: which one failed says whom it concerns.
enum class SmtpStage {
    resolve,
    connect,
    tls,
    greeting,
    hello,
    startTls,
    login,
    sender,     // MAIL
    recipient,  // RCPT
    data,       // DATA
    contents,   // the message has begun to go out
};

enum class SmtpCause {
    unreachable,  // no address, or nobody answers at any
    closed,       // the connection has broken
    late,         // the step's time is over
    garbled,      // what came is no reply, or none to what was asked
    plain,        // what came is not TLS
    handshake,    // TLS failed, but for the certificate
    certificate,  // not to be trusted, or another's
    notOffered,   // the server does not do what the settings ask
    tooLarge,     // the message is over the server's limit
    refused,      // a reply of 4xx or 5xx
};

class SmtpTrouble : public std::runtime_error {
public:
    // The words are printable and without secrets; the code is the reply's where it was one.
    SmtpTrouble(SmtpCause cause, const std::string& words, int code = 0)
        : std::runtime_error(words), cause_(cause), code_(code) {}
    SmtpCause cause() const noexcept { return cause_; }
    int code() const noexcept { return code_; }

private:
    SmtpCause cause_;
    int code_;
};

// Whether a connection that was kept may just have died of age, or carried more messages than the
// server wants over one (which some say with 4xx to MAIL), and nothing of the message has gone out:
// then a new one takes the message without a word.
bool isStale(SmtpStage stage, const SmtpTrouble& trouble) noexcept;

// Throws rpc::Error or rpc::TryAgain for the trouble in that stage with that server ("host:port").
//
//   421 at any time, any code about the login    TryAgain, service
//   before RCPT, whatever it is                  TryAgain, service; but
//     MAIL refused with another 5xx              Error SMTPSenderRefused
//   RCPT, DATA or the message refused with 4xx   TryAgain, job
//     with 5xx                                   Error SMTPRecipientsRefused, SMTPDataError
//   broken, late or garbled from RCPT on         TryAgain, job
//   the message is too large for the server      Error SMTPDataError
[[noreturn]] void throwAnswer(SmtpStage stage, const SmtpTrouble& trouble,
                              const std::string& server);

}  // namespace errand::mail
