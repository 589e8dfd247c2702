// SPDX-License-Identifier: Apache-2.0
// MailService answers mail.send(to, subject, contents): it makes the message and hands it to a
// Sender.
//
// Threads: handle may be called from any number of threads.
// Owns: its settings, and how many mails each address has had of late, which ends with the process.
//       Borrows the Sender, which outlives it.
// Errors: the constructor throws Poco::InvalidArgumentException when `from` is no mailbox. What the
//         Sender throws passes through.
#pragma once

#include <string>
#include <vector>

#include "base/quota.h"
#include "mail/arguments.h"
#include "mail/domains.h"
#include "mail/sender.h"
#include "rpc/argument.h"
#include "rpc/service.h"

namespace errand::mail {

struct Settings {
    int workers = 4;                        // they wait for disks and servers, not for the CPU
    std::string from = "errand@localhost";  // one plain mailbox
    std::vector<std::string> domains{};     // that mail goes to; empty: all
    base::Rate perRecipient{};              // mails that an address may get
};

class MailService : public rpc::Service {
public:
    MailService(const Settings& settings, Sender& sender);

    // From now on that policy holds. Any thread.
    void setPolicy(const std::vector<std::string>& domains, const base::Rate& perRecipient);

    // Where mail may go; lives as long as this.
    const Domains& domains() const noexcept { return domains_; }

private:
    base::Json send(rpc::Context& context, rpc::Mailbox to, Subject subject, Contents contents);
    std::vector<rpc::FieldError> checkDomain(std::vector<rpc::FieldError> errors,
                                             const base::Json& args,
                                             const base::Json& kwargs) const;
    void checkPolicy(const rpc::Context& context, const std::string& address);

    // Set in the constructor, then constant.
    const rpc::Mailbox from_;
    Sender& sender_;

    // Each guards itself.
    Domains domains_;
    base::Quota recipients_;
    base::Quota granted_;  // the jobs that have been counted, each once
};

}  // namespace errand::mail
