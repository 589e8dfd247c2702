// SPDX-License-Identifier: Apache-2.0
#include "http/capacity.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::http {
namespace {

class CapacityTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CapacityTest);
    CPPUNIT_TEST(whatFitsIsAsItWas);
    CPPUNIT_TEST(whatDoesNotFitIsDivided);
    CPPUNIT_TEST(whereThereAreFewHalfIsForOthers);
    CPPUNIT_TEST_SUITE_END();

    static Settings wanted(std::size_t connections, std::size_t streams) {
        Settings settings;
        settings.maxConnections = connections;
        settings.maxStreams = streams;
        return settings;
    }

    static void check(std::size_t connections, std::size_t streams, const Settings& settings) {
        CPPUNIT_ASSERT_EQUAL(connections, settings.maxConnections);
        CPPUNIT_ASSERT_EQUAL(streams, settings.maxStreams);
    }

    void whatFitsIsAsItWas() { check(20000, 10000, fitted(wanted(20000, 10000), 30256)); }

    void whatDoesNotFitIsDivided() {
        check(667, 333, fitted(wanted(20000, 10000), 1256));
        check(900, 100, fitted(wanted(20000, 100), 1256));
        check(100, 900, fitted(wanted(100, 10000), 1256));
    }

    void whereThereAreFewHalfIsForOthers() { check(67, 33, fitted(wanted(20000, 10000), 200)); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CapacityTest);

}  // namespace
}  // namespace errand::http
