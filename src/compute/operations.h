// SPDX-License-Identifier: Apache-2.0
// Operations are what compute can do with two integers: one table, so that a new operation is one
// line of operations.cpp and its test.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: find answers null for a name that is no operation; apply throws rpc::Error with Python's
//         name and text (ZeroDivisionError).
#pragma once

#include <span>
#include <string_view>

#include "base/integer.h"

namespace errand::compute {

struct Operation {
    std::string_view name;
    base::Integer (*apply)(const base::Integer& value, const base::Integer& other);
};

// All of them, in the order people are shown.
std::span<const Operation> operations() noexcept;

const Operation* findOperation(std::string_view name) noexcept;

}  // namespace errand::compute
