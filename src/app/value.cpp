// SPDX-License-Identifier: Apache-2.0
#include "app/value.h"

#include <Poco/StringTokenizer.h>

#include <algorithm>

#include "app/units.h"
#include "base/mask.h"
#include "base/near_names.h"

namespace errand::app {

namespace {

std::string range(const std::string& least, const std::string& most, const char* reason) {
    return "set it from " + least + " to " + most + ": " + reason;
}

}  // namespace

std::string textOf(const Poco::Exception& exception) {
    return exception.message().empty() ? exception.name() : exception.message();
}

Value::Value(std::string key, std::string text, std::string origin, Secret secret)
    : key_(std::move(key)), text_(std::move(text)), origin_(std::move(origin)), secret_(secret) {}

std::string Value::shown() const {
    switch (secret_) {
        case Secret::nothing:
            break;
        case Secret::passwords:
            return base::maskPasswords(text_);
        case Secret::everything:
            return text_.empty() ? text_ : "********";
    }
    return text_;
}

void Value::refuse(const std::string& what) const {
    const bool hidden = secret_ == Secret::everything;
    const std::string value = hidden ? "the secret value" : "\"" + shown() + "\"";
    throw ConfigError(key_ + ": " + value + " (from " + origin_ + ") " + what);
}

const std::string& Value::nonEmpty() const {
    if (text_.empty()) refuse("is empty; give it a value or leave the key out");
    return text_;
}

bool Value::flag() const {
    return oneOf({"true", "false"}) == "true";
}

std::int64_t Value::number(std::int64_t least, std::int64_t most, const char* reason) const {
    const auto value = parseNumber(text_);
    const auto wanted = range(std::to_string(least), std::to_string(most), reason);
    if (!value) refuse("is not a whole number; " + wanted);
    if (*value < least || *value > most) refuse("is out of range; " + wanted);
    return *value;
}

std::int64_t Value::size(std::int64_t least, std::int64_t most, const char* reason) const {
    const auto value = parseSize(text_);
    const auto wanted = range(formatSize(least), formatSize(most), reason);
    if (!value) refuse("is not a size such as 1048576, 64 MiB or 2 GiB; " + wanted);
    if (*value < least || *value > most) refuse("is out of range; " + wanted);
    return *value;
}

std::chrono::milliseconds Value::duration(std::chrono::milliseconds least,
                                          std::chrono::milliseconds most,
                                          const char* reason) const {
    const auto value = parseDuration(text_);
    const auto wanted = range(formatDuration(least), formatDuration(most), reason);
    if (!value) refuse("is not a duration such as 250 ms, 10 s, 5 min, 1 h or 7 d; " + wanted);
    if (*value < least || *value > most) refuse("is out of range; " + wanted);
    return *value;
}

std::vector<std::string> Value::list() const {
    std::vector<std::string> names;
    if (text_.empty()) return names;
    const Poco::StringTokenizer tokens(text_, ",", Poco::StringTokenizer::TOK_TRIM);
    for (const std::string& name : tokens) {
        if (name.empty()) refuse("holds an empty name; separate names by one comma");
        if (std::ranges::find(names, name) != names.end()) {
            const bool hidden = secret_ == Secret::everything;
            refuse("names " + (hidden ? "one" : name) + " twice");
        }
        names.push_back(name);
    }
    return names;
}

const std::string& Value::oneOf(const std::vector<std::string>& choices) const {
    if (std::ranges::find(choices, text_) != choices.end()) return text_;
    std::string all;
    for (const std::string& choice : choices) all += (all.empty() ? "" : ", ") + choice;
    const bool hidden = secret_ != Secret::nothing;
    refuse("is not one of " + all + (hidden ? "" : base::didYouMean(text_, choices)));
}

}  // namespace errand::app
