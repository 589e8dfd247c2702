// SPDX-License-Identifier: Apache-2.0
// Submits jobs and waits for them as a client does: by asking.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: std::runtime_error with the job as it was, when it does not get there.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "system/http.h"

namespace errand::tests {

// POST /jobs; the id. REQUIRES that it is taken.
std::string submit(Http& http, const std::string& body);

// POST /compute; the id out of Location. REQUIRES that it is taken.
std::string submitComputation(Http& http, const std::string& body);

// {"operation":...,"value":...,"other":...}; the operands are JSON text.
std::string computation(const std::string& operation, const std::string& value,
                        const std::string& other, const std::string& email = {});

// A job that computes 40, due so many seconds from now.
std::string scheduledComputation(int seconds);

// A computation that takes some seconds, for servers with these settings.
std::string longComputation(std::size_t digits = 3000000);
extern const std::vector<std::string> longSettings;

// The job as it is now.
base::Json jobNow(Http& http, const std::string& id);

// The job once it is in that state; throws when it ends in another, or after the limit.
base::Json waitFor(Http& http, const std::string& id, const std::string& state = "succeeded");

// Until it is running and its method is known to have begun.
void waitUntilBegun(Http& http, const std::string& id);

// The jobs of GET /jobs?FILTER, all pages.
std::vector<base::Json> listJobs(Http& http, const std::string& filter = {});

// Until no job is queued or running; then all jobs.
std::vector<base::Json> waitUntilIdle(Http& http);

// The text of a member, which must be there: a string as it is, anything else as JSON.
std::string member(const base::Json& object, const std::string& name);

}  // namespace errand::tests
