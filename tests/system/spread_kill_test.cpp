// SPDX-License-Identifier: Apache-2.0
// Each kind of node is killed under load: nothing is lost, nothing is there twice, and no attempt
// is used up.
#include <cppunit/extensions/HelperMacros.h>

#include "broker/rabbitmq.h"
#include "system/spread.h"

namespace errand::tests {

class SpreadKillTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SpreadKillTest);
    CPPUNIT_TEST(computeNodesAreKilled);
    CPPUNIT_TEST(apiNodeIsKilled);
    CPPUNIT_TEST(mailNodeIsKilled);
    CPPUNIT_TEST_SUITE_END();

    void computeNodesAreKilled() {
        const Vhost vhost;
        Spread spread(vhost.uri());
        spread.work([&] {
            spread.compute(0).restart();
            spread.compute(1).restart();
        });
    }

    void apiNodeIsKilled() {
        const Vhost vhost;
        Spread spread(vhost.uri());
        spread.work([&] {
            spread.api().restart();
            spread.api().restart();
        });
    }

    void mailNodeIsKilled() {
        const Vhost vhost;
        Spread spread(vhost.uri());
        spread.work([&] { spread.mail().restart(); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SpreadKillTest);

}  // namespace errand::tests
