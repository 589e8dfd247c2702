// SPDX-License-Identifier: Apache-2.0
#include "base/metrics.h"

#include <cppunit/extensions/HelperMacros.h>

#include <thread>

namespace errand::base {

class MetricsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MetricsTest);
    CPPUNIT_TEST(aSeriesIsTheSameForTheSameLabels);
    CPPUNIT_TEST(aHistogramSortsByItsBounds);
    CPPUNIT_TEST(timeThatRanBackwardsIsNone);
    CPPUNIT_TEST(madeUpLabelsShareOneSeries);
    CPPUNIT_TEST(nothingIsLostBetweenThreads);
    CPPUNIT_TEST_SUITE_END();

    Metrics metrics_;

    void aSeriesIsTheSameForTheSameLabels() {
        Counter& one = metrics_.counter("a_total", "A.", {{"service", "compute"}});
        one.add();
        metrics_.counter("a_total", "A.", {{"service", "compute"}}).add(2);
        metrics_.counter("a_total", "A.", {{"service", "mail"}}).add();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(3), one.value());
        CPPUNIT_ASSERT(&Metrics::process() == &Metrics::process());
    }

    void aHistogramSortsByItsBounds() {
        Histogram& histogram = metrics_.histogram("a", "A.", {}, {1, 10});
        for (const double value : {0.5, 1.0, 1.5, 10.0, 11.0}) histogram.observe(value);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(2), histogram.count(0));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(2), histogram.count(1));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), histogram.count(2));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(24.0, histogram.sum(), 1e-9);
    }

    void timeThatRanBackwardsIsNone() {
        Histogram histogram({0.1});
        histogram.observe(std::chrono::milliseconds(-5));
        histogram.observe(std::chrono::milliseconds(200));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), histogram.count(0));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.2, histogram.sum(), 1e-9);
    }

    void madeUpLabelsShareOneSeries() {
        for (int i = 0; i < 1000; ++i)
            metrics_.counter("a_total", "A.", {{"service", std::to_string(i)}}).add();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(800),
                             metrics_.counter("a_total", "A.", {{"service", "other"}}).value());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1),
                             metrics_.counter("a_total", "A.", {{"service", "7"}}).value());
    }

    void nothingIsLostBetweenThreads() {
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([this] {
                for (int j = 0; j < 10'000; ++j) {
                    metrics_.counter("a_total", "A.").add();
                    metrics_.histogram("b", "B.", {}, {1}).observe(0.5);
                }
            });
        for (std::thread& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(40'000), metrics_.counter("a_total", "A.").value());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(20'000.0, metrics_.histogram("b", "B.").sum(), 1e-6);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MetricsTest);

}  // namespace errand::base
