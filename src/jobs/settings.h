// SPDX-License-Identifier: Apache-2.0
// Settings of the job engine, as app/config reads them.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: n/a (plain data).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace errand::jobs {

struct Settings {
    std::string directory;                      // data.directory, absolute; exists
    std::uint64_t minFree = 64ull << 20;        // data.minFree, bytes
    std::string transport = "inproc";           // names the claims of this boot
    std::string broker;                         // likewise; empty for inproc
    std::int64_t maxQueued = 10'000'000;        // jobs.maxQueued
    std::chrono::milliseconds timeout{60'000};  // jobs.timeout: where the policy says none
    std::chrono::milliseconds deliveryWindow{3'600'000};  // jobs.deliveryWindow
    std::chrono::milliseconds unroutableGrace{30'000};    // jobs.unroutableGrace
    int maxCrashes = 3;                                   // jobs.maxCrashes
    std::chrono::milliseconds calm{5000};                 // a run this long is in no loop of kills
    std::chrono::seconds retention{7 * 86400};            // jobs.retention: succeeded and cancelled
    std::chrono::seconds retentionFailed{30 * 86400};     // jobs.retentionFailed
    std::chrono::seconds idempotencyWindow{86400};        // jobs.idempotencyWindow
    std::chrono::milliseconds cancelGrace{10'000};        // cancel.grace
    int handOff = 256;  // jobs handed over beyond the workers, a service: 4 x http.threads

    // Whether a call may outlive the process that made it.
    bool callsSurvive() const noexcept { return transport != "inproc"; }
};

}  // namespace errand::jobs
