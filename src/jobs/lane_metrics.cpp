// SPDX-License-Identifier: Apache-2.0
#include "jobs/lane_metrics.h"

namespace errand::jobs {
namespace {

using base::Labels;
using base::Metrics;

base::Counter& attempts(const std::string& service, const char* outcome) {
    return Metrics::process().counter("errand_job_attempts_total",
                                      "Attempts that have ended, by outcome.",
                                      {{"service", service}, {"outcome", outcome}});
}

}  // namespace

LaneMetrics::LaneMetrics(const std::string& service)
    : submitted_(Metrics::process().counter("errand_jobs_submitted_total",
                                            "Jobs that were stored, those that jobs cast included.",
                                            {{"service", service}})),
      succeeded_(attempts(service, "succeeded")),
      failed_(attempts(service, "failed")),
      cancelled_(attempts(service, "cancelled")),
      requeued_(attempts(service, "requeued")),
      wait_(Metrics::process().histogram("errand_job_wait_seconds",
                                         "From when a job was due until its method began.",
                                         {{"service", service}})),
      run_(Metrics::process().histogram("errand_job_run_seconds",
                                        "From when a job's method began until its outcome was"
                                        " stored.",
                                        {{"service", service}})) {}

void LaneMetrics::noteEnded(const ClaimedJob& job, Settlement::Arrow arrow, bool requeued,
                            std::optional<base::Time> startedAt, base::Time now) noexcept {
    if (requeued)
        requeued_.add();
    else if (arrow == Settlement::Arrow::succeed)
        succeeded_.add();
    else if (arrow == Settlement::Arrow::fail)
        failed_.add();
    else
        cancelled_.add();
    if (!startedAt) return;
    wait_.observe(*startedAt - job.runAt);
    run_.observe(now - *startedAt);
}

}  // namespace errand::jobs
