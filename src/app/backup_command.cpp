// SPDX-License-Identifier: Apache-2.0
#include "app/backup_command.h"

#include <string>

#include "app/backup.h"
#include "app/client_config.h"
#include "app/log_format.h"
#include "cli/exit_code.h"

namespace errand::app {
namespace {

int refuse(const std::string& why, int code, cli::Streams streams) {
    std::string line = "errand: ";
    appendOneLine(line, why);
    streams.err << line << std::endl;
    return code;
}

int run(const cli::Arguments& arguments, cli::Streams streams) {
    if (arguments.words.size() != 1) throw cli::UsageError("needs one FILE to write");
    const std::string& file = arguments.words[0];
    try {
        const Config config = readClientConfig(arguments);
        const Backup backup = makeBackup(config.jobs.directory, file);
        streams.out << file << ": " << backup.jobs << " jobs, " << backup.bytes
                    << " bytes, verified" << std::endl;
        return cli::exitOk;
    } catch (const ConfigError& error) {
        return refuse(error.what(), cli::exitConfig, streams);
    } catch (const Refusal& refusal) {
        return refuse(refusal.message(), cli::exitFailed, streams);
    }
}

}  // namespace

cli::Command backupCommand() {
    return {"backup", "FILE", "Copies the jobs of the server on this machine, while it runs.",
            clientConfigOptions(), run};
}

}  // namespace errand::app
