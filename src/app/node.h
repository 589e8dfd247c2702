// SPDX-License-Identifier: Apache-2.0
// Node puts one errandd together: it builds the parts in order and stops them in reverse.
//
// Threads: used by the owner's thread; the threads of its parts are listed in application.h.
// Owns: the services, the engine (a node that stores nothing has none, and no data directory), the
//       transport's plugin and the HTTP server.
// Errors: start throws ConfigError or what the part threw, which was stopped again with those
// before
//         it: nothing runs on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/no_store.h"
#include "app/services.h"
#include "http/server.h"
#include "jobs/engine.h"
#include "rpc/catalogue.h"
#include "rpc/plugin.h"

namespace errand::app {

class Node {
public:
    using ExtraServices = std::vector<std::unique_ptr<rpc::Service>>;

    // `extra` join the compiled services; `fatal` hears of a store that cannot be trusted any more.
    Node(const Config& config, ExtraServices extra, store::Writer::Fatal fatal);
    ~Node();
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    // Serves on return. Called once.
    void start();

    // Takes no more work, waits at most shutdown.grace for what runs, stores what came of it. False
    // when something hung and was left to itself: then this object must not be destroyed while
    // the process goes on. May be called twice.
    bool stop() noexcept;

    // What of the configuration may change while it serves, is from now on as that one has it.
    // Throws ConfigError, and changes nothing, where it cannot be. REQUIRES start.
    void reload(const Config& config);

    // Calls once the store's writer has come to it, on its thread; never where it hangs. Without a
    // store at once. REQUIRES start.
    void pulse(std::function<void()> done);

    // "http://127.0.0.1:5000", or "none" where HTTP is not enabled. REQUIRES start.
    std::string address() const;

private:
    bool needsStore() const;
    void openStore();
    void openTransport();
    void bindHttp();

    // Set in the constructor, then constant.
    const Config config_;

    // In the order of their start.
    Services services_;
    std::vector<rpc::Service*> hosted_;
    rpc::Catalogue catalogue_;
    NoStore noStore_;
    std::unique_ptr<jobs::Engine> engine_;  // null: this node stores nothing
    std::unique_ptr<rpc::Plugin> plugin_;
    std::unique_ptr<http::Server> http_;
};

}  // namespace errand::app
