// SPDX-License-Identifier: Apache-2.0
// WithBroker is the base of fixtures in which nodes of Errand and a foreign client meet at a
// broker: in a vhost of each test's own.
//
// Threads: used by one thread.
// Owns: the vhost, the peer and the nodes.
// Errors: the tear-down fails when a node does not end with exit code 0.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "broker/rabbitmq.h"
#include "broker/wire_peer.h"
#include "system/jobs.h"
#include "system/server.h"

namespace errand::tests {

class WithBroker : public CppUnit::TestFixture {
public:
    void setUp() override {
        vhost_.emplace();
        peer_.emplace(*vhost_);
    }

    void tearDown() override {
        std::deque<Server> nodes;
        nodes.swap(nodes_);
        for (Server& node : nodes) node.stop();
        peer_.reset();
        vhost_.reset();
    }

protected:
    // A node at the broker; a later setting counts over an earlier one.
    Server& startNode(const std::vector<std::string>& settings) {
        std::vector<std::string> all{"transport=amqp", "amqp.uri=" + vhost_->uri()};
        all.insert(all.end(), settings.begin(), settings.end());
        return nodes_.emplace_back(Setup{all});
    }

    // One that only serves that, once calls for it wait for it.
    Server& startWorker(const std::string& service = "compute",
                        std::vector<std::string> settings = {}) {
        settings.insert(settings.begin(), {"services=" + service, "http.enabled=false"});
        Server& node = startNode(settings);
        vhost_->waitForBinding("rpc-" + service, service + ".*");
        return node;
    }

    // One that serves nothing, and dispatches what is submitted to it.
    Server& startDispatcher(std::vector<std::string> settings = {}) {
        settings.insert(settings.begin(), "services=");
        return startNode(settings);
    }

    Vhost& vhost() { return *vhost_; }
    WirePeer& peer() { return *peer_; }

    static void assertText(const std::string& expected, const std::string& actual) {
        CPPUNIT_ASSERT_EQUAL(expected, actual);
    }

private:
    // Made by setUp: fixtures are, all of them, before the first test runs.
    std::optional<Vhost> vhost_;
    std::optional<WirePeer> peer_;
    std::deque<Server> nodes_;
};

}  // namespace errand::tests
