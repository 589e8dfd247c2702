// SPDX-License-Identifier: Apache-2.0
// Bench is the inside of an engine on a table: its parts, wired as Engine wires them, with a fake
// clock, a fake transport and no dispatcher, so that a test moves one part at a time.
//
// Threads: the writer's thread uses `jobs`, `agenda` and the lanes; a test gets there by onWriter.
// Owns: the parts, in a directory of its own.
// Errors: as the parts.
#pragma once

#include <functional>
#include <future>
#include <optional>

#include "jobs/admission.h"
#include "jobs/attempts.h"
#include "jobs/core.h"
#include "jobs/fake_clock.h"
#include "jobs/fake_transport.h"
#include "jobs/job_reader.h"
#include "jobs/new_job.h"
#include "jobs/recovery.h"
#include "jobs/test_services.h"
#include "store/schema.h"
#include "store/temporary_store.h"

namespace errand::tests {

// Runs a function within a transaction of its own or its neighbours'.
class Doing : public store::Task {
public:
    Doing(std::function<void()> what, std::promise<std::string>& done)
        : what_(std::move(what)), done_(done) {}
    void apply() override { what_(); }
    void committed() noexcept override { done_.set_value(""); }
    void failed(const store::StoreError& error) noexcept override {
        done_.set_value(error.message());
    }

private:
    const std::function<void()> what_;
    std::promise<std::string>& done_;
};

struct Bench {
    explicit Bench(int handOff = 2)
        : settings(settingsFor(files.directory(), handOff)),
          database(files.path(), store::Database::Role::writer),
          boot((store::migrate(database), jobs::noteBoot(database, settings, clock.now()))),
          journal(database),
          keys(database),
          jobs(database, journal, boot),
          agenda(database),
          lanes({{"alpha", 2}, {"beta", 1}, {"mail", 1}}, handOff),
          marks(files.directory() + "/errand.marks"),
          writer(
              database, [](const store::StoreError&) {}, &journal),
          core{settings, services.catalogue, clock,   writer, journal, keys, jobs, agenda, lanes,
               marks,    timetable,          attempts},
          attempts(core),
          reader(files.path()) {
        attempts.open(transport);
        writer.start();
        lanes.setOpen(true);
    }
    ~Bench() {
        transport.close({});
        writer.stop();
    }

    static jobs::Settings settingsFor(const std::string& directory, int handOff) {
        jobs::Settings settings;
        settings.directory = directory;
        settings.minFree = 1;
        settings.handOff = handOff;
        return settings;
    }

    // Returns once it is on disk; the text of its failure where it failed.
    std::string onWriter(std::function<void()> what) {
        std::promise<std::string> done;
        auto future = done.get_future();
        writer.enqueue(std::make_unique<Doing>(std::move(what), done));
        if (future.wait_for(patience) != std::future_status::ready) return "(nothing in 20 s)";
        return future.get();
    }

    // Returns when all that was enqueued before is done, ends told.
    void drain() {
        onWriter([] {});
    }

    // From now on the store refuses to change or insert a job; until mend().
    void breakStore() {
        onWriter([&] {
            database.execute(
                "CREATE TEMP TRIGGER no_update BEFORE UPDATE ON jobs"
                " BEGIN SELECT RAISE(ABORT, 'broken'); END");
            database.execute(
                "CREATE TEMP TRIGGER no_insert BEFORE INSERT ON jobs"
                " BEGIN SELECT RAISE(ABORT, 'broken'); END");
        });
    }
    void mend() {
        onWriter([&] {
            database.execute("DROP TRIGGER no_update");
            database.execute("DROP TRIGGER no_insert");
        });
    }

    void run(std::unique_ptr<store::Task> task) {
        writer.enqueue(std::move(task));
        drain();
    }

    // Two tasks in one transaction: the writer waits until both are there.
    void runTogether(std::unique_ptr<store::Task> first, std::unique_ptr<store::Task> second) {
        std::promise<void> inside;
        std::promise<void> go;
        std::promise<std::string> done;
        writer.enqueue(std::make_unique<Doing>(
            [&] {
                inside.set_value();
                go.get_future().wait();
            },
            done));
        inside.get_future().wait();
        writer.enqueue(std::move(first));
        writer.enqueue(std::move(second));
        go.set_value();
        drain();
    }

    jobs::Job make(const std::string& service = "alpha", const std::string& method = "work",
                   std::chrono::microseconds delay = {}) {
        jobs::NewJob wanted = asked(service, method);
        wanted.delay = delay;
        return jobs::makeJob(core, std::move(wanted), clock.now());
    }

    // A job that waits on disk.
    jobs::Job queued(const std::string& service = "alpha", const std::string& method = "work",
                     std::chrono::microseconds delay = {}) {
        jobs::Job job = make(service, method, delay);
        onWriter([&] { jobs.submit(job); });
        return job;
    }

    // The same, and the engine knows of it.
    jobs::Job noted(const std::string& service = "alpha", std::chrono::microseconds delay = {}) {
        jobs::Job job = make(service, service == "mail" ? "send" : "work", delay);
        onWriter([&] { jobs.submit(job); });
        onWriter([&] { jobs::noteQueued(core, lanes.of(service), job.runAt, delay.count() == 0); });
        return job;
    }

    // A queued job that has a crash on its count, and the engine knows of it.
    jobs::Job suspect(const std::string& service = "alpha") {
        jobs::Job job = make(service, service == "mail" ? "send" : "work");
        onWriter([&] {
            jobs.submit(job);
            database.execute("UPDATE jobs SET crashes = 1 WHERE sequence = " +
                             std::to_string(job.sequence));
        });
        timetable.nextSuspect.advance(job.runAt);
        return job;
    }

    // A job that was handed over: it has a place in its lane, and its call is with the transport.
    jobs::Job started(const std::string& service = "alpha", const std::string& method = "work",
                      bool probe = false) {
        jobs::Job job = queued(service, method);
        std::vector<jobs::ClaimedJob> claimed;
        onWriter([&] { claimed = jobs.claim(service, clock.now(), 1); });
        lanes.of(service).takeRoom(1);
        onWriter([&] { attempts.start(claimed.at(0), lanes.of(service), probe); });
        return job;
    }

    jobs::Job now(const jobs::Job& job) { return reader.find(job.id).value(); }
    std::string stateOf(const jobs::Job& job) { return toString(now(job).state); }

    std::vector<jobs::Job> childrenOf(const jobs::Job& job) {
        jobs::Filter filter;
        filter.parent = job.id;
        return reader.list(filter, 100, std::nullopt).jobs;
    }

    int roomOf(const std::string& service) {
        const int room = lanes.of(service).takeRoom(1000);
        lanes.of(service).giveRoom(room);
        return room;
    }

    TemporaryStore files;
    FakeClock clock;
    TestServices services;
    FakeTransport transport;
    jobs::Settings settings;
    store::Database database;
    const std::int64_t boot;
    jobs::Journal journal;
    jobs::Keys keys;
    jobs::JobStore jobs;
    jobs::Agenda agenda;
    jobs::Lanes lanes;
    jobs::CrashMarks marks;
    jobs::Timetable timetable;
    store::Writer writer;
    jobs::Core core;
    jobs::Attempts attempts;
    jobs::JobReader reader;
};

}  // namespace errand::tests
