// SPDX-License-Identifier: Apache-2.0
#include "cli/job_filter.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::cli {

class JobFilterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobFilterTest);
    CPPUNIT_TEST(whatIsGivenIsTheFilter);
    CPPUNIT_TEST(valuesStayOneValue);
    CPPUNIT_TEST(ownOptionsFollow);
    CPPUNIT_TEST_SUITE_END();

    static std::string filter(const std::vector<std::string>& words) {
        return filterOf(parseArguments(words, withFilterOptions({})));
    }

    void whatIsGivenIsTheFilter() {
        CPPUNIT_ASSERT_EQUAL(std::string(), filter({}));
        CPPUNIT_ASSERT_EQUAL(std::string("&state=failed&created_to=z"),
                             filter({"--created-to", "z", "--state", "failed"}));
    }

    void valuesStayOneValue() {
        CPPUNIT_ASSERT_EQUAL(std::string("&text=%25%26limit%3D1%2B%20"),
                             filter({"--text=%&limit=1+ "}));
        CPPUNIT_ASSERT_EQUAL(std::string("&after=a%2Fb"), queryParameter("after", "a/b"));
    }

    void ownOptionsFollow() {
        const auto options = withFilterOptions({{"limit", "N", "how many"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t(9), options.size());
        CPPUNIT_ASSERT_EQUAL(std::string("limit"), options.back().name);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobFilterTest);

}  // namespace errand::cli
