// SPDX-License-Identifier: Apache-2.0
#include "app/mail_test_command.h"

#include <string>

#include "app/client_config.h"
#include "app/log_format.h"
#include "app/services.h"
#include "base/clock.h"
#include "cli/exit_code.h"
#include "mail/smtp_check.h"
#include "rpc/argument.h"

namespace errand::app {

namespace {

mail::Message testMessage(const Config& config, const rpc::Mailbox& to) {
    const base::Time now = base::Clock::system().now();
    mail::Message message;
    message.id = base::Id::generate(now);
    message.date = now;
    // The configuration has been read, so it is one.
    message.from = rpc::parseMailbox(config.mail.from).value_or(rpc::Mailbox{});
    message.to = to;
    message.subject = "Errand can send mail";
    message.contents = "This is the mail that \"errand mail test\" has sent through " +
                       config.smtp.host + ".\nThe server sends with the same settings.\n";
    return message;
}

// "ok     connect mx.example.org:587: 192.0.2.7"; what the server said cannot end the line.
std::string stepLine(const mail::SmtpStep& step) {
    std::string line = step.passed ? "ok      " : "failed  ";
    appendOneLine(line, step.said.empty() ? step.what : step.what + ": " + step.said);
    return line;
}

int sendThroughServer(const Config& config, const rpc::Mailbox& to, std::ostream& out) {
    // Steps may take minutes each: every line is out as soon as it is known.
    const auto report = [&out](const mail::SmtpStep& step) { out << stepLine(step) << std::endl; };
    if (!mail::checkSmtp(config.smtp, testMessage(config, to), report)) return cli::exitFailed;
    out << "The mail is in the keeping of " << config.smtp.host << "; look for it at " << to.address
        << '.' << std::endl;
    return cli::exitOk;
}

int run(const cli::Arguments& arguments, cli::Streams streams) {
    if (arguments.words.size() != 1) {
        throw cli::UsageError("needs one ADDRESS to send a mail to");
    }
    const auto to = rpc::parseMailbox(arguments.words[0]);
    if (!to) {
        throw cli::UsageError("\"" + arguments.words[0] +
                              "\" is no plain mail address; write it as name@example.com");
    }
    try {
        const Config config = readClientConfig(arguments);
        if (config.mailMode == MailMode::maildir) {
            streams.err << "errand: mail.mode is maildir: mail goes into " << maildirOf(config)
                        << " and no server is asked; set mail.mode=smtp and smtp.host to send it"
                        << std::endl;
            return cli::exitFailed;
        }
        requireSmtp(config);
        return sendThroughServer(config, *to, streams.out);
    } catch (const ConfigError& error) {
        std::string line = "errand: ";
        appendOneLine(line, error.what());
        streams.err << line << std::endl;
        return cli::exitConfig;
    }
}

}  // namespace

cli::Command mailTestCommand() {
    return {"mail test", "ADDRESS",
            "Sends one mail with the server's settings and says how each step goes.",
            clientConfigOptions(), run};
}

}  // namespace errand::app
