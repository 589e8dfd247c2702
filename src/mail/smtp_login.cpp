// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_login.h"

#include <algorithm>
#include <string_view>

#include "mail/base64.h"

namespace errand::mail {
namespace {

// RFC 4616: who to act as (nobody else), who it is, the password.
std::string plainToken(const SmtpSettings& settings) {
    const std::string separator(1, '\0');
    return base64(separator + settings.username + separator + settings.password);
}

// Whether the text holds the secret, or a piece of it that would help to guess the rest.
bool betrays(std::string_view text, std::string_view secret) {
    constexpr std::size_t piece = 6;
    if (secret.empty()) return false;
    if (secret.size() <= piece) return text.find(secret) != std::string_view::npos;
    for (std::size_t i = 0; i + piece <= secret.size(); ++i) {
        if (text.find(secret.substr(i, piece)) != std::string_view::npos) return true;
    }
    return false;
}

// The server's words, unless it repeats in them what it was told.
[[noreturn]] void throwWithoutSecrets(const SmtpTrouble& trouble, const SmtpSettings& settings) {
    if (trouble.cause() == SmtpCause::garbled) {
        throw SmtpTrouble(SmtpCause::garbled, "the server's answer to the login is not SMTP");
    }
    for (const std::string& secret : {settings.password, base64(settings.password),
                                      base64(settings.username), plainToken(settings)}) {
        if (!betrays(trouble.what(), secret)) continue;
        throw SmtpTrouble(trouble.cause(), std::to_string(trouble.code()), trouble.code());
    }
    throw trouble;
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
    try {
        const SmtpReply reply =
            extensions.authPlain ? logInPlain(dialog, patience) : logInLogin(dialog, patience);
        if (reply.kind() != 2) throwRefused(reply);
    } catch (const SmtpTrouble& trouble) {
        throwWithoutSecrets(trouble, settings);
    }
    return extensions.authPlain ? "PLAIN" : "LOGIN";
}

}  // namespace errand::mail
