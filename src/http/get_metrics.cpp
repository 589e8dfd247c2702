// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <string>

#include "base/metrics.h"
#include "base/system.h"
#include "http/site.h"

namespace errand::http {
namespace {

using base::MetricsPage;

void writeProcess(MetricsPage& page) {
    const base::ProcessFigures figures = base::processFigures();
    page.family("process_cpu_seconds_total", "counter", "CPU time that the process has used.");
    page.sample({}, figures.cpuSeconds);
    page.gauge("process_resident_memory_bytes", "Memory that the process has in RAM.",
               figures.residentBytes);
    page.gauge("process_virtual_memory_bytes", "Addresses that the process has in use.",
               figures.virtualBytes);
    page.gauge("process_open_fds", "Files and sockets that the process has open.",
               figures.openFiles);
    page.gauge("process_max_fds", "Files and sockets that the process may have open.",
               figures.maxFiles);
    page.gauge("process_threads", "Threads of the process.", figures.threads);
    page.gauge("process_start_time_seconds", "When the process began, since 1970.",
               figures.startSeconds);
}

void writeServices(MetricsPage& page, const std::vector<jobs::ServiceState>& services) {
    page.family("errand_jobs", "gauge", "Jobs that are kept, by service and state.");
    for (const jobs::ServiceState& service : services)
        for (std::size_t state = 0; state < service.jobs.size(); ++state)
            page.sample({{"service", service.service},
                         {"state", toString(static_cast<jobs::JobState>(state))}},
                        static_cast<std::uint64_t>(service.jobs[state]));
    page.family("errand_service_paused", "gauge", "1 while a person holds the service back.");
    for (const jobs::ServiceState& service : services)
        page.sample({{"service", service.service}}, std::uint64_t{service.paused});
    page.family("errand_service_waits", "gauge",
                "1 while the service waits for what it depends on.");
    for (const jobs::ServiceState& service : services)
        page.sample({{"service", service.service}}, std::uint64_t{service.waits});
}

// Of what is due and yet queued: a scheduled job does not wait for anybody.
void writeOldest(MetricsPage& page, const std::vector<jobs::ServiceState>& services,
                 base::Time now) {
    page.family("errand_jobs_oldest_due_seconds", "gauge",
                "How long the job that has waited longest has been due; 0 where none waits.");
    for (const jobs::ServiceState& service : services) {
        const auto age = now - service.nextRunAt.value_or(now);
        page.sample({{"service", service.service}},
                    std::max(0.0, std::chrono::duration<double>(age).count()));
    }
}

}  // namespace

// What Prometheus asks for: all that the process has counted, and what there is now.
Response getMetrics(const Site& site, const Request&) {
    MetricsPage page;
    page.family("errand_build_info", "gauge", "1, with what runs here.");
    page.sample({{"version", ERRAND_VERSION}}, std::uint64_t{1});
    base::Metrics::process().writeTo(page);
    const std::vector<jobs::ServiceState> services = site.jobs.services();
    writeServices(page, services);
    writeOldest(page, services, site.clock.now());
    const jobs::Readiness readiness = site.jobs.readiness();
    page.gauge("errand_ready", "1 while submits can be stored.", std::uint64_t{readiness.storing});
    page.gauge("errand_transport_connected", "1 while calls can be carried.",
               std::uint64_t{readiness.connected});
    page.gauge("errand_data_free_bytes", "Room on the disk of the data directory.",
               readiness.freeBytes);
    if (site.writeConnections) site.writeConnections(page);
    writeProcess(page);
    Response response;
    response.contentType = "text/plain; version=0.0.4; charset=utf-8";
    response.body = page.text();
    return response;
}

}  // namespace errand::http
