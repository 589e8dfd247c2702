// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>

#include <filesystem>
#include <sstream>

#include "app/value.h"

namespace errand::app {

namespace {

using Poco::Util::Option;

Poco::Util::OptionSet options() {
    Poco::Util::OptionSet set;
    set.addOption(
        Option("config", "c", "read the configuration from this properties file").argument("FILE"));
    set.addOption(Option("define", "D", "set a key, over the environment and the file")
                      .argument("KEY=VALUE")
                      .repeatable(true));
    set.addOption(Option(
        "daemon", "",
        "go to the background once the server is ready; the log goes on where stderr is a file"));
    set.addOption(Option("pidfile", "", "write the process id to this file, removed at the end")
                      .argument("FILE"));
    set.addOption(Option("show-config", "", "print every key with its value and end"));
    set.addOption(Option("check-config", "",
                         "say whether the server could start with this configuration, and end"));
    set.addOption(
        Option("check", "", "look whether the store is sound, and end; a server may run"));
    set.addOption(Option("restore", "",
                         "make a backup the store of a data directory without one, "
                         "and end")
                      .argument("FILE"));
    set.addOption(Option("selftest", "",
                         "crash: kill a server of its own again and again on this "
                         "data directory's disk, and count what it had promised")
                      .argument("NAME"));
    set.addOption(Option("version", "", "print the version and end"));
    set.addOption(Option("help", "h", "print this text and end"));
    return set;
}

void apply(const std::string& name, const std::string& value, CommandLine& line) {
    if (name == "config") line.configFile = value;
    if (name == "define") line.defines.push_back(parseDefine(value));
    if (name == "daemon") line.daemon = true;
    if (name == "pidfile") line.pidFile = value;
    if (name == "show-config") line.showConfig = true;
    if (name == "check-config") line.checkConfig = true;
    if (name == "check") line.check = true;
    if (name == "restore") line.restore = value;
    if (name == "selftest") line.selfTest = value;
    if (name == "version") line.version = true;
    if (name == "help") line.help = true;
    const bool isFile = name == "config" || name == "pidfile" || name == "restore";
    if (name == "selftest" && value != "crash")
        throw ConfigError("--selftest: there is only --selftest=crash");
    if (isFile && value.empty()) {
        throw ConfigError("--" + name + ": names no file; write --" + name + "=FILE");
    }
}

}  // namespace

std::pair<std::string, std::string> parseDefine(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        throw ConfigError("-D" + text + ": has no value; write -Dkey=value");
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

CommandLine parseCommandLine(const std::vector<std::string>& arguments) {
    const Poco::Util::OptionSet set = options();
    Poco::Util::OptionProcessor processor(set);
    processor.setUnixStyle(true);
    CommandLine line;
    std::string current;
    try {
        for (const std::string& argument : arguments) {
            current = argument;
            std::string name;
            std::string value;
            if (!processor.process(argument, name, value)) {
                throw ConfigError(argument + ": is no option; errandd --help lists them");
            }
            apply(name, value, line);
        }
        processor.checkRequired();
    } catch (const Poco::Util::OptionException& exception) {
        throw ConfigError(current + ": " + exception.name() + "; errandd --help lists the options");
    }
    // The server may leave this directory before it removes the file.
    if (!line.pidFile.empty()) line.pidFile = std::filesystem::absolute(line.pidFile).string();
    return line;
}

std::string usage() {
    const Poco::Util::OptionSet set = options();
    Poco::Util::HelpFormatter formatter(set);
    formatter.setUnixStyle(true);
    formatter.setCommand("errandd");
    formatter.setUsage("[OPTIONS]");
    formatter.setHeader("The job server Errand.");
    formatter.setFooter(
        "Every key can also be set by the environment: http.port by ERRAND_HTTP_PORT. The command "
        "line counts over the environment, that over the file. A value @FILE is read from FILE.");
    std::ostringstream text;
    formatter.format(text);
    return text.str();
}

}  // namespace errand::app
