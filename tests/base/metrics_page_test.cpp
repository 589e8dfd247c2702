// SPDX-License-Identifier: Apache-2.0
#include "base/metrics_page.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/metrics.h"

namespace errand::base {

class MetricsPageTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MetricsPageTest);
    CPPUNIT_TEST(aFamilyIsTwoLinesAndItsSamples);
    CPPUNIT_TEST(bucketsAreCumulative);
    CPPUNIT_TEST(whatWouldEndALineIsEscaped);
    CPPUNIT_TEST_SUITE_END();

    void aFamilyIsTwoLinesAndItsSamples() {
        MetricsPage page;
        page.family("a_total", "counter", "What a is.");
        page.sample({{"x", "1"}, {"y", "2"}}, std::uint64_t{18446744073709551615U});
        page.gauge("b_bytes", "What b is.", 0.25);
        CPPUNIT_ASSERT_EQUAL(std::string("# HELP a_total What a is.\n"
                                         "# TYPE a_total counter\n"
                                         "a_total{x=\"1\",y=\"2\"} 18446744073709551615\n"
                                         "# HELP b_bytes What b is.\n"
                                         "# TYPE b_bytes gauge\n"
                                         "b_bytes 0.25\n"),
                             page.text());
    }

    void bucketsAreCumulative() {
        Metrics metrics;
        Histogram& histogram = metrics.histogram("c_seconds", "C.", {{"x", "1"}}, {0.5, 1});
        for (const double value : {0.25, 0.25, 0.75, 2.0}) histogram.observe(value);
        MetricsPage page;
        metrics.writeTo(page);
        CPPUNIT_ASSERT_EQUAL(std::string("# HELP c_seconds C.\n"
                                         "# TYPE c_seconds histogram\n"
                                         "c_seconds_bucket{x=\"1\",le=\"0.5\"} 2\n"
                                         "c_seconds_bucket{x=\"1\",le=\"1\"} 3\n"
                                         "c_seconds_bucket{x=\"1\",le=\"+Inf\"} 4\n"
                                         "c_seconds_sum{x=\"1\"} 3.25\n"
                                         "c_seconds_count{x=\"1\"} 4\n"),
                             page.text());
    }

    void whatWouldEndALineIsEscaped() {
        MetricsPage page;
        page.family("a", "gauge", "One\nline, \\ and \".");
        page.sample({{"x", "\"\n\\"}}, std::uint64_t{1});
        CPPUNIT_ASSERT_EQUAL(std::string("# HELP a One\\nline, \\\\ and \".\n"
                                         "# TYPE a gauge\n"
                                         "a{x=\"\\\"\\n\\\\\"} 1\n"),
                             page.text());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MetricsPageTest);

}  // namespace errand::base
