// SPDX-License-Identifier: Apache-2.0
// The engine's parts, in the order they start; they end in reverse. For the engine's own files.
//
// Threads: as each part says.
// Owns: all parts.
// Errors: the constructor throws what Engine::open() throws.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/system.h"
#include "jobs/attempts.h"
#include "jobs/core.h"
#include "jobs/dispatcher.h"
#include "jobs/engine.h"
#include "jobs/job_reader.h"
#include "jobs/keys_in_use.h"
#include "jobs/recovery.h"
#include "store/pool.h"
#include "store/schema.h"

namespace errand::jobs {

// Each costs about a megabyte; two cores read faster than one with few of them already.
constexpr std::size_t mostReaders = 8;

inline std::map<std::string, int> workersOf(const rpc::Catalogue& catalogue) {
    std::map<std::string, int> workers;
    for (const rpc::Service* service : catalogue.services()) {
        workers[service->name()] = service->workers();
    }
    return workers;
}

struct Engine::Parts {
    Parts(const Settings& settings, const rpc::Catalogue& catalogue, const base::Clock& clock,
          store::Writer::Fatal fatal)
        : lock(settings.directory + "/errand.lock"),
          path(settings.directory + "/errand.db"),
          database(path, store::Database::Role::writer),
          boot((store::migrate(database), noteBoot(database, settings, clock.now()))),
          journal(database),
          keys(database),
          store(database, journal, boot),
          agenda(database),
          lanes(workersOf(catalogue), settings.handOff),
          marks(settings.directory + "/errand.marks"),
          writer(database, std::move(fatal), &journal),
          core{settings, catalogue, clock, writer, journal,   keys,
               store,    agenda,    lanes, marks,  timetable, attempts},
          attempts(core),
          dispatcher(core),
          readers(mostReaders, [this] { return std::make_unique<JobReader>(path); }) {}

    base::FileLock lock;
    const std::string path;
    store::Database database;
    const std::int64_t boot;
    Journal journal;
    Keys keys;
    JobStore store;
    Agenda agenda;
    Lanes lanes;
    CrashMarks marks;
    Timetable timetable;
    store::Writer writer;
    Core core;
    Attempts attempts;
    Dispatcher dispatcher;
    store::Pool<JobReader> readers;
    std::vector<RunningJob> survivors;  // until the dispatcher starts
    KeysInUse keysInUse;
};

}  // namespace errand::jobs
