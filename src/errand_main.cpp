// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/mail_test_command.h"
#include "base/system.h"
#include "cli/program.h"

int main(int argc, char** argv) {
    errand::base::openStandardStreams();
    const errand::cli::Program program(ERRAND_VERSION, {errand::app::mailTestCommand()});
    return program.run({argv + 1, argv + argc}, {std::cout, std::cerr});
}
