// SPDX-License-Identifier: Apache-2.0
// What tests of commands have in common: one is run against a TinyServer, and what it said is kept.
#pragma once

#include <sstream>

#include "cli/command.h"
#include "tiny_server.h"

namespace errand::cli {

struct Ran {
    int code = -1;
    std::string out;
    std::string err;
};

inline Ran run(const Command& command, std::vector<std::string> words, const TinyServer& server) {
    words.push_back("--url=" + server.url());
    std::ostringstream out;
    std::ostringstream err;
    Ran ran;
    ran.code = command.run(parseArguments(words, command.options), {out, err});
    ran.out = out.str();
    ran.err = err.str();
    return ran;
}

}  // namespace errand::cli
