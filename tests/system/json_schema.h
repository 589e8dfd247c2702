// SPDX-License-Identifier: Apache-2.0
// JsonSchema says whether a value is what a JSON Schema of the API document describes; members that
// it does not describe are wrong, too.
//
// Threads: constant; any thread.
// Owns: nothing; the document outlives it.
// Errors: std::runtime_error for a keyword that it does not know: nobody is to believe it checked.
#pragma once

#include <string>

#include "base/json.h"

namespace errand::tests {

class JsonSchema {
public:
    // References lead into the document.
    explicit JsonSchema(const base::Json& document) : document_(document) {}

    // What is wrong, by the path of the place; empty: nothing.
    std::string faultOf(const base::Json& schema, const base::Json& value,
                        const std::string& path = "body") const;

    // What "#/a/b" leads to.
    const base::Json& follow(const std::string& reference) const;

private:
    struct Seen;
    std::string look(const base::Json& schema, const base::Json& value, const std::string& path,
                     Seen& seen) const;
    std::string faultOfOthers(const base::Json& schema, const base::Json& others,
                              const base::Json& value, const std::string& path) const;
    std::string faultOfNames(const base::Json& names, const base::Json& value,
                             const std::string& path) const;
    std::string lookAtMembers(const base::Json& properties, const base::Json& value,
                              const std::string& path, Seen& seen) const;
    std::string lookAtAlternatives(const base::Json& schemas, const base::Json& value,
                                   const std::string& path, bool one, Seen& seen) const;

    const base::Json& document_;
};

}  // namespace errand::tests
