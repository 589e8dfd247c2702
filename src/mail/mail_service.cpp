// SPDX-License-Identifier: Apache-2.0
#include "mail/mail_service.h"

#include <chrono>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/String.h>

#include "base/clock.h"
#include "rpc/error.h"
#include "rpc/signature.h"

namespace errand::mail {
namespace {

rpc::Mailbox readFrom(const std::string& from) {
    if (const auto mailbox = rpc::parseMailbox(from)) return *mailbox;
    throw Poco::InvalidArgumentException(
        "mail.from must be one plain mailbox such as errand@example.org, not: " + from);
}

}  // namespace

MailService::MailService(const Settings& settings, Sender& sender)
    : Service("mail", settings.workers, "Mail to one address at a time."),
      from_(readFrom(settings.from)),
      sender_(sender),
      domains_(settings.domains),
      recipients_(settings.perRecipient),
      granted_({1, settings.perRecipient.window}) {
    rpc::Method& send = method("send", &MailService::send, {"to", "subject", "contents"},
                               "Sends one message of plain text.");
    send.queued = true;
    // 10 s, 20 s, ... 5.7 h, then every 8 h: the last of 25 attempts comes after four and a half
    // days; RFC 5321 (4.5.4.1) asks for at least four or five.
    send.policy.maxAttempts = 25;
    send.policy.firstDelay = std::chrono::seconds(10);
    send.policy.longestDelay = std::chrono::hours(8);
    // A server may take that long to answer the end of the message (RFC 5321, 4.5.3.2.6); who gives
    // up earlier sends it twice.
    send.policy.timeout = std::chrono::minutes(10);
    send.check = [this, types = std::move(send.check)](const base::Json& args,
                                                       const base::Json& kwargs) {
        return checkDomain(types(args, kwargs), args, kwargs);
    };
}

void MailService::setPolicy(const std::vector<std::string>& domains,
                            const base::Rate& perRecipient) {
    domains_.set(domains);
    recipients_.setRate(perRecipient);
    granted_.setRate({1, perRecipient.window});
}

// As send() does, but where whoever submits the job is told at once.
std::vector<rpc::FieldError> MailService::checkDomain(std::vector<rpc::FieldError> errors,
                                                      const base::Json& args,
                                                      const base::Json& kwargs) const {
    if (!errors.empty()) return errors;
    const auto to = rpc::parseMailbox(rpc::givenArgument(args, kwargs, 0, "to")->asString());
    if (const auto refusal = domains_.refusal(to->address)) errors.push_back({"to", *refusal});
    return errors;
}

// Final, both: a mail that may not go today may not go tomorrow, and who floods an address is not
// to have it flooded later.
void MailService::checkPolicy(const rpc::Context& context, const std::string& address) {
    if (const auto refusal = domains_.refusal(address))
        throw rpc::Error("RecipientRefused", "the address " + *refusal);
    if (!recipients_.limits()) return;
    // A mail that was let through and is tried again has been counted; one that was refused has
    // not.
    const auto now = std::chrono::steady_clock::now();
    const std::string id = context.job() ? context.job()->toString() : std::string();
    if (!id.empty() && granted_.take(id, 0, now).remaining == 0) return;
    if (!recipients_.take(Poco::toLower(address), 1, now).granted)
        throw rpc::Error("RecipientLimit",
                         "the address has had as many mails as mail.perRecipient"
                         " lets it have");
    if (!id.empty()) granted_.take(id, 1, now);
}

base::Json MailService::send(rpc::Context& context, rpc::Mailbox to, Subject subject,
                             Contents contents) {
    checkPolicy(context, to.address);
    const base::Time now = base::Clock::system().now();
    Message message;
    // Calls of a queued method arrive as jobs; one that does not is sent all the same, once.
    message.id = context.job().value_or(base::Id::generate(now));
    message.date = creationTime(message.id).value_or(now);
    message.from = from_;
    message.to = std::move(to);
    message.subject = std::move(subject.text);
    message.contents = std::move(contents.text);
    sender_.send(message, context);
    return nullptr;
}

}  // namespace errand::mail
