// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <chrono>
#include <thread>

#include <cppunit/extensions/HelperMacros.h>

#include "base/system.h"

namespace errand::base {

class ProcessPosixTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProcessPosixTest);
    CPPUNIT_TEST(theFiguresAreThisProcesss);
    CPPUNIT_TEST(whatIsOpenedIsCounted);
    CPPUNIT_TEST_SUITE_END();

    void theFiguresAreThisProcesss() {
        const ProcessFigures figures = processFigures();
        CPPUNIT_ASSERT(figures.residentBytes > 1'000'000);
        CPPUNIT_ASSERT(figures.virtualBytes >= figures.residentBytes);
        CPPUNIT_ASSERT(figures.threads >= 1);
        CPPUNIT_ASSERT(figures.cpuSeconds > 0);
        CPPUNIT_ASSERT(figures.maxFiles >= figures.openFiles);
        const std::chrono::duration<double> now =
            std::chrono::system_clock::now().time_since_epoch();
        CPPUNIT_ASSERT(figures.startSeconds <= now.count() + 2);
        CPPUNIT_ASSERT(figures.startSeconds > now.count() - 24 * 3600);
    }

    void whatIsOpenedIsCounted() {
        const std::uint64_t before = processFigures().openFiles;
        const int file = ::dup(0);
        CPPUNIT_ASSERT_EQUAL(before + 1, processFigures().openFiles);
        ::close(file);
        CPPUNIT_ASSERT_EQUAL(before, processFigures().openFiles);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProcessPosixTest);

}  // namespace errand::base
