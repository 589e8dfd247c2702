// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_session.h"

#include <string>

#include <Poco/Exception.h>

#include "base/clock.h"
#include "mail/smtp_helo.h"
#include "mail/smtp_login.h"

namespace errand::mail {
namespace {

// What these follow is settled already, and a new connection costs less than a long wait.
constexpr std::chrono::milliseconds resetTimeout(2000);

}  // namespace

void SmtpSession::open(const SmtpPatience& patience, SmtpWatch& watch) {
    const SmtpSettings& settings = dialog_.settings();
    connect(patience, watch);
    if (settings.security == SmtpSecurity::tls) {
        watch.begins("TLS");
        dialog_.enter(SmtpStage::tls);
        secure(patience, watch);
    }
    greet(patience, watch);
    hello(patience, watch);
    if (settings.security == SmtpSecurity::starttls) {
        beginTls(patience, watch);
        hello(patience, watch);  // what was said before TLS counts no more (RFC 3207, 4.2)
    }
    if (!settings.username.empty()) {
        watch.begins("log in as " + printable(settings.username));
        watch.passed("with " + logIn(dialog_, extensions_, patience));
    }
    idle_ = true;
}

void SmtpSession::connect(const SmtpPatience& patience, SmtpWatch& watch) {
    const SmtpSettings& settings = dialog_.settings();
    watch.begins("resolve " + settings.host);
    dialog_.enter(SmtpStage::resolve);
    const auto addresses = resolveServer(settings.host, settings.port);
    std::string found;
    for (const auto& address : addresses) {
        found += (found.empty() ? "" : ", ") + address.host().toString();
    }
    watch.passed(found);
    watch.begins("connect to port " + std::to_string(settings.port));
    dialog_.enter(SmtpStage::connect);
    dialog_.channel().connect(addresses, patience.wait(settings.connectTimeout));
    try {
        name_ = settings.helo;
        if (name_.empty()) name_ = machineName(dialog_.channel().socket().address().host());
        watch.passed("connected to " + dialog_.channel().socket().peerAddress().toString());
    } catch (const Poco::Exception& exception) {
        // A server may break a connection that it has just taken; then it has no addresses either.
        throw SmtpTrouble(SmtpCause::closed, "the connection broke: " + exception.message());
    }
}

void SmtpSession::greet(const SmtpPatience& patience, SmtpWatch& watch) {
    watch.begins("greeting");
    dialog_.enter(SmtpStage::greeting);
    const SmtpReply greeting = dialog_.read(patience.wait(dialog_.settings().replyTimeout));
    if (greeting.kind() != 2) throwRefused(greeting);
    watch.passed(inWords(greeting));
}

void SmtpSession::hello(const SmtpPatience& patience, SmtpWatch& watch) {
    const SmtpSettings& settings = dialog_.settings();
    watch.begins("EHLO");
    dialog_.enter(SmtpStage::hello);
    SmtpReply reply = dialog_.ask("EHLO " + name_ + "\r\n", patience);
    extensions_ = parseExtensions(reply);
    // A server from before 1995 does not know it; it knows no TLS or login either.
    const bool needed = settings.security == SmtpSecurity::starttls || !settings.username.empty();
    if (reply.kind() == 5 && !needed) {
        reply = dialog_.ask("HELO " + name_ + "\r\n", patience);
        extensions_ = {};
    }
    if (reply.kind() != 2) throwRefused(reply);
    watch.passed(inWords(reply));
}

void SmtpSession::beginTls(const SmtpPatience& patience, SmtpWatch& watch) {
    watch.begins("STARTTLS");
    dialog_.enter(SmtpStage::startTls);
    // Someone on the way may have struck it out: going on in the clear is what he waits for.
    if (!extensions_.startTls) {
        throw SmtpTrouble(SmtpCause::notOffered, "the server does not offer STARTTLS");
    }
    dialog_.require(2, "STARTTLS\r\n", patience);
    // Whoever is on the way can put a reply here, which would be taken for the server's within TLS.
    if (!dialog_.channel().unread().empty()) {
        throw SmtpTrouble(SmtpCause::garbled, "the server sent more in the clear after STARTTLS");
    }
    secure(patience, watch);
}

void SmtpSession::secure(const SmtpPatience& patience, SmtpWatch& watch) {
    const SmtpSettings& settings = dialog_.settings();
    dialog_.channel().startTls(tls_, settings.host, patience.wait(settings.replyTimeout));
    watch.passed(dialog_.channel().tls()->description());
}

void SmtpSession::send(const SmtpMail& mail, const SmtpPatience& patience) {
    sendWith([&] { transact(dialog_, extensions_, mail, patience); });
}

void SmtpSession::sendSlowly(const SmtpMail& mail, const SmtpPatience& patience, SmtpWatch& watch) {
    sendWith([&] { transactSlowly(dialog_, extensions_, mail, patience, watch); });
}

template <class Transaction>
void SmtpSession::sendWith(Transaction transaction) {
    poco_assert(idle_);
    idle_ = false;
    try {
        transaction();
    } catch (const SmtpTrouble& trouble) {
        if (trouble.cause() == SmtpCause::tooLarge) idle_ = true;  // nothing was said
        if (trouble.cause() == SmtpCause::refused && trouble.code() != 421) reset(stage());
        throw;
    }
    idle_ = true;
}

void SmtpSession::reset(SmtpStage refusedAt) {
    if (!dialog_.channel().open()) return;
    try {
        const SmtpWait wait = SmtpPatience().wait(resetTimeout);
        dialog_.channel().write("RSET\r\n", wait);
        idle_ = dialog_.read(wait).kind() == 2;
    } catch (const SmtpTrouble&) {
        dialog_.channel().close();  // the refusal stands; the next message gets a new connection
    }
    dialog_.enter(refusedAt);
}

void SmtpSession::quit(base::SteadyTime until) noexcept {
    try {
        if (!idle_ || !alive()) return dialog_.channel().close();
        const SmtpWait wait{until};
        dialog_.channel().write("QUIT\r\n", wait);
        dialog_.read(wait);
    } catch (const std::exception&) {
        // The server may have gone first, and nothing depends on it.
    }
    idle_ = false;
    dialog_.channel().close();
}

}  // namespace errand::mail
