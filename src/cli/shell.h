// SPDX-License-Identifier: Apache-2.0
// Shell makes the calls that are typed into it, and shows what comes back as Python's shell does.
//
// Threads: used by one thread.
// Owns: nothing; borrows the streams.
// Errors: what goes wrong with a line is said on the stream for errors. A person may go on; a
//         script ends there.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "cli/command.h"
#include "cli/line_source.h"
#include "cli/statement.h"
#include "rpc/transport.h"

namespace errand::cli {

class Shell {
public:
    // Makes a call and waits for its end; nullopt: ^C came first.
    using Caller = std::function<std::optional<rpc::End>(rpc::Call)>;
    enum class Mode { person, script };

    Shell(Caller caller, std::chrono::milliseconds patience, Mode mode, Streams streams)
        : caller_(std::move(caller)), patience_(patience), mode_(mode), streams_(streams) {}

    // Until the lines end, or say so. The exit code: of a script, exitFailed where an error ended
    // it.
    int run(LineSource& lines);

private:
    enum class Next { goOn, leave, fail };
    Next take(const std::string& line);
    Next execute(const Statement& statement);
    Next call(const Statement& statement);
    Next failed(const std::string& line);
    void show(const std::string& json);

    // Set in the constructor, then constant.
    const Caller caller_;
    const std::chrono::milliseconds patience_;
    const Mode mode_;
    Streams streams_;

    std::string text_;           // of the statement that is not complete yet
    bool pasted_ = false;        // its first line came with another shell's prompt
    std::size_t number_ = 0;     // of the line, from 1
    std::size_t firstLine_ = 0;  // of the statement
};

}  // namespace errand::cli
