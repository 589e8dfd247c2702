// SPDX-License-Identifier: Apache-2.0
// Spread is Errand over several processes at one broker: an API node that serves nothing itself,
// compute nodes and a mail node. Faults come while it works.
//
// Threads: used by one thread; submitAll has its own.
// Owns: the data directories and the processes; borrows the broker's vhost.
// Errors: std::runtime_error with a node's words, or with what the ledger misses.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "system/crash_ledger.h"
#include "system/server.h"
#include "system/temporary_directory.h"

namespace errand::tests {

// One of its nodes, over many runs.
class SpreadNode {
public:
    SpreadNode(std::string directory, std::vector<std::string> settings)
        : directory_(std::move(directory)), settings_(std::move(settings)) {}

    Server& start();
    Server& server() { return *server_; }
    void kill() { server_->kill(); }
    void stop();
    void restart() {
        kill();
        start();
    }
    const std::string& data() const noexcept { return directory_; }

private:
    const std::string directory_;
    const std::vector<std::string> settings_;
    std::unique_ptr<Server> server_;
};

class Spread {
public:
    // Runs on return, with `computing` compute nodes. `uri` names the broker, or a proxy before it;
    // `settings` are every node's.
    explicit Spread(const std::string& uri, int computing = 2,
                    const std::vector<std::string>& settings = {});

    SpreadNode& api() { return nodes_[0]; }
    SpreadNode& mail() { return nodes_[1]; }
    SpreadNode& compute(std::size_t number = 0) { return nodes_[2 + number]; }
    int port() const noexcept { return port_; }

    // Submits as many jobs as a fault is to meet, some with mails, and has the fault happen when a
    // third of them are in; the API node may go and come back meanwhile. Returns when all are done,
    // and throws unless each is there once, at its first attempt.
    void work(const std::function<void()>& fault);

    // Ends every node by SIGTERM: exit code 0.
    void stop();

private:
    void submit(std::size_t count);
    bool postOne(std::unique_ptr<Http>& http);

    const int port_;  // of the API node

    TemporaryDirectory directory_;
    std::deque<SpreadNode> nodes_;
    Ledger ledger_;
};

// Ten thousand; fewer where a sanitizer slows every program down.
extern const std::size_t jobsThroughAFault;

}  // namespace errand::tests
