// SPDX-License-Identifier: Apache-2.0
// Sender takes a message to where it can be read: a Maildir, or a mail server.
//
// Threads: send is called by as many threads at once as the service has workers; a sender with
//          connections keeps one for each of them and takes a free one.
// Owns: nothing given to it; the message and the context are borrowed for the call.
// Errors: send throws rpc::Error for what will never pass, rpc::TryAgain for what may: with
//         Scope::job where only this message is concerned, Scope::service where all would fail now.
#pragma once

#include "mail/message.h"
#include "rpc/context.h"

namespace errand::mail {

class Sender {
public:
    virtual ~Sender() = default;

    // Returns once the message is in the receiver's keeping and would survive a power cut there.
    // The context says what is left of the time, whether the end is wanted, and whether an earlier
    // claim of the same job may have delivered the message already.
    virtual void send(const Message& message, const rpc::Context& context) = 0;
};

}  // namespace errand::mail
