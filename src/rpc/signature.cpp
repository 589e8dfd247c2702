// SPDX-License-Identifier: Apache-2.0
#include "rpc/signature.h"

#include <algorithm>

#include <Poco/Bugcheck.h>

#include "rpc/error.h"
#include "rpc/python.h"

namespace errand::rpc {

namespace {

const base::Json absent;  // what a parameter that was left out reads: null

std::size_t countRequired(const std::vector<Parameter>& parameters) {
    return static_cast<std::size_t>(std::count_if(parameters.begin(), parameters.end(),
                                                  [](const auto& p) { return p.required; }));
}

// "'x'", "'x' and 'y'", "'x', 'y' and 'z'".
std::string joinNames(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
        text += pythonRepr(names[i]);
    }
    return text;
}

}  // namespace

Signature::Signature(std::string method, std::vector<Parameter> parameters,
                     std::vector<Check> checks)
    : method_(std::move(method)),
      parameters_(std::move(parameters)),
      checks_(std::move(checks)),
      required_(countRequired(parameters_)) {
    poco_assert(checks_.size() == parameters_.size());
    for (std::size_t i = 0; i < required_; ++i) poco_assert(parameters_[i].required);
}

void Signature::bind(const base::Json& args, const base::Json& kwargs,
                     const base::Json** bound) const {
    if (!args.isArray()) {
        throw Error("IncorrectSignature",
                    std::string("Value after * must be an iterable, not ") + pythonTypeName(args));
    }
    if (!kwargs.isObject()) {
        throw Error("IncorrectSignature",
                    std::string("inspect.getcallargs() argument after ** must be a mapping, not ") +
                        pythonTypeName(kwargs));
    }
    const base::Json::Array& positional = args.asArray();
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        bound[i] = i < positional.size() ? &positional[i] : nullptr;
    }
    // The order of these three is Python's: it decides which of several faults is told.
    bindNamed(kwargs.asObject(), bound);
    if (positional.size() > parameters_.size()) refuseTooMany(positional.size());
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        if (bound[i]) continue;
        if (parameters_[i].required) refuseMissing(bound);
        bound[i] = &absent;
    }
}

void Signature::bindNamed(const base::Json::Object& kwargs, const base::Json** bound) const {
    for (const auto& [name, value] : kwargs) {
        const std::optional<std::size_t> index = indexOf(name);
        if (index && !bound[*index]) {
            bound[*index] = &value;
        } else if (index || name == "self") {
            refuse(" got multiple values for argument " + pythonRepr(name));
        } else {
            refuse(" got an unexpected keyword argument " + pythonRepr(name));
        }
    }
}

std::optional<std::size_t> Signature::indexOf(const std::string& name) const noexcept {
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        if (parameters_[i].name == name) return i;
    }
    return std::nullopt;
}

void Signature::refuse(const std::string& text) const {
    throw Error("IncorrectSignature", method_ + "()" + text);
}

// Python counts self among what a method takes and was given.
void Signature::refuseTooMany(std::size_t given) const {
    const std::size_t most = parameters_.size() + 1;
    const std::size_t least = required_ + 1;
    const bool optional = least < most;
    std::string text = " takes ";
    if (optional) text += "from " + std::to_string(least) + " to ";
    text += std::to_string(most) + " positional argument" + (optional || most != 1 ? "s" : "");
    refuse(text + " but " + std::to_string(given + 1) + " were given");
}

void Signature::refuseMissing(const base::Json* const* bound) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < required_; ++i) {
        if (!bound[i]) names.push_back(parameters_[i].name);
    }
    refuse(" missing " + std::to_string(names.size()) + " required positional argument" +
           (names.size() == 1 ? "" : "s") + ": " + joinNames(names));
}

std::vector<FieldError> Signature::check(const base::Json& args, const base::Json& kwargs) const {
    std::vector<FieldError> errors;
    const base::Json::Array& positional = args.asArray();
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        const base::Json* first = i < positional.size() ? &positional[i] : nullptr;
        if (auto message = checkOne(i, first, kwargs.find(parameters_[i].name))) {
            errors.push_back({parameters_[i].name, std::move(*message)});
        }
    }
    if (positional.size() > parameters_.size()) {
        errors.push_back({"args", "holds " + std::to_string(positional.size()) + " values, but " +
                                      method_ + " takes at most " +
                                      std::to_string(parameters_.size())});
    }
    for (const auto& [name, value] : kwargs.asObject()) {
        if (!indexOf(name)) errors.push_back({name, "is not a parameter of " + method_});
    }
    return errors;
}

std::optional<std::string> Signature::checkOne(std::size_t index, const base::Json* positional,
                                               const base::Json* named) const {
    if (positional && named) return "is given twice, by position and by name";
    const base::Json* value = positional ? positional : named;
    if (value) return checks_[index](*value);
    if (parameters_[index].required) return "is required";
    return std::nullopt;
}

const base::Json* givenArgument(const base::Json& args, const base::Json& kwargs, std::size_t place,
                                std::string_view name) {
    if (place < args.asArray().size()) return &args.asArray()[place];
    return kwargs.find(name);
}

}  // namespace errand::rpc
