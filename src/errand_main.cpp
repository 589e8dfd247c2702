// SPDX-License-Identifier: Apache-2.0
#include <Poco/Net/Net.h>

#include <iostream>

#include "app/backup_command.h"
#include "app/mail_test_command.h"
#include "app/token_command.h"
#include "base/system.h"
#include "cli/call_command.h"
#include "cli/job_commands.h"
#include "cli/program.h"
#include "cli/shell_command.h"

int main(int argc, char** argv) {
    errand::base::openStandardStreams();
    Poco::Net::initializeNetwork();
    errand::base::ignoreBrokenPipes();  // a connection that breaks is said in words
    namespace cli = errand::cli;
    const cli::Program program(
        ERRAND_VERSION,
        {cli::shellCommand(), cli::callCommand(), cli::submitCommand(), cli::jobsCommand(),
         cli::jobCommand(), cli::retryCommand(), cli::cancelCommand(), errand::app::backupCommand(),
         errand::app::mailTestCommand(), errand::app::tokenNewCommand(),
         errand::app::tokenListCommand(), errand::app::tokenRevokeCommand()});
    return program.run(errand::base::programArguments(argc, argv), {std::cout, std::cerr});
}
