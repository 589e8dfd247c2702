// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_transaction.h"

#include <optional>
#include <string_view>
#include <utility>

namespace errand::mail {
namespace {

std::string mailCommand(const SmtpExtensions& extensions, const SmtpMail& mail) {
    std::string command = "MAIL FROM:<" + mail.from + ">";
    if (extensions.size) command += " SIZE=" + std::to_string(mail.size);
    return command += "\r\n";
}

std::string recipientCommand(const SmtpMail& mail) {
    return "RCPT TO:<" + mail.to + ">\r\n";
}

void checkSize(SmtpDialog& dialog, const SmtpExtensions& extensions, const SmtpMail& mail) {
    dialog.enter(SmtpStage::sender);
    if (extensions.maxSize == 0 || mail.size <= extensions.maxSize) return;
    throw SmtpTrouble(SmtpCause::tooLarge, "the message has " + std::to_string(mail.size) +
                                               " bytes, and the server takes at most " +
                                               std::to_string(extensions.maxSize));
}

// The text and its dot in one write. Once they are out the server may deliver at any moment: then
// only its reply says what became of it, and nobody's wish for the end is heard any more.
SmtpReply sendContents(SmtpDialog& dialog, std::string_view data, const SmtpPatience& patience) {
    dialog.enter(SmtpStage::contents);
    dialog.channel().write(data, patience.wait(dialog.settings().dataTimeout));
    SmtpReply reply = dialog.read(patience.calmWait(dialog.settings().dataTimeout));
    if (reply.kind() != 2) throwRefused(reply);
    return reply;
}

// The replies to MAIL, RCPT and DATA that went out together: all must be read, whatever they say.
class EnvelopeReplies {
public:
    EnvelopeReplies(SmtpDialog& dialog, const SmtpPatience& patience)
        : dialog_(dialog), wait_(patience.wait(dialog.settings().replyTimeout)) {}

    // Returns when the text may follow; else throws for the first that is not as it should be.
    void read() {
        const bool sender = next(SmtpStage::sender).kind() == 2;
        const bool recipient = next(SmtpStage::recipient).kind() == 2;
        const SmtpReply data = next(SmtpStage::data);
        const bool goOn = data.kind() == 3;
        if (sender && recipient && goOn) return;
        if (goOn) endData(recipient);
        dialog_.enter(stage_);
        throwRefused(*refusal_);
    }

private:
    SmtpReply next(SmtpStage stage) {
        dialog_.enter(stage);
        SmtpReply reply;
        try {
            reply = dialog_.read(wait_);
        } catch (const SmtpTrouble& trouble) {
            dialog_.channel().close();
            if (!refusal_) {
                // It had the recipient before it and may have held back what it thought of the
                // sender: then it is the recipient at whom it hung up.
                if (trouble.code() == 0 && stage == SmtpStage::sender) {
                    dialog_.enter(SmtpStage::recipient);
                }
                throw;
            }
            // A server that refuses and hangs up has refused.
            dialog_.enter(stage_);
            throwRefused(*refusal_);
        }
        if (!refusal_) {
            stage_ = stage;
            if (reply.kind() != (stage == SmtpStage::data ? 3 : 2)) refusal_ = reply;
        }
        return reply;
    }

    // The server waits for a text though it refused the envelope. A lone dot ends it, to which it
    // must answer 554 (RFC 2920, 3.1); but if it holds a recipient to be good it might deliver an
    // empty message.
    void endData(bool recipient) {
        if (recipient) return dialog_.channel().close();
        try {
            dialog_.channel().write(".\r\n", wait_);
            dialog_.read(wait_);
        } catch (const SmtpTrouble&) {
            dialog_.channel().close();
        }
    }

    SmtpDialog& dialog_;
    const SmtpWait wait_;  // one for all three: they come together
    SmtpStage stage_ = SmtpStage::sender;
    std::optional<SmtpReply> refusal_;
};

}  // namespace

SmtpMail prepare(const Message& message) {
    const std::string text = format(message);
    SmtpMail mail{message.from.address, message.to.address, text.size(), {}};
    mail.data.reserve(text.size() + 64);
    // A line that begins with a dot gets one more (RFC 5321, 4.5.2); the first is a header's.
    std::size_t begin = 0;
    for (std::size_t at = 0; (at = text.find("\n.", at)) != std::string::npos; begin = at) {
        ++at;
        mail.data.append(text, begin, at - begin);
        mail.data += '.';
    }
    mail.data.append(text, begin);
    mail.data += ".\r\n";
    return mail;
}

void transact(SmtpDialog& dialog, const SmtpExtensions& extensions, const SmtpMail& mail,
              const SmtpPatience& patience) {
    if (!extensions.pipelining) {
        SmtpWatch nobody;
        return transactSlowly(dialog, extensions, mail, patience, nobody);
    }
    checkSize(dialog, extensions, mail);
    const std::string commands =
        mailCommand(extensions, mail) + recipientCommand(mail) + "DATA\r\n";
    dialog.channel().write(commands, patience.wait(dialog.settings().replyTimeout));
    EnvelopeReplies(dialog, patience).read();
    sendContents(dialog, mail.data, patience);
}

void transactSlowly(SmtpDialog& dialog, const SmtpExtensions& extensions, const SmtpMail& mail,
                    const SmtpPatience& patience, SmtpWatch& watch) {
    watch.begins("sender " + mail.from);
    checkSize(dialog, extensions, mail);
    watch.passed(inWords(dialog.require(2, mailCommand(extensions, mail), patience)));
    watch.begins("recipient " + mail.to);
    dialog.enter(SmtpStage::recipient);
    watch.passed(inWords(dialog.require(2, recipientCommand(mail), patience)));
    watch.begins("message");
    dialog.enter(SmtpStage::data);
    dialog.require(3, "DATA\r\n", patience);
    watch.passed(inWords(sendContents(dialog, mail.data, patience)));
}

}  // namespace errand::mail
