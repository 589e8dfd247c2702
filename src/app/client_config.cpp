// SPDX-License-Identifier: Apache-2.0
#include "app/client_config.h"

#include "app/command_line.h"
#include "app/sources.h"
#include "base/system.h"

namespace errand::app {

std::vector<cli::Option> clientConfigOptions() {
    return {{"config", "FILE", "the configuration errandd is started with"},
            {"define", "KEY=VALUE", "set a key, over the environment and the file", 'D', true}};
}

Config readClientConfig(const cli::Arguments& arguments) {
    Sources sources{arguments.value("config"), processEnvironment(), {}};
    for (const std::string& define : arguments.values("define"))
        sources.defines.push_back(parseDefine(define));
    return loadConfig(sources, base::executablePath());
}

}  // namespace errand::app
