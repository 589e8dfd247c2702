// SPDX-License-Identifier: Apache-2.0
// SmtpSession is one connection to a mail server from greeting to QUIT, over which any number of
// messages go.
//
// Why not Poco's SMTPClientSession (1.11.0, read and tried): it waits for the reply to each command
// before the next, four round trips a message where PIPELINING needs two, and knows no SIZE. Its
// timeout is for one packet, not for a reply, and there is none for sending, so a server that drips
// holds it for ever; nothing can interrupt it, and even its destructor waits for the answer to
// QUIT. A reply may be of any length, and a connection that ends within one of several lines is
// read in a loop without end (DialogSocket::receiveStatusMessage). It looks for "PLAIN" anywhere in
// the EHLO reply, and follows a refused EHLO by HELO even where TLS or a login is wanted.
//
// Threads: used by one thread at a time.
// Owns: its connection; borrows the settings and the TLS context, which outlive it. The destructor
//       closes without a word.
// Errors: open and send throw SmtpTrouble, of which stage() says where, and rpc::Cancelled.
#pragma once

#include <chrono>
#include <string>

#include "mail/smtp_dialog.h"
#include "mail/smtp_extensions.h"
#include "mail/smtp_transaction.h"

namespace errand::mail {

class SmtpSession {
public:
    SmtpSession(const SmtpSettings& settings, const SmtpTlsContext& tls)
        : dialog_(settings), tls_(tls) {}

    // Connects, says hello, secures the connection and logs in, as the settings want it.
    void open(const SmtpPatience& patience, SmtpWatch& watch);

    // Whether it stands ready for a message: the last one, if any, came to an end that the server
    // knows of.
    bool idle() const noexcept { return idle_; }
    // Whether the server, too, still holds on to it. REQUIRES idle().
    bool alive() { return dialog_.channel().quiet(); }

    // Returns when the server has taken the message over. After a refusal the session is idle
    // again, unless the connection broke. REQUIRES idle().
    void send(const SmtpMail& mail, const SmtpPatience& patience);
    // The same in single steps.
    void sendSlowly(const SmtpMail& mail, const SmtpPatience& patience, SmtpWatch& watch);

    // What a reply to QUIT is worth waiting for: nothing depends on it.
    static constexpr std::chrono::milliseconds farewell{500};

    // Says QUIT and closes. Waits for the reply, but no longer than until then.
    void quit(base::SteadyTime until) noexcept;

    SmtpStage stage() const noexcept { return dialog_.stage(); }

private:
    void connect(const SmtpPatience& patience, SmtpWatch& watch);
    void greet(const SmtpPatience& patience, SmtpWatch& watch);
    void hello(const SmtpPatience& patience, SmtpWatch& watch);
    void beginTls(const SmtpPatience& patience, SmtpWatch& watch);
    void secure(const SmtpPatience& patience, SmtpWatch& watch);
    void reset(SmtpStage refusedAt);
    template <class Transaction>
    void sendWith(Transaction transaction);

    SmtpDialog dialog_;
    const SmtpTlsContext& tls_;
    std::string name_;  // what it calls itself
    SmtpExtensions extensions_;
    bool idle_ = false;
};

}  // namespace errand::mail
