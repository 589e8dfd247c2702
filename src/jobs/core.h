// SPDX-License-Identifier: Apache-2.0
// Core names the engine's parts to each other: what its tasks and threads work with.
//
// Threads: each part has its own rules; JobStore and Agenda belong to the writer's thread.
// Owns: nothing; Engine owns the parts, which live as long as each other.
// Errors: n/a (plain data).
#pragma once

#include <atomic>

#include "base/clock.h"
#include "jobs/agenda.h"
#include "jobs/crash_marks.h"
#include "jobs/job_store.h"
#include "jobs/keys.h"
#include "jobs/lane.h"
#include "jobs/settings.h"
#include "jobs/timetable.h"
#include "rpc/catalogue.h"
#include "store/writer.h"

namespace errand::jobs {

class Attempts;

struct Core {
    const Settings& settings;
    const rpc::Catalogue& catalogue;
    const base::Clock& clock;
    store::Writer& writer;
    Journal& journal;
    Keys& keys;
    JobStore& jobs;
    Agenda& agenda;
    Lanes& lanes;
    CrashMarks& marks;
    Timetable& timetable;
    Attempts& attempts;
    std::atomic<bool> stopping{false};  // what goes through many jobs ends early
};

}  // namespace errand::jobs
