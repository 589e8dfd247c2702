// SPDX-License-Identifier: Apache-2.0
// What jobs may be submitted, as JSON Schema: made of the catalogue, so that a new method is in the
// API document as soon as a service has registered it.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: base::JsonError for a type whose schema is no JSON, which is a bug of that type.
#pragma once

#include "base/json.h"
#include "rpc/catalogue.h"

namespace errand::http {

// Adds "SERVICE.METHOD" for each method, "Computation" (the body of POST /compute), "AnyCall" where
// others may serve what is not in the catalogue, and "JobRequest": one of them all.
void addCallSchemas(const rpc::Catalogue& catalogue, base::Json::Object& schemas);

}  // namespace errand::http
