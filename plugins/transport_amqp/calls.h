// SPDX-License-Identifier: Apache-2.0
// Calls are the calls this process has made and that have not ended: it sends them, sends again
// what is in doubt, hears of them through the reply queue, and tells their observers.
//
// Threads: call, attach, cancel, forget, begunHere, progressedHere and connected may be called from
//          any; delivered and drained on the consumer's thread; tick on the clock's; the rest
//          belongs to the transport's owner.
// Owns: the Pendings; borrows the publisher and the consumer, which outlive it.
// Errors: none; what goes wrong with a call is its end.
#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <unordered_map>

#include "base/mutex.h"
#include "consumer.h"
#include "lookout.h"
#include "pending.h"
#include "publisher.h"
#include "ticker.h"

namespace errand::transport_amqp {

class Calls : public Receiver, private Lookout::Listener {
public:
    struct Names {
        std::string exchange;
        std::string address;  // where replies come to
        std::string boot;     // of this process
    };
    Calls(Publisher& publisher, Consumer& consumer, Ticker& ticker, Names names);

    // `nested`: a method that runs here waits for it, and goes on while the process stops.
    void call(rpc::Call call, rpc::CallObserver& observer, bool nested = false);
    void attach(rpc::Call call, const rpc::Attachment& known, rpc::CallObserver& observer);
    void cancel(const rpc::CallId& call);
    bool forget(const rpc::CallId& call);

    // A call of this process is run by it: no message says so.
    void begunHere(const rpc::CallId& call);
    void progressedHere(const rpc::CallId& call, const rpc::Progress& progress);

    // The broker is there again.
    void connected();
    // It is away: until drained() nothing of a job is overdue.
    void disconnected();
    bool isDrained() const noexcept { return drained_.load(); }

    // The services whose jobs' calls nobody takes, for people; empty: none.
    std::string missing();

    void delivered(Delivery delivery) noexcept override;
    void drained() noexcept override { drained_.store(true); }

    // Ends what is due; returns when to come back.
    base::SteadyTime tick(base::SteadyTime now);

    // For the close. Ends with `detached` what does not run in this process, and takes no more;
    // waits for the others; ends all.
    void detachOthers();
    void waitUntil(base::SteadyTime deadline);
    void detachAll();

private:
    class Sent;

    using Taken = std::vector<std::unique_ptr<Pending>>;

    void send(const rpc::CallId& id, std::uint64_t serial, Message message);
    void sent(const rpc::CallId& id, std::uint64_t serial, Published outcome);
    void sendUnsent();
    void replied(Delivery delivery);
    void settled(const rpc::CallId& id);
    bool isForNextRun(const Message& message);
    void begun(const rpc::CallId& id, const std::string& boot);
    void progressed(const rpc::CallId& id, const rpc::Progress& progress);
    void asked(const rpc::CallId& id, const std::string& boot);
    void absent(const rpc::CallId& id, const std::string& boot);
    void answer(const rpc::CallId& id, const std::string& boot, const char* verdict);
    void sendCancel(const rpc::CallId& id, const std::string& address, const std::string& worker);
    void workerIsThere(const std::string& boot) override;
    void workerIsGone(const std::string& boot) override;
    void detach(bool all);

    Pending* find(const rpc::CallId& id) REQUIRES(mutex_);
    Pending* add(rpc::Call call, rpc::CallObserver& observer, bool nested) REQUIRES(mutex_);
    void setWindow(Pending& pending, base::SteadyTime now) REQUIRES(mutex_);
    void setBegun(Pending& pending, const std::string& boot) REQUIRES(mutex_);
    void watchHosts(base::SteadyTime now) REQUIRES(mutex_);
    std::optional<rpc::End::Kind> look(Pending& pending, base::SteadyTime now) REQUIRES(mutex_);
    std::unique_ptr<Pending> take(const rpc::CallId& id) REQUIRES(mutex_);

    // Set in the constructor, then constant.
    Publisher& publisher_;
    Consumer& consumer_;
    Ticker& ticker_;
    const Names names_;

    Lookout lookout_;
    std::atomic<bool> drained_{false};  // set by the consumer's thread, read by the clock's

    base::Mutex mutex_;
    base::Condition emptied_;
    std::unordered_map<rpc::CallId, std::unique_ptr<Pending>> pending_ GUARDED_BY(mutex_);
    std::set<Due> due_ GUARDED_BY(mutex_);
    std::map<std::string, int> workers_ GUARDED_BY(mutex_);  // how many jobs' calls each runs
    std::uint64_t lastSerial_ GUARDED_BY(mutex_) = 0;
    std::set<std::string> hosts_ GUARDED_BY(mutex_);  // keys of services whose calls wait for long
    std::set<std::string> unhosted_ GUARDED_BY(mutex_);  // those of them that reach nobody
    std::set<std::string> grantees_ GUARDED_BY(mutex_);  // boots let run what they have not begun
    base::SteadyTime nextHostsLook_ GUARDED_BY(mutex_){};
    // Of jobs' calls that have ended, the replies whose outcome is not on disk yet.
    std::unordered_map<rpc::CallId, std::vector<Ticket>> unsettled_ GUARDED_BY(mutex_);
    bool unsent_ GUARDED_BY(mutex_) = false;  // some may be
    bool asked_ GUARDED_BY(mutex_) = false;   // some have askers
    bool closed_ GUARDED_BY(mutex_) = false;  // only nested calls are taken
    bool ended_ GUARDED_BY(mutex_) = false;   // no call at all
};

}  // namespace errand::transport_amqp
