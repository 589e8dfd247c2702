// SPDX-License-Identifier: Apache-2.0
// SmtpSender sends messages through one mail server, over connections that it keeps.
//
// Threads: send may be called from any number of threads at once; each takes a connection that is
//          free, or opens one.
// Owns: its settings and connections; the destructor says QUIT on those that are open.
// Errors: the constructor throws Poco exceptions when the file of certificates cannot be used.
//         send throws rpc::Error with the server's words for what it refuses for good (5xx),
//         rpc::TryAgain with Scope::job where it refuses for now (4xx) or the connection breaks
//         after the message has begun, and with Scope::service where every message would fail:
//         no connection, no TLS, a certificate that does not fit, a login refused, 421.
#pragma once

#include <memory>

#include "mail/sender.h"
#include "mail/smtp_settings.h"

namespace errand::mail {

class SmtpSender : public Sender {
public:
    explicit SmtpSender(SmtpSettings settings);
    ~SmtpSender() override;

    void send(const Message& message, const rpc::Context& context) override;

private:
    class Connections;
    const std::unique_ptr<Connections> connections_;
};

}  // namespace errand::mail
