// SPDX-License-Identifier: Apache-2.0
// SmtpDialog is commands and replies with one server, and knows which step it is at.
//
// Threads: used by one thread at a time.
// Owns: its channel; borrows the settings, which outlive it.
// Errors: SmtpTrouble and rpc::Cancelled as the channel throws them; SmtpTrouble (refused) for a
//         reply 421 to anything, after which the server closes.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "mail/smtp_channel.h"
#include "mail/smtp_failure.h"
#include "mail/smtp_reply.h"
#include "mail/smtp_settings.h"

namespace errand::mail {

// What bounds all steps together: the time of the call and the wish for its end.
class SmtpPatience {
public:
    SmtpPatience() = default;  // nothing: each step has its own limit
    explicit SmtpPatience(const rpc::Context& context);

    SmtpWait wait(std::chrono::milliseconds step) const;
    // For what must not be torn off: the end is not asked about.
    SmtpWait calmWait(std::chrono::milliseconds step) const;

private:
    const rpc::Context* context_ = nullptr;
    std::optional<base::SteadyTime> end_;
};

// Hears of each step: what checkSmtp reports. An SmtpWatch as it is hears nothing.
class SmtpWatch {
public:
    virtual ~SmtpWatch() = default;
    virtual void begins(std::string_view /*what*/) {}
    virtual void passed(std::string_view /*said*/) {}
};

class SmtpDialog {
public:
    explicit SmtpDialog(const SmtpSettings& settings) : settings_(settings) {}

    const SmtpSettings& settings() const noexcept { return settings_; }
    SmtpChannel& channel() noexcept { return channel_; }

    SmtpStage stage() const noexcept { return stage_; }
    void enter(SmtpStage stage) noexcept { stage_ = stage; }

    // Sends the command, which ends with CRLF, and reads its reply.
    SmtpReply ask(std::string_view command, const SmtpPatience& patience);
    // The next reply; the wait is for its last byte.
    SmtpReply read(const SmtpWait& wait);
    // As ask, but any reply other than of that kind (2: 2xx) is thrown as trouble.
    SmtpReply require(int kind, std::string_view command, const SmtpPatience& patience);

private:
    const SmtpSettings& settings_;
    SmtpChannel channel_;
    SmtpStage stage_ = SmtpStage::resolve;
};

// Throws what that reply means where another was needed.
[[noreturn]] void throwRefused(const SmtpReply& reply);

}  // namespace errand::mail
