// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_row.h"

#include "base/json.h"

namespace errand::jobs {

#define COMMON_COLUMNS                                                                        \
    "id, sequence, service, method, state, attempt, max_attempts, timeout_ms,"                \
    " cancel_requested, created_at, run_at, started_at, finished_at, expires_at, error_type," \
    " error_message, tags, parent, progress, priority, changed, trace, submitter, notify"

const char* const jobColumns = COMMON_COLUMNS ", args, kwargs, result";
const char* const listedColumns = COMMON_COLUMNS ", NULL, NULL, NULL";

namespace {

std::vector<std::string> readTags(const std::string& text) {
    std::vector<std::string> tags;
    const base::Json list = base::Json::parse(text);
    for (const base::Json& tag : list.asArray()) tags.push_back(tag.asString());
    return tags;
}

}  // namespace

Job readJob(const store::Statement& row) {
    Job job;
    job.id = row.id(0);
    job.sequence = row.integer(1);
    job.service = row.text(2);
    job.method = row.text(3);
    job.state = static_cast<JobState>(row.integer(4));
    job.attempt = static_cast<int>(row.integer(5));
    job.maxAttempts = static_cast<int>(row.integer(6));
    job.timeout = std::chrono::milliseconds(row.integer(7));
    job.cancelRequested = row.integer(8) != 0;
    job.createdAt = row.time(9);
    job.runAt = row.time(10);
    job.startedAt = row.optionalTime(11);
    job.finishedAt = row.optionalTime(12);
    job.expiresAt = row.optionalTime(13);
    if (!row.isNull(14)) job.error = rpc::ErrorReply{row.text(14), row.text(15)};
    if (!row.isNull(16)) job.tags = readTags(row.text(16));
    if (!row.isNull(17)) job.parent = row.id(17);
    job.progress = row.text(18);
    job.priority = static_cast<Priority>(row.integer(19));
    job.changed = row.integer(20);
    job.trace = row.text(21);
    job.submitter = row.text(22);
    job.notify = row.text(23);
    job.arguments = {row.text(24), row.text(25)};
    job.result = row.text(26);
    return job;
}

}  // namespace errand::jobs
