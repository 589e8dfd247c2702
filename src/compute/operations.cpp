// SPDX-License-Identifier: Apache-2.0
#include "compute/operations.h"

#include <algorithm>
#include <array>

#include "rpc/error.h"

namespace errand::compute {
namespace {

using base::Integer;

Integer sum(const Integer& value, const Integer& other) {
    return value + other;
}
Integer sub(const Integer& value, const Integer& other) {
    return value - other;
}
Integer mul(const Integer& value, const Integer& other) {
    return value * other;
}

// Rounds toward minus infinity, as Python's integer division does: -7 div 2 is -4.
Integer div(const Integer& value, const Integer& other) {
    if (other == 0) throw rpc::Error("ZeroDivisionError", "division by zero");
    Integer quotient;
    mpz_fdiv_q(quotient.get_mpz_t(), value.get_mpz_t(), other.get_mpz_t());
    return quotient;
}

constexpr std::array table{
    Operation{"sum", sum},
    Operation{"sub", sub},
    Operation{"mul", mul},
    Operation{"div", div},
};

}  // namespace

std::span<const Operation> operations() noexcept {
    return table;
}

const Operation* findOperation(std::string_view name) noexcept {
    const auto* found = std::ranges::find(table, name, &Operation::name);
    return found == table.end() ? nullptr : &*found;
}

}  // namespace errand::compute
