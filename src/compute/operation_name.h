// SPDX-License-Identifier: Apache-2.0
// OperationName is the argument that names an operation: kept as it came and looked up when asked,
// so that an unknown one is the method's own error and can be mailed.
//
// Threads: plain data.
// Owns: the argument's value.
// Errors: find throws KeyError for an unknown name and TypeError for what Python could not look up.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "compute/operations.h"
#include "rpc/argument.h"

namespace errand::compute {

class OperationName {
public:
    explicit OperationName(base::Json value) : value_(std::move(value)) {}
    const Operation& find() const;

private:
    base::Json value_;
};

}  // namespace errand::compute

namespace errand::rpc {

template <>
struct Argument<compute::OperationName> {
    static compute::OperationName read(const base::Json& value) {
        return compute::OperationName(value);
    }
    // Stricter than read: one of the operations' names.
    static std::optional<std::string> check(const base::Json& value);
    static std::string schema();
    static constexpr bool required = true;
};

}  // namespace errand::rpc
