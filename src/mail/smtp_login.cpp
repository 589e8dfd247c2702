// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_login.h"

#include <algorithm>

#include "mail/base64.h"

namespace errand::mail {
namespace {

// RFC 4616: who to act as (nobody else), who it is, the password.
std::string plainToken(const SmtpSettings& settings) {
    const std::string separator(1, '\0');
    return base64(separator + settings.username + separator + settings.password);
}

// The server's words, unless it repeats in them what it was told.
void throwLoginRefused(const SmtpReply& reply, const SmtpSettings& settings) {
    SmtpReply said = reply;
    for (const std::string& secret : {settings.password, base64(settings.password),
                                      base64(settings.username), plainToken(settings)}) {
        if (!secret.empty() && said.text.find(secret) != std::string::npos) said.text.clear();
    }
    throwRefused(said);
}

SmtpReply logInPlain(SmtpDialog& dialog, const SmtpPatience& patience) {
    const std::string token = plainToken(dialog.settings());
    SmtpReply reply = dialog.ask("AUTH PLAIN " + token + "\r\n", patience);
    // Some servers take no token with the command, and ask for it.
    if (reply.code == 334) reply = dialog.ask(token + "\r\n", patience);
    return reply;
}

SmtpReply logInLogin(SmtpDialog& dialog, const SmtpPatience& patience) {
    SmtpReply reply = dialog.ask("AUTH LOGIN\r\n", patience);
    if (reply.code != 334) return reply;
    reply = dialog.ask(base64(dialog.settings().username) + "\r\n", patience);
    if (reply.code != 334) return reply;
    return dialog.ask(base64(dialog.settings().password) + "\r\n", patience);
}

}  // namespace

std::string logIn(SmtpDialog& dialog, const SmtpExtensions& extensions,
                  const SmtpPatience& patience) {
    dialog.enter(SmtpStage::login);
    const SmtpSettings& settings = dialog.settings();
    if (dialog.channel().tls() == nullptr && !isLoopback(settings.host)) {
        throw SmtpTrouble(SmtpCause::notOffered, "no password goes over the network in the clear");
    }
    if (!extensions.authPlain && !extensions.authLogin) {
        throw SmtpTrouble(SmtpCause::notOffered,
                          "the server offers no login that is known here (PLAIN or LOGIN)");
    }
    const SmtpReply reply =
        extensions.authPlain ? logInPlain(dialog, patience) : logInLogin(dialog, patience);
    if (reply.kind() != 2) throwLoginRefused(reply, settings);
    return extensions.authPlain ? "PLAIN" : "LOGIN";
}

}  // namespace errand::mail
