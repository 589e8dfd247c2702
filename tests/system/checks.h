// SPDX-License-Identifier: Apache-2.0
// The checks that many tests make.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: CppUnit's exceptions; `what` says which case failed.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>
#include <vector>

#include "system/http.h"

namespace errand::tests {

// That `text` holds `part`.
void checkHolds(const std::string& what, std::string_view text, std::string_view part);

// That the answer is a problem (RFC 9457) of that status, whose detail holds `part`.
void checkProblem(const std::string& what, const Answer& answer, int status,
                  std::string_view part = {});

// As above with status 422, and exactly these fields in "errors", in any order.
void checkFields(const std::string& what, const Answer& answer, std::vector<std::string> fields);

// That the text is one line, which holds `part`.
void checkOneLine(const std::string& what, const std::string& text, std::string_view part);

}  // namespace errand::tests
