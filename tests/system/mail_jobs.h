// SPDX-License-Identifier: Apache-2.0
// Submits mails and watches them wait for a mail server.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: std::runtime_error with what was seen last, when a limit passes.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "system/http.h"

namespace errand::tests {

// The body that sends a mail; `more` are further members, such as ",\"delay\":1".
std::string mailJob(const std::string& to, const std::string& subject, const std::string& contents,
                    const std::string& more = {});

// Until the job waits, with that many attempts used and this in its error; the job.
base::Json waitUntilPutOff(Http& http, const std::string& id, int attempts,
                           const std::string& error);

// Until /readyz names the service `mail` as missing, or no longer does.
void waitForGate(Http& http, bool closed);

// Due at once though it waits for its next attempt: cancelled, and then tried again.
void retryNow(Http& http, const std::string& id);

}  // namespace errand::tests
