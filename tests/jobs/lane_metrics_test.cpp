// SPDX-License-Identifier: Apache-2.0
#include "jobs/lane_metrics.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::jobs {

class LaneMetricsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LaneMetricsTest);
    CPPUNIT_TEST(eachEndIsCountedAsWhatItIs);
    CPPUNIT_TEST(timesAreFromDueToBegunToStored);
    CPPUNIT_TEST(whatNeverBeganHasNoTimes);
    CPPUNIT_TEST_SUITE_END();

    using Arrow = Settlement::Arrow;

    // The process's own: each test has a service of its own.
    static std::uint64_t attempts(const std::string& service, const std::string& outcome) {
        return base::Metrics::process()
            .counter("errand_job_attempts_total", "", {{"service", service}, {"outcome", outcome}})
            .value();
    }

    static const base::Histogram& times(const std::string& name, const std::string& service) {
        return base::Metrics::process().histogram(name, "", {{"service", service}});
    }

    void eachEndIsCountedAsWhatItIs() {
        LaneMetrics metrics("ends");
        const ClaimedJob job;
        metrics.noteEnded(job, Arrow::succeed, false, {}, {});
        metrics.noteEnded(job, Arrow::fail, false, {}, {});
        metrics.noteEnded(job, Arrow::cancelled, false, {}, {});
        metrics.noteEnded(job, Arrow::retryLater, true, {}, {});
        // Its cancel was asked for meanwhile.
        metrics.noteEnded(job, Arrow::retryLater, false, {}, {});
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), attempts("ends", "succeeded"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), attempts("ends", "failed"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(2), attempts("ends", "cancelled"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), attempts("ends", "requeued"));
    }

    void timesAreFromDueToBegunToStored() {
        LaneMetrics metrics("times");
        ClaimedJob job;
        job.runAt = base::Time(std::chrono::seconds(100));
        metrics.noteEnded(job, Arrow::succeed, false, base::Time(std::chrono::seconds(103)),
                          base::Time(std::chrono::seconds(110)));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(3.0, times("errand_job_wait_seconds", "times").sum(), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(7.0, times("errand_job_run_seconds", "times").sum(), 1e-9);
    }

    void whatNeverBeganHasNoTimes() {
        LaneMetrics metrics("never");
        metrics.noteEnded({}, Arrow::fail, false, {}, base::Time(std::chrono::seconds(110)));
        CPPUNIT_ASSERT_EQUAL(0.0, times("errand_job_run_seconds", "never").sum());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LaneMetricsTest);

}  // namespace errand::jobs
