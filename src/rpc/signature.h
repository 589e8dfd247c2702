// SPDX-License-Identifier: Apache-2.0
// Signature fits positional and named arguments to a method's parameters, and words what does not
// fit: as Python does for a caller, a field at a time for HTTP.
//
// Threads: constant once built; any thread.
// Owns: the parameters' names and checks.
// Errors: bind throws Error("IncorrectSignature") with the text of Python's inspect.getcallargs,
//         which is what Nameko answers; check answers with FieldErrors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "rpc/method.h"

namespace errand::rpc {

class Signature {
public:
    // Argument<T>::check of a parameter's type.
    using Check = std::optional<std::string> (*)(const base::Json&);

    // REQUIRES one check a parameter, and no required parameter after one that is not.
    Signature(std::string method, std::vector<Parameter> parameters, std::vector<Check> checks);

    // Fills `bound` with one pointer a parameter, into args and kwargs; a parameter left out gets a
    // JSON null. REQUIRES room for as many as there are parameters.
    void bind(const base::Json& args, const base::Json& kwargs, const base::Json** bound) const;

    // Everything that is wrong, in the order of the parameters, then what belongs to none of them.
    // REQUIRES an array and an object.
    std::vector<FieldError> check(const base::Json& args, const base::Json& kwargs) const;

private:
    std::optional<std::size_t> indexOf(const std::string& name) const noexcept;
    void bindNamed(const base::Json::Object& kwargs, const base::Json** bound) const;
    [[noreturn]] void refuse(const std::string& text) const;
    [[noreturn]] void refuseTooMany(std::size_t given) const;
    [[noreturn]] void refuseMissing(const base::Json* const* bound) const;
    std::optional<std::string> checkOne(std::size_t index, const base::Json* positional,
                                        const base::Json* named) const;

    const std::string method_;
    const std::vector<Parameter> parameters_;
    const std::vector<Check> checks_;
    const std::size_t required_;  // how many of the parameters are, the first ones
};

// An argument given by place or by name; null where it was left out. REQUIRES an array and an
// object.
const base::Json* givenArgument(const base::Json& args, const base::Json& kwargs, std::size_t place,
                                std::string_view name);

}  // namespace errand::rpc
