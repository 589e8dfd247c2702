// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_dialog.h"

#include <algorithm>

namespace errand::mail {

SmtpPatience::SmtpPatience(const rpc::Context& context) : context_(&context) {
    if (const auto left = context.timeLeft()) end_ = std::chrono::steady_clock::now() + *left;
}

SmtpWait SmtpPatience::wait(std::chrono::milliseconds step) const {
    SmtpWait wait = calmWait(step);
    wait.context = context_;
    return wait;
}

SmtpWait SmtpPatience::calmWait(std::chrono::milliseconds step) const {
    const base::SteadyTime until = std::chrono::steady_clock::now() + step;
    return {end_ ? std::min(until, *end_) : until, nullptr};
}

void throwRefused(const SmtpReply& reply) {
    const bool refused = reply.kind() == 4 || reply.kind() == 5;
    throw SmtpTrouble(refused ? SmtpCause::refused : SmtpCause::garbled,
                      (refused ? "" : "an answer out of turn: ") + inWords(reply), reply.code);
}

SmtpReply SmtpDialog::ask(std::string_view command, const SmtpPatience& patience) {
    const SmtpWait wait = patience.wait(settings_.replyTimeout);
    channel_.write(command, wait);
    return read(wait);
}

SmtpReply SmtpDialog::read(const SmtpWait& wait) {
    SmtpReply reply;
    while (true) {
        if (!channel_.unread().empty()) {
            if (const std::size_t size = parseReply(channel_.unread(), reply)) {
                channel_.take(size);
                break;
            }
        }
        channel_.read(wait);
    }
    if (reply.code == 421) throwRefused(reply);
    return reply;
}

SmtpReply SmtpDialog::require(int kind, std::string_view command, const SmtpPatience& patience) {
    SmtpReply reply = ask(command, patience);
    if (reply.kind() != kind) throwRefused(reply);
    return reply;
}

}  // namespace errand::mail
