// SPDX-License-Identifier: Apache-2.0
#include "cli/operands.h"

#include <cmath>
#include <cstdlib>
#include <fstream>

#include <Poco/NumberFormatter.h>
#include <Poco/NumberParser.h>

#include "base/json.h"

namespace errand::cli {

namespace {

using base::Json;

// A day and a bit: who waits longer meant something else.
constexpr double mostSeconds = 100000;

Json readWord(const std::string& word) {
    if (!base::isUtf8(word)) throw UsageError("an argument is not UTF-8");
    try {
        return Json::parse(word);
    } catch (const base::JsonError&) {
        return word;  // as promised: what is no JSON is a string
    }
}

std::string firstLine(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line) || line.empty()) throw UsageError("cannot read " + path);
    if (line.back() == '\r') line.pop_back();
    return line;
}

}  // namespace

Target readTarget(const std::string& word) {
    const std::size_t dot = word.rfind('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == word.size() || !base::isUtf8(word)) {
        throw UsageError('"' + word + "\" is no SERVICE.METHOD, such as compute.compute");
    }
    return {word.substr(0, dot), word.substr(dot + 1)};
}

rpc::Arguments readCallArguments(std::span<const std::string> words, const std::string& kwargs) {
    Json::Array args;
    for (const std::string& word : words) args.push_back(readWord(word));
    rpc::Arguments arguments;
    arguments.args = Json(std::move(args)).toString();
    if (kwargs.empty()) return arguments;
    try {
        const Json object = Json::parse(kwargs);
        if (!object.isObject()) {
            throw UsageError(std::string("--kwargs must be a JSON object, not ") +
                             object.kindName());
        }
        arguments.kwargs = object.toString();
    } catch (const base::JsonError& error) {
        throw UsageError(std::string("--kwargs is not JSON: ") + error.what());
    }
    return arguments;
}

std::chrono::milliseconds readSeconds(const Arguments& arguments, const std::string& option,
                                      std::chrono::milliseconds fallback) {
    if (!arguments.has(option)) return fallback;
    const std::string text = arguments.value(option);
    double seconds = 0;
    if (!Poco::NumberParser::tryParseFloat(text, seconds) || !(seconds >= 0.001) ||
        seconds > mostSeconds) {
        throw UsageError("--" + option + ": \"" + text +
                         "\" is no number of seconds from 0.001 to 100000");
    }
    return std::chrono::milliseconds(std::llround(seconds * 1000));
}

std::string inSeconds(std::chrono::milliseconds time) {
    return Poco::NumberFormatter::format(static_cast<double>(time.count()) / 1000) + " s";
}

std::string optionOrEnvironment(const Arguments& arguments, const std::string& option,
                                const char* variable, const std::string& fallback) {
    std::string value = arguments.value(option);
    if (!arguments.has(option)) {
        const char* inherited = std::getenv(variable);
        value = inherited != nullptr && *inherited != '\0' ? inherited : fallback;
    }
    return value.starts_with('@') ? firstLine(value.substr(1)) : value;
}

}  // namespace errand::cli
