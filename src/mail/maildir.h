// SPDX-License-Identifier: Apache-2.0
// Maildir delivers messages as files into a Maildir (tmp, new, cur), so that a first run needs no
// mail server; any mail reader opens it.
//
// Threads: send may be called from any number of threads at once.
// Owns: nothing but the directory's path. Other programs read the Maildir at the same time: that is
//       what its rules are for.
// Errors: the constructor throws Poco exceptions when the directory cannot be made. send throws
//         rpc::TryAgain with Scope::service for whatever the file system refuses (full, read-only,
//         gone): every other message would meet the same.
#pragma once

#include <string>
#include <string_view>

#include "mail/sender.h"

namespace errand::mail {

class Maildir : public Sender {
public:
    // Creates what is missing of the directories, for their owner alone, and removes what runs that
    // crashed left in tmp.
    explicit Maildir(std::string directory);

    // The file is named by the job's id alone, so a delivery that is repeated finds the earlier one
    // and adds none, unless the reader has deleted it. Lines end with LF, as is the custom there.
    void send(const Message& message, const rpc::Context& context) override;

private:
    void deliver(const Message& message, const rpc::Context& context) const;
    bool isDelivered(const std::string& name) const;
    void removeLeftovers() const;
    std::string path(std::string_view folder, std::string_view name = {}) const;

    // Set in the constructor, then constant.
    const std::string directory_;
};

}  // namespace errand::mail
