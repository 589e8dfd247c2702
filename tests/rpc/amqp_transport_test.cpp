// SPDX-License-Identifier: Apache-2.0
// The transport of plugins/transport_amqp: the contract, over a vhost of a real broker a test.
#include <optional>

#include "broker/rabbitmq.h"
#include "transport_contract.h"

using namespace errand;

class AmqpTransportTest : public tests::TransportContract {
    CPPUNIT_TEST_SUB_SUITE(AmqpTransportTest, tests::TransportContract);
    CPPUNIT_TEST_SUITE_END();

    std::optional<tests::Vhost> vhost_;

protected:
    std::unique_ptr<rpc::Plugin> load() override {
        return std::make_unique<rpc::Plugin>(ERRAND_PLUGINS, "amqp");
    }
    rpc::Settings settings() override { return {{"uri", vhost_->uri()}}; }

public:
    void setUp() override {
        vhost_.emplace();
        TransportContract::setUp();
    }

    void tearDown() override {
        TransportContract::tearDown();
        vhost_.reset();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AmqpTransportTest);
