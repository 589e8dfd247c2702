// SPDX-License-Identifier: Apache-2.0
#include "base/near_names.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::base {

class NearNamesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NearNamesTest);
    CPPUNIT_TEST(typingErrorsAreSeenThrough);
    CPPUNIT_TEST(caseMakesNoDifference);
    CPPUNIT_TEST(partNamesTheWhole);
    CPPUNIT_TEST(strangersAreNotGuessed);
    CPPUNIT_TEST_SUITE_END();

    const std::vector<std::string> keys_ = {"http.port", "http.maxBodyBytes", "services",
                                            "jobs.retention", "jobs.retentionFailed"};

    void typingErrorsAreSeenThrough() {
        CPPUNIT_ASSERT_EQUAL(std::string("http.port"), nearestName("http.prot", keys_));
        CPPUNIT_ASSERT_EQUAL(std::string("services"), nearestName("service", keys_));
        CPPUNIT_ASSERT_EQUAL(std::string("jobs.retention"), nearestName("job.retention", keys_));
    }

    void caseMakesNoDifference() {
        CPPUNIT_ASSERT_EQUAL(std::string("http.maxBodyBytes"),
                             nearestName("http.maxbodybytes", keys_));
    }

    void partNamesTheWhole() {
        CPPUNIT_ASSERT_EQUAL(std::string("http.port"), nearestName("port", keys_));
        CPPUNIT_ASSERT_EQUAL(std::string("services"), nearestName("serv", keys_));
        CPPUNIT_ASSERT_EQUAL(std::string("; did you mean http.port?"), didYouMean("port", keys_));
    }

    void strangersAreNotGuessed() {
        CPPUNIT_ASSERT_EQUAL(std::string(), nearestName("colour", keys_));
        CPPUNIT_ASSERT_EQUAL(std::string(), nearestName("x", keys_));
        CPPUNIT_ASSERT_EQUAL(std::string(), didYouMean("", keys_));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NearNamesTest);

}  // namespace errand::base
