// SPDX-License-Identifier: Apache-2.0
// FaultyService is the service `test`: its methods crash, hang, fail and wait as a test wants it.
// Markers are files by which test and method wait for each other: a method that takes one makes
// MARKER.begun when it begins.
//
// Threads: handle may be called from any number of threads.
// Owns: nothing.
// Errors: see the methods; where Errand itself ends a job that names a mailbox, that gets a mail.
#pragma once

#include <optional>
#include <string>

#include "rpc/service.h"

namespace errand::tests {

class FaultyService : public rpc::Service {
public:
    FaultyService();

private:
    base::Json echo(rpc::Context& context, base::Json value);

    // Appends the line to the file: one line an execution.
    void note(rpc::Context& context, std::string file, std::string line);

    // Ends the process as kill -9 does: always; or unless MARKER.begun was there before.
    void crash(rpc::Context& context, std::string marker, std::optional<rpc::Mailbox> email);
    base::Json crashOnce(rpc::Context& context, std::string marker,
                         std::optional<rpc::Mailbox> email);

    // Never returns, whatever it is told; or once it is told.
    void hang(rpc::Context& context, std::string marker, std::optional<rpc::Mailbox> email);
    void hangUntilCancelled(rpc::Context& context, std::string marker,
                            std::optional<rpc::Mailbox> email);

    // Returns once MARKER is there, and mails.
    base::Json wait(rpc::Context& context, std::string marker, std::optional<rpc::Mailbox> email);
    base::Json waitTelling(rpc::Context& context, std::string marker);

    // A passing failure of the job, until its attempt has the number `until`.
    base::Json failPassing(rpc::Context& context, rpc::IntegerLike until);

    // A passing failure of the whole service, as long as MARKER is there.
    base::Json failService(rpc::Context& context, std::string marker);
};

}  // namespace errand::tests
