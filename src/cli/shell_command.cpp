// SPDX-License-Identifier: Apache-2.0
#include "cli/shell_command.h"

#include <cstdio>
#include <iostream>

#include "base/mask.h"
#include "base/system.h"
#include "cli/broker.h"
#include "cli/operands.h"
#include "cli/safe_text.h"
#include "cli/shell.h"
#include "cli/terminal.h"

namespace errand::cli {

namespace {

int runScript(Broker& broker, std::chrono::milliseconds patience, Streams streams) {
    const auto caller = [&](rpc::Call call) { return broker.call(std::move(call), patience); };
    ScriptLines lines(std::cin);
    return Shell(caller, patience, Shell::Mode::script, streams).run(lines);
}

int runForPerson(Broker& broker, const std::string& uri, std::chrono::milliseconds patience,
                 Streams streams) {
    base::Interrupts interrupts;
    const HistoryFile file(HistoryFile::usualPath());
    const auto lines = terminalLines(file, interrupts);
    streams.out << "Connected to " << oneLine(base::maskPasswords(uri))
                << "; help says what can be typed, ^D leaves" << std::endl;
    const auto caller = [&](rpc::Call call) {
        return broker.call(std::move(call), patience, &interrupts);
    };
    return Shell(caller, patience, Shell::Mode::person, streams).run(*lines);
}

int shell(const Arguments& arguments, Streams streams) {
    if (!arguments.words.empty()) {
        throw UsageError("takes no words; lines come from the terminal or a pipe");
    }
    const auto patience = readSeconds(arguments, "timeout", usualPatience);
    const rpc::Settings settings = brokerSettings(arguments);
    Broker broker(settings);
    if (!base::isTerminal(stdin)) return runScript(broker, patience, streams);
    return runForPerson(broker, settings.at("uri"), patience, streams);
}

}  // namespace

Command shellCommand() {
    return {"shell", "",
            "Calls methods over RabbitMQ, typed as in Nameko's shell: n.rpc.SERVICE.METHOD(...).",
            brokerOptions(), shell};
}

}  // namespace errand::cli
