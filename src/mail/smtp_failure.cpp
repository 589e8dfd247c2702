// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_failure.h"

#include <algorithm>
#include <array>
#include <optional>

#include "rpc/error.h"

namespace errand::mail {
namespace {

constexpr int serviceUnavailable = 421;  // RFC 5321, 3.8: the server closes the connection

// RFC 4954, 4.7 and 6: login needed, or with another mechanism, or wrong, or not without TLS. They
// may come in reply to any command, and no message is to blame.
bool concernsLogin(int code) {
    return std::ranges::count(std::array{530, 534, 535, 538}, code) > 0;
}

// What the server did or did not do, as the middle of a sentence.
const char* step(SmtpStage stage) {
    switch (stage) {
        case SmtpStage::resolve:
            return "name";
        case SmtpStage::connect:
            return "connection";
        case SmtpStage::tls:
            return "TLS";
        case SmtpStage::greeting:
            return "greeting";
        case SmtpStage::hello:
            return "EHLO";
        case SmtpStage::startTls:
            return "STARTTLS";
        case SmtpStage::login:
            return "login";
        case SmtpStage::sender:
            return "sender";
        case SmtpStage::recipient:
            return "recipient";
        case SmtpStage::data:
            return "DATA";
        case SmtpStage::contents:
            return "message";
    }
    return "";
}

// What Python's smtplib calls a final refusal in that stage.
const char* refusal(SmtpStage stage) {
    if (stage == SmtpStage::sender) return "SMTPSenderRefused";
    if (stage == SmtpStage::recipient) return "SMTPRecipientsRefused";
    return "SMTPDataError";
}

bool isFinal(SmtpStage stage, const SmtpTrouble& trouble) {
    if (trouble.cause() == SmtpCause::tooLarge) return true;
    return trouble.cause() == SmtpCause::refused && stage >= SmtpStage::sender &&
           trouble.code() >= 500 && !concernsLogin(trouble.code());
}

// A connection that breaks over one recipient or message would, with Scope::service, be tried with
// the same one for ever, and all other mail would wait behind it. The sender is the same for all.
rpc::Scope scope(SmtpStage stage, const SmtpTrouble& trouble) {
    const bool all = trouble.code() == serviceUnavailable || concernsLogin(trouble.code()) ||
                     stage < SmtpStage::recipient;
    return all ? rpc::Scope::service : rpc::Scope::job;
}

}  // namespace

bool isStale(SmtpStage stage, const SmtpTrouble& trouble) noexcept {
    if (stage == SmtpStage::sender && trouble.code() / 100 == 4) return true;
    return stage < SmtpStage::contents &&
           (trouble.cause() == SmtpCause::closed || trouble.code() == serviceUnavailable);
}

void throwAnswer(SmtpStage stage, const SmtpTrouble& trouble, const std::string& server) {
    if (isFinal(stage, trouble)) {
        const bool tooLarge = trouble.cause() == SmtpCause::tooLarge;
        throw rpc::Error(refusal(tooLarge ? SmtpStage::contents : stage), trouble.what());
    }
    throw rpc::TryAgain("SMTP server " + server + ", " + step(stage) + ": " + trouble.what(),
                        std::nullopt, scope(stage, trouble));
}

}  // namespace errand::mail
