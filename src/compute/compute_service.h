// SPDX-License-Identifier: Apache-2.0
// ComputeService answers compute.compute(operation, value, other, email): it computes, and casts
// the result or the error to the service named mail.
//
// Threads: handle may be called from any number of threads; constant once built.
// Owns: its settings.
// Errors: Python's names and texts: KeyError, ValueError, TypeError, OverflowError,
//         ZeroDivisionError; each is mailed and then is the reply.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compute/operation_name.h"
#include "rpc/argument.h"
#include "rpc/service.h"

namespace errand::compute {

struct Settings {
    int workers = 2;  // a computation is all CPU: more than there are cores gain nothing
    std::size_t maxDigits = 100000;  // of an operand; two such multiply in milliseconds
    // Why no mail may go to an address, as mail::Domains says it; empty: all may be asked for.
    std::function<std::optional<std::string>(const std::string& address)> mailRefusal{};
};

class ComputeService : public rpc::Service {
public:
    explicit ComputeService(const Settings& settings);

private:
    base::Json compute(rpc::Context& context, OperationName operation, rpc::IntegerLike value,
                       rpc::IntegerLike other, std::optional<rpc::Mailbox> email);

    // Adds to what the types' check found the operands that are over maxDigits.
    std::vector<rpc::FieldError> checkSizes(std::vector<rpc::FieldError> errors,
                                            const base::Json& args, const base::Json& kwargs) const;

    std::vector<rpc::FieldError> checkEmail(std::vector<rpc::FieldError> errors,
                                            const base::Json& args, const base::Json& kwargs) const;

    // Set in the constructor, then constant.
    const std::size_t maxDigits_;
    const std::function<std::optional<std::string>(const std::string& address)> mailRefusal_;
};

}  // namespace errand::compute
