// SPDX-License-Identifier: Apache-2.0
// Node is an Engine as a program runs it: opened, with its dispatcher, a fake transport and a fake
// clock. A directory may be given, to come back to what an earlier Node left there.
//
// Threads: as Engine; the fixture itself by one.
// Owns: all but the directory and the clock.
// Errors: as Engine.
#pragma once

#include <optional>

#include "jobs/engine.h"
#include "jobs/fake_clock.h"
#include "jobs/fake_transport.h"
#include "jobs/test_services.h"
#include "store/temporary_store.h"

namespace errand::tests {

struct Node {
    using Change = std::function<void(jobs::Settings&)>;

    Node(
        const TemporaryStore& files, FakeClock& itsClock, const Change& change = [](auto&) {})
        : clock(itsClock),
          engine(settingsFor(files, change), services.catalogue, clock,
                 [this](const store::StoreError& error) {
                     if (fatal.empty()) fatal = error.message();
                 }) {
        if (settingsFor(files, change).callsSurvive()) transport.survive();
        engine.open();
        engine.startDispatcher(transport);
    }
    ~Node() { stop(); }

    static jobs::Settings settingsFor(const TemporaryStore& files, const Change& change) {
        jobs::Settings settings;
        settings.directory = files.directory();
        settings.minFree = 1;
        settings.handOff = 2;
        change(settings);
        return settings;
    }

    // As errandd stops: claims no more, lets calls end or detach, commits, closes.
    void stop() {
        engine.stopDispatcher();
        transport.close({});
        engine.close();
    }

    jobs::Job submit(const jobs::NewJob& wanted) {
        jobs::Submission submission = engine.submit({wanted});
        if (submission.jobs.size() != 1) throw std::runtime_error("the submit was refused");
        return submission.jobs[0];
    }
    jobs::Job submit(const std::string& service = "alpha", const std::string& method = "work") {
        return submit(asked(service, method));
    }

    jobs::Job now(const jobs::Job& job) { return engine.find(job.id).value(); }
    std::string stateOf(const jobs::Job& job) { return toString(now(job).state); }

    // Waits until the job is in that state; the state it is in after 20 s otherwise.
    std::string awaitState(const jobs::Job& job, const std::string& state) {
        eventually([&] { return stateOf(job) == state; });
        return stateOf(job);
    }

    std::vector<jobs::Job> childrenOf(const jobs::Job& job) {
        jobs::Filter filter;
        filter.parent = job.id;
        return engine.list(filter, 100, std::nullopt).jobs;
    }

    // Returns when the dispatcher has looked round twice in full, and the writer has done what was
    // asked of it before.
    void settleDown() {
        for (int i = 0; i < 3; ++i) {
            lookRound();
            engine.cancel(pilot());
        }
    }

    // Returns when the dispatcher has looked round.
    void lookRound() {
        const long before = clock.asked();
        eventually([&] { return clock.asked() > before + 1; });
    }

    FakeClock& clock;
    TestServices services;
    FakeTransport transport;
    std::string fatal;
    jobs::Engine engine;

private:
    // A job of long ago whose cancel goes through the writer and changes nothing.
    base::Id pilot() {
        if (!pilot_) {
            jobs::NewJob wanted = asked("beta", "plain");
            wanted.delay = std::chrono::hours(100000);
            pilot_ = submit(wanted).id;
        }
        return *pilot_;
    }

    std::optional<base::Id> pilot_;
};

}  // namespace errand::tests
