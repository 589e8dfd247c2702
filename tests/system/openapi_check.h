// SPDX-License-Identifier: Apache-2.0
// OpenApiCheck compares answers with the API document: whether such an answer to such a request is
// in it.
//
// Threads: constant once built; any thread.
// Owns: the document.
// Errors: check throws std::runtime_error that says what was asked, what came, and what is wrong.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace errand::tests {

struct Answer;

class OpenApiCheck {
public:
    explicit OpenApiCheck(base::Json document) : document_(std::move(document)) {}

    // `target` is the path, with its query.
    void check(const std::string& method, const std::string& target, const Answer& answer) const;

private:
    std::string faultOf(const std::string& method, const std::string& path,
                        const Answer& answer) const;
    const base::Json* findPath(std::string_view path) const;
    std::string faultBeside(const std::string& method, bool knownPath, const Answer& answer) const;
    std::string faultOfBody(const base::Json& response, const Answer& answer) const;

    const base::Json document_;
};

}  // namespace errand::tests
