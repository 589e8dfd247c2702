// SPDX-License-Identifier: Apache-2.0
// Reads whom to tell when a job has ended: "notify": {"webhook": URL}.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: outcomes are values: what is wrong is added to the errors.
#pragma once

#include <vector>

#include "base/json.h"
#include "jobs/job.h"
#include "rpc/catalogue.h"

namespace errand::http {

// Sets what the body gives. REQUIRES an object.
void readNotify(const base::Json& body, const rpc::Catalogue& catalogue, jobs::NewJob& job,
                std::vector<rpc::FieldError>& errors);

}  // namespace errand::http
