// SPDX-License-Identifier: Apache-2.0
// Engine keeps jobs on disk and gets them done: it is the store's writer and readers, the
// dispatcher and retention, put together behind the interface that HTTP uses.
//
// Threads: Jobs' methods and store() may be called from any thread between open() and close(). The
//          others belong to the owner's thread, in the order they are listed.
// Owns: the database, the lock on its directory, the writer's and the dispatcher's threads. The
//       catalogue, the clock and the transport are borrowed and outlive close().
// Errors: open() throws Poco exceptions whose text says what to do (directory in use, not writable,
//         database from a newer version). `fatal` is called after a failed fsync.
#pragma once

#include <memory>

#include "base/clock.h"
#include "jobs/jobs.h"
#include "jobs/settings.h"
#include "rpc/catalogue.h"
#include "rpc/transport.h"
#include "store/writer.h"

namespace errand::jobs {

class Engine : public Jobs, public rpc::JobSink {
public:
    Engine(const Settings& settings, const rpc::Catalogue& catalogue, const base::Clock& clock,
           store::Writer::Fatal fatal);
    ~Engine() override;

    // Locks the data directory, brings the database up to date, requeues what an earlier run left.
    // From here on submits are stored.
    void open();

    // From here on jobs run, and those go on whose calls survived an earlier run. Starts the
    // transport, which is open.
    void startDispatcher(rpc::Transport& transport);

    // From here on what goes through many jobs ends early.
    // Calls once the store's writer has done what waited before it: on its thread, or never where
    // it hangs or stops. REQUIRES open. Any thread.
    void pulse(std::function<void()> done);

    void beginStop() noexcept;

    // Claims no more. What is in flight ends through the transport, which is closed next.
    void stopDispatcher() noexcept;

    // Commits what came in until now, and closes the store. May be called twice.
    void close() noexcept;

    Submission submit(std::vector<NewJob> jobs) override;
    Submission submitOnce(std::vector<NewJob> jobs, const IdempotencyKey& key) override;
    std::optional<Job> find(const base::Id& id) override;
    Page list(const Filter& filter, int limit, std::optional<std::int64_t> after) override;
    Changed cancel(const base::Id& id) override;
    Changed retry(const base::Id& id) override;
    Many retryAll(const Filter& filter) override;
    Many eraseAll(const Filter& filter) override;
    bool setPaused(const std::string& service, bool paused) override;
    std::vector<ServiceState> services() override;
    Readiness readiness() override;
    std::int64_t watch(Watcher& watcher) override;
    void unwatch(Watcher& watcher) noexcept override;
    std::optional<std::vector<JobChange>> changesAfter(std::int64_t number, int limit) override;
    std::vector<Job> findAll(const std::vector<std::int64_t>& sequences) override;
    std::chrono::seconds askAgain(const Job& job) override;

    // A call to a queued method: becomes a job here.
    rpc::Reply store(const rpc::Call& call) noexcept override;

private:
    struct Parts;

    Submission submit(std::vector<NewJob> jobs, const IdempotencyKey* key);

    // Set in the constructor, then constant.
    const Settings settings_;
    const rpc::Catalogue& catalogue_;
    const base::Clock& clock_;
    const store::Writer::Fatal fatal_;

    // Made by open(), dropped by close().
    std::unique_ptr<Parts> parts_;
};

}  // namespace errand::jobs
