// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <algorithm>
#include <optional>

#include "base/near_names.h"
#include "base/text.h"

namespace errand::cli {

namespace {

// "-7" and "-.5" are operands, not options.
bool isOption(const std::string& text) {
    return text.size() > 1 && text[0] == '-' && base::numberPrefix(text) == 0 && text[1] != '.';
}

// An option as it was written.
struct Written {
    std::string name;  // "--config", "-D"
    std::optional<std::string> value;
};

Written split(const std::string& text) {
    if (!text.starts_with("--")) {
        if (text.size() == 2) return {text, std::nullopt};
        return {text.substr(0, 2), text.substr(2)};
    }
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return {text, std::nullopt};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

const Option& find(const std::string& written, std::span<const Option> known) {
    std::vector<std::string> names;
    for (const Option& option : known) {
        names.push_back("--" + option.name);
        if (written == names.back()) return option;
        if (option.letter != 0 && written == std::string{'-', option.letter}) return option;
    }
    throw UsageError("there is no option " + written + base::didYouMean(written, names));
}

void take(const Option& option, const Written& written, const std::string& value,
          Arguments& arguments) {
    if (option.value.empty() && written.value) {
        throw UsageError(written.name + " takes no value");
    }
    std::vector<std::string>& values = arguments.options[option.name];
    if (!option.repeatable && !values.empty()) {
        throw UsageError(written.name + " is given twice");
    }
    values.push_back(value);
}

}  // namespace

std::string Arguments::value(const std::string& option, const std::string& fallback) const {
    const auto found = options.find(option);
    return found == options.end() ? fallback : found->second.back();
}

std::vector<std::string> Arguments::values(const std::string& option) const {
    const auto found = options.find(option);
    return found == options.end() ? std::vector<std::string>() : found->second;
}

Arguments parseArguments(const std::vector<std::string>& given, std::span<const Option> known) {
    Arguments arguments;
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (given[i] == "--") {
            const auto rest = std::span(given).subspan(i + 1);
            arguments.words.insert(arguments.words.end(), rest.begin(), rest.end());
            break;
        }
        if (!isOption(given[i])) {
            arguments.words.push_back(given[i]);
            continue;
        }
        const Written written = split(given[i]);
        const Option& option = find(written.name, known);
        std::string value = written.value.value_or("");
        if (!option.value.empty() && !written.value) {
            if (++i == given.size()) {
                throw UsageError(written.name + " needs a value: " + option.value);
            }
            value = given[i];
        }
        take(option, written, value, arguments);
    }
    return arguments;
}

}  // namespace errand::cli
