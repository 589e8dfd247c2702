// SPDX-License-Identifier: Apache-2.0
// What tests of the shell's values have in common.
#pragma once

#include <string>

#include "cli/cursor.h"
#include "cli/literal.h"

namespace errand::cli {

// The JSON that a literal becomes. Throws BadSyntax, also for what follows it.
inline std::string jsonOf(const std::string& text) {
    Cursor cursor(text);
    const base::Json value = readLiteral(cursor);
    if (!cursor.atEnd()) cursor.fail("more follows");
    return value.toString();
}

// What is said against it; "..." in front where more lines may complete it.
inline std::string complaint(const std::string& text) {
    try {
        return "no complaint, but " + jsonOf(text);
    } catch (const BadSyntax& error) {
        return (error.incomplete() ? "..." : "") + std::string(error.what());
    }
}

}  // namespace errand::cli
