// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_check.h"

#include <algorithm>
#include <string_view>

#include <Poco/Exception.h>

#include "mail/smtp_failure.h"
#include "mail/smtp_session.h"
#include "rpc/error.h"

namespace errand::mail {
namespace {

// Someone sits and waits: a server that needs longer to answer is worth hearing of.
constexpr std::chrono::seconds longestStep(30);
constexpr std::chrono::seconds longestDelivery(120);

SmtpSettings hurried(SmtpSettings settings) {
    settings.connectTimeout =
        std::min<std::chrono::milliseconds>(settings.connectTimeout, longestStep);
    settings.replyTimeout = std::min<std::chrono::milliseconds>(settings.replyTimeout, longestStep);
    settings.dataTimeout =
        std::min<std::chrono::milliseconds>(settings.dataTimeout, longestDelivery);
    return settings;
}

// Hands each step to the report once it has passed or failed.
class Reporter : public SmtpWatch {
public:
    explicit Reporter(const std::function<void(const SmtpStep&)>& report) : report_(report) {}

    void begins(std::string_view what) override { what_ = what; }
    void passed(std::string_view said) override { report_({what_, true, std::string(said)}); }
    void failed(const std::string& said) { report_({what_, false, said}); }

private:
    const std::function<void(const SmtpStep&)>& report_;
    std::string what_;
};

std::string_view hintOfTls(const SmtpSettings& settings, SmtpCause cause) {
    if (cause == SmtpCause::plain && settings.security == SmtpSecurity::tls) {
        return "the server speaks plain SMTP here; try smtp.security=starttls, or the port for "
               "TLS (465)";
    }
    if (cause == SmtpCause::handshake) {
        return "the server may only know protocols older than TLS 1.2, which are refused";
    }
    if (cause == SmtpCause::certificate) {
        return "for an authority of your own set smtp.ca to its certificate; smtp.host must be a "
               "name that the server's certificate is for";
    }
    return {};
}

// A server that awaits TLS says nothing in the clear, or answers with an alert.
std::string_view hintOfGreeting(const SmtpSettings& settings) {
    if (settings.security == SmtpSecurity::tls) return {};
    return "the port may expect TLS from the first byte; try smtp.security=tls, or port 587";
}

std::string_view hintOfOffer(SmtpStage stage, const SmtpSettings& settings) {
    if (stage == SmtpStage::startTls) {
        return "the port may be without TLS: try 587, or 465 with smtp.security=tls; "
               "smtp.security=none is for a server on your own machine or network";
    }
    if (settings.security == SmtpSecurity::none) {
        return "many servers offer a login only within TLS: try smtp.security=starttls";
    }
    return "leave smtp.username empty if the server takes mail without a login";
}

std::string_view hintOfRefusal(SmtpStage stage, const SmtpTrouble& trouble) {
    if (trouble.code() == 530) return "the server wants a login or TLS first: see smtp.username";
    if (stage == SmtpStage::login) return "check smtp.username and smtp.password";
    if (stage == SmtpStage::sender) return "mail.from must be an address the server sends for";
    if (stage == SmtpStage::recipient && trouble.code() >= 500) {
        return "the server may take mail for others only after a login: see smtp.username";
    }
    if (stage == SmtpStage::hello) return "set smtp.helo to a name the server accepts";
    if (trouble.code() < 500) return "the server says it is for now only";
    return {};
}

// What to do about it, where that is known; else nothing.
std::string_view hint(const SmtpSettings& settings, SmtpStage stage, const SmtpTrouble& trouble) {
    if (trouble.cause() == SmtpCause::refused) return hintOfRefusal(stage, trouble);
    if (trouble.cause() == SmtpCause::notOffered) return hintOfOffer(stage, settings);
    if (stage == SmtpStage::resolve) return "check smtp.host";
    if (stage == SmtpStage::connect) return "check smtp.port, the server and firewalls between";
    if (stage == SmtpStage::greeting) return hintOfGreeting(settings);
    return hintOfTls(settings, trouble.cause());
}

}  // namespace

bool checkSmtp(const SmtpSettings& settings, const Message& message,
               const std::function<void(const SmtpStep&)>& report) {
    const SmtpSettings used = hurried(settings);
    Reporter reporter(report);
    reporter.begins("settings");
    try {
        const SmtpMail mail = prepare(message);
        const SmtpTlsContext tls(used.ca);
        SmtpSession session(used, tls);
        try {
            session.open({}, reporter);
            session.sendSlowly(mail, {}, reporter);
        } catch (const SmtpTrouble& trouble) {
            const std::string_view known = hint(used, session.stage(), trouble);
            reporter.failed(trouble.what() + (known.empty() ? "" : "; " + std::string(known)));
            return false;
        }
        session.quit(std::chrono::steady_clock::now() + SmtpSession::farewell);
        return true;
    } catch (const rpc::Error& error) {
        reporter.failed(error.what());  // an address or a subject
    } catch (const Poco::Exception& exception) {
        reporter.failed(exception.displayText());  // the file of certificates
    }
    return false;
}

}  // namespace errand::mail
