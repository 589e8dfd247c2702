// SPDX-License-Identifier: Apache-2.0
// Statement is one line of the shell, understood.
//
// Threads: plain data; readStatement is a pure function.
// Owns: its texts.
// Errors: BadSyntax; it is incomplete where more lines may complete the text.
#pragma once

#include <string>
#include <string_view>

#include "rpc/call.h"

namespace errand::cli {

struct Statement {
    enum class Kind { nothing, call, help, leave };
    Kind kind = Kind::nothing;
    // Of a call:
    std::string service;
    std::string method;
    rpc::Arguments arguments;
};

// n.rpc.SERVICE.METHOD(...), n.rpc['SERVICE'].METHOD(...), help, exit or quit; or a comment, or
// nothing.
Statement readStatement(std::string_view text);

}  // namespace errand::cli
