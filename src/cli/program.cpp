// SPDX-License-Identifier: Apache-2.0
#include "cli/program.h"

#include <Poco/Exception.h>
#include <Poco/StringTokenizer.h>

#include <algorithm>

#include "base/near_names.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/usage.h"

namespace errand::cli {

namespace {

using Words = std::span<const std::string>;

std::vector<std::string> wordsOf(const Command& command) {
    const Poco::StringTokenizer tokens(command.name, " ");
    return {tokens.begin(), tokens.end()};
}

// What comes before "--" asks for help where it says so; what follows are operands.
bool asksForHelp(Words arguments) {
    const auto end = std::ranges::find(arguments, "--");
    return std::any_of(arguments.begin(), end,
                       [](const std::string& word) { return word == "--help" || word == "-h"; });
}

// Up to the first option.
std::vector<std::string> leadingWords(Words arguments) {
    const auto end = std::ranges::find_if(
        arguments, [](const std::string& word) { return word.starts_with('-'); });
    return {arguments.begin(), end};
}

int failed(Streams streams, int code, const std::string& why) {
    streams.err << "errand: " << why << std::endl;
    return code;
}

}  // namespace

int Program::run(const std::vector<std::string>& arguments, Streams streams) const {
    try {
        return dispatch(arguments, streams);
    } catch (const UsageError& error) {
        return failed(streams, exitUsage, error.what());
    } catch (const Failure& failure) {
        return failed(streams, failure.code(), failure.what());
    } catch (const Poco::Exception& exception) {
        return failed(streams, exitFailed, exception.displayText());
    } catch (const std::exception& exception) {
        return failed(streams, exitFailed, exception.what());
    }
}

int Program::dispatch(const std::vector<std::string>& arguments, Streams streams) const {
    const Words all(arguments);
    if (all.empty()) throw UsageError("what shall it do? errand --help lists the commands");
    if (all[0] == "--version") {
        streams.out << "errand " << version_ << std::endl;
        return exitOk;
    }
    if (all[0] == "--help" || all[0] == "-h") return help({}, streams);
    if (all[0] == "help") return help(all.subspan(1), streams);
    const Command* command = find(all);
    if (command == nullptr) refuse(all);
    const Words rest = all.subspan(wordsOf(*command).size());
    if (asksForHelp(rest)) {
        streams.out << describe(*command) << std::flush;
        return exitOk;
    }
    try {
        return command->run(parseArguments({rest.begin(), rest.end()}, command->options), streams);
    } catch (const UsageError& error) {
        // The line of what went wrong comes last, where it is looked for.
        streams.err << usageLine(*command);
        throw UsageError(command->name + ": " + error.what());
    }
}

int Program::help(std::span<const std::string> words, Streams streams) const {
    if (words.empty()) {
        streams.out << overview(commands_) << std::flush;
        return exitOk;
    }
    const Command* command = find(words);
    if (command == nullptr) refuse(words);
    streams.out << describe(*command) << std::flush;
    return exitOk;
}

const Command* Program::find(std::span<const std::string> arguments) const {
    const Command* found = nullptr;
    std::size_t length = 0;
    for (const Command& command : commands_) {
        const std::vector<std::string> words = wordsOf(command);
        if (words.size() <= length || arguments.size() < words.size()) continue;
        if (!std::ranges::equal(words, arguments.first(words.size()))) continue;
        found = &command;
        length = words.size();
    }
    return found;
}

void Program::refuse(std::span<const std::string> given) const {
    const std::vector<std::string> words = leadingWords(given);
    if (words.empty()) {
        throw UsageError("there is no option " + given.front() + "; errand --help lists what is");
    }
    std::vector<std::string> names{"help"};
    std::size_t longest = 1;
    for (const Command& command : commands_) {
        names.push_back(command.name);
        longest = std::max(longest, wordsOf(command).size());
    }
    // The operands that follow are not part of the name, and how many words are is not known.
    std::string name;
    std::string alike;
    for (std::size_t i = 0; i < std::min(words.size(), longest); ++i) {
        name += (i == 0 ? "" : " ") + words[i];
        const std::string found = base::didYouMean(name, names);
        if (!found.empty()) alike = found;
    }
    throw UsageError("there is no command \"" + name + '"' +
                     (alike.empty() ? "; errand --help lists them" : alike));
}

}  // namespace errand::cli
