// SPDX-License-Identifier: Apache-2.0
// smtp_sending is what the tests of SMTP share: settings for their server, a message, and how its
// sending ended, in words.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: n/a.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

#include "mail/smtp_sender.h"
#include "mail/smtp_settings.h"
#include "rpc/error.h"
#include "tests/mail/no_caller.h"
#include "tests/mail/smtp_server.h"

namespace errand::mail {

inline SmtpSettings settingsFor(const SmtpServer& server) {
    SmtpSettings settings;
    settings.host = "127.0.0.1";
    settings.port = server.port();
    settings.security = SmtpSecurity::none;
    settings.helo = "client.example.org";
    // Far longer than any answer takes: only a failure waits for them.
    settings.connectTimeout = settings.replyTimeout = settings.dataTimeout =
        std::chrono::seconds(20);
    return settings;
}

inline Message sampleMessage(const std::string& contents = "The result is: 40") {
    Message message;
    message.date = base::Clock::system().now();
    message.id = base::Id::generate(message.date);
    message.from.address = "errand@example.org";
    message.to.address = "name@email.com";
    message.subject = "Your operation is complete!";
    message.contents = contents;
    return message;
}

inline rpc::Call mailCall(std::chrono::milliseconds timeout = std::chrono::minutes(10)) {
    rpc::Call call;
    call.service = "mail";
    call.method = "send";
    call.timeout = timeout;
    return call;
}

// "sent", "Error TYPE: TEXT", "TryAgain job: TEXT", "TryAgain service: TEXT", "Cancelled".
inline std::string ending(SmtpSender& sender, const Message& message, const rpc::Context& context) {
    try {
        sender.send(message, context);
        return "sent";
    } catch (const rpc::Cancelled&) {
        return "Cancelled";
    } catch (const rpc::Error& error) {
        return "Error " + error.type() + ": " + error.what();
    } catch (const rpc::TryAgain& trouble) {
        const bool job = trouble.scope() == rpc::Scope::job;
        return std::string("TryAgain ") + (job ? "job" : "service") + ": " + trouble.what();
    }
}

inline std::string ending(SmtpSender& sender, const Message& message = sampleMessage()) {
    NoCaller caller;
    rpc::Context context(mailCall(), caller);
    context.begin(std::chrono::steady_clock::now());
    return ending(sender, message, context);
}

inline std::string ending(const SmtpSettings& settings) {
    SmtpSender sender(settings);
    return ending(sender);
}

// How often that command came, whatever follows its name.
inline std::ptrdiff_t countCommands(const SmtpServer& server, const std::string& name) {
    const auto commands = server.commands();
    return std::ranges::count_if(
        commands, [&](const std::string& command) { return command.starts_with(name); });
}

}  // namespace errand::mail
