// SPDX-License-Identifier: Apache-2.0
#include "jobs/recovery.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <vector>

#include "jobs/admission.h"
#include "jobs/new_job.h"
#include "jobs/notification.h"
#include "jobs/settlement.h"
#include "store/statement.h"

namespace errand::jobs {

namespace {

// The marked jobs that are still running: a mark may outlive its job's outcome, where a method hung
// and was given up.
std::vector<RunningJob> readBegun(store::Database& database, std::vector<base::Id> marks) {
    // One job has two marks when it was tried again while its method still hung.
    std::sort(marks.begin(), marks.end());
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
    store::Statement row(database,
                         "SELECT sequence, claim, crashes, lone_crashes, cancel_requested, service,"
                         " method, args, kwargs, attempt, priority, trace, submitter, notify,"
                         " tags, created_at FROM jobs WHERE id = ? AND state = 1");
    std::vector<RunningJob> found;
    for (const base::Id& id : marks) {
        row.bind(id);
        while (row.step()) {
            RunningJob& begun = found.emplace_back();
            begun.job.id = id;
            begun.job.sequence = row.integer(0);
            begun.job.claim = row.integer(1);
            begun.job.crashes = static_cast<int>(row.integer(2));
            begun.job.loneCrashes = static_cast<int>(row.integer(3));
            begun.cancelRequested = row.integer(4) != 0;
            begun.job.service = row.text(5);
            begun.job.method = row.text(6);
            begun.job.arguments = {row.text(7), row.text(8)};
            begun.job.attempt = static_cast<int>(row.integer(9));
            begun.job.priority = static_cast<Priority>(row.integer(10));
            begun.job.trace = row.text(11);
            begun.job.submitter = row.text(12);
            begun.job.notify = row.text(13);
            begun.job.tags = row.text(14);
            begun.job.createdAt = row.time(15);
        }
    }
    return found;
}

void tell(Core& core, Admission& admission, const ClaimedJob& job, const Ending& ending) {
    if (auto told = makeNotification(core, job, ending)) admission.admit(*told);
}

// `alone`: no other method was at work, so the crash is this job's.
void countCrash(Core& core, Admission& admission, const RunningJob& begun, bool alone) {
    const base::Time now = core.clock.now();
    const JobStore::Settled settled{begun.job.sequence, begun.job.claim, std::nullopt, now};
    Circumstances how;
    how.cancelRequested = begun.cancelRequested;
    how.maxCrashes = core.settings.maxCrashes;
    const Settlement settlement = settleLost(begun.job, alone, how, core.catalogue);
    if (settlement.arrow == Settlement::Arrow::cancelled && core.jobs.cancelled(settled)) {
        tell(core, admission, begun.job, {JobState::cancelled, {}, {}, std::nullopt, now});
    }
    if (settlement.arrow == Settlement::Arrow::lost) core.jobs.lost(settled, alone);
    if (settlement.arrow != Settlement::Arrow::fail) return;
    core.jobs.fail(settled, settlement.error);
    for (const rpc::Cast& cast : settlement.casts) {
        Job child = makeChild(core, cast, begun.job, now);
        admission.admit(child);
    }
    tell(core, admission, begun.job, {JobState::failed, {}, settlement.error, std::nullopt, now});
    Poco::Logger::get("jobs").warning("%s failed: NodeLost: %s", begun.job.id.toString(),
                                      settlement.error.message);
}

void readAgenda(Core& core) {
    const base::Time now = core.clock.now();
    for (const std::string& service : core.agenda.services()) core.lanes.of(service);
    for (const std::string& service : core.agenda.paused()) core.lanes.of(service).setPaused(true);
    for (Lane* lane : core.lanes.all()) {
        const std::optional<base::Time> next = core.agenda.nextRunAt(lane->service(), now);
        if (!next) continue;
        lane->setNextRunAt(*next);
        lane->setBacklog(*next <= now);
        lane->resetWaiting(core.agenda.countDue(lane->service(), now));
    }
    core.timetable.nextSuspect.set(core.agenda.nextSuspect(now));
    core.timetable.nextExpiry.set(core.agenda.nextExpiry());
}

}  // namespace

std::int64_t noteBoot(store::Database& database, const Settings& settings, base::Time now) {
    const base::Id id = base::Id::generate(now);
    store::Statement row(database,
                         "INSERT INTO boots (id, transport, broker, started_at)"
                         " VALUES (?, ?, ?, ?)");
    row.bind(id).bind(settings.transport).bind(settings.broker).bind(now).run();
    return sqlite3_last_insert_rowid(database.handle());
}

std::vector<RunningJob> recover(store::Database& database, Core& core) {
    Admission admission(core);
    database.execute("BEGIN IMMEDIATE");
    const std::vector<base::Id> marks = core.marks.left();
    const std::vector<RunningJob> begun = readBegun(database, marks);
    for (const RunningJob& job : begun) countCrash(core, admission, job, marks.size() == 1);
    const base::Time now = core.clock.now();
    JobStore::Way way;
    if (core.settings.callsSurvive()) way = {core.settings.transport, core.settings.broker};
    const JobStore::Undelivered undelivered = core.jobs.undeliveredOfEarlierBoots(now, way);
    for (const ClaimedJob& job : undelivered.cancelled) {
        tell(core, admission, job, {JobState::cancelled, {}, {}, std::nullopt, now});
    }
    const int others = undelivered.count;
    // Whoever kills the process again and again may catch the same innocent each time. So what the
    // next crash would fail runs only in a process that has lived for a while.
    core.jobs.putOffSuspects(core.settings.maxCrashes - 1, now + core.settings.calm);
    core.journal.beforeCommit();
    database.execute("COMMIT");
    core.journal.committed();
    core.marks.wipe();
    if (others > 0 || !begun.empty()) {
        Poco::Logger::get("jobs").notice(
            "an earlier run left %d jobs that had not begun and %z that had: queued again", others,
            begun.size());
    }
    admission.committed();
    readAgenda(core);  // counts what is on disk, those just admitted included
    return core.jobs.runningOfEarlierBoots();
}

}  // namespace errand::jobs
