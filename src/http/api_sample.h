// SPDX-License-Identifier: Apache-2.0
// Makes up a value that fits a JSON Schema, for the examples of the API document.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none; for what it does not understand the value is null.
#pragma once

#include "base/json.h"

namespace errand::http {

// The first of its `examples`, where it has some; of an object the members that are required. A
// `pattern` is not read: a schema with one should have an example unless a word or two will do.
base::Json sampleOf(const base::Json& schema);

}  // namespace errand::http
