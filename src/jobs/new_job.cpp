// SPDX-License-Identifier: Apache-2.0
#include "jobs/new_job.h"

namespace errand::jobs {

Job makeJob(const Core& core, NewJob wanted, base::Time now) {
    const rpc::Method* method = core.catalogue.find(wanted.service, wanted.method);
    const rpc::RetryPolicy policy = method == nullptr ? rpc::RetryPolicy{} : method->policy;
    Job job;
    job.id = wanted.id ? *wanted.id : base::Id::generate(now);
    job.service = std::move(wanted.service);
    job.method = std::move(wanted.method);
    job.arguments = std::move(wanted.arguments);
    job.maxAttempts = wanted.maxAttempts.value_or(policy.maxAttempts);
    job.timeout = wanted.timeout.value_or(policy.timeout);
    if (job.timeout.count() <= 0) job.timeout = core.settings.timeout;
    job.tags = std::move(wanted.tags);
    job.priority = wanted.priority;
    job.trace = std::move(wanted.trace);
    job.submitter = std::move(wanted.submitter);
    job.notify = std::move(wanted.notify);
    job.createdAt = now;
    job.runAt = wanted.runAt.value_or(wanted.delay ? now + *wanted.delay : now);
    job.expiresAt = wanted.expiresAt;
    return job;
}

Job makeChild(const Core& core, const rpc::Cast& cast, const ClaimedJob& parent, base::Time now) {
    NewJob wanted;
    wanted.service = cast.service;
    wanted.method = cast.method;
    wanted.arguments = cast.arguments;
    wanted.priority = parent.priority;
    wanted.trace = parent.trace;
    wanted.submitter = parent.submitter;
    Job job = makeJob(core, std::move(wanted), now);
    job.parent = parent.id;
    return job;
}

}  // namespace errand::jobs
