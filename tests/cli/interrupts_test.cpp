// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <poll.h>

namespace errand::cli {

class InterruptsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InterruptsTest);
    CPPUNIT_TEST(signalMakesItReadableUntilCleared);
    CPPUNIT_TEST(manySignalsAreOne);
    CPPUNIT_TEST(whatWasBeforeComesBack);
    CPPUNIT_TEST_SUITE_END();

    static bool readable(const Interrupts& interrupts) {
        pollfd polled{interrupts.descriptor(), POLLIN, 0};
        return ::poll(&polled, 1, 0) == 1;
    }

    void signalMakesItReadableUntilCleared() {
        Interrupts interrupts;
        CPPUNIT_ASSERT(!readable(interrupts));
        ::raise(SIGINT);
        CPPUNIT_ASSERT(readable(interrupts));
        interrupts.clear();
        CPPUNIT_ASSERT(!readable(interrupts));
    }

    void manySignalsAreOne() {
        Interrupts interrupts;
        // More than a pipe holds: the handler must not block.
        for (int i = 0; i < 70000; ++i) ::raise(SIGINT);
        interrupts.clear();
        CPPUNIT_ASSERT(!readable(interrupts));
    }

    void whatWasBeforeComesBack() {
        struct sigaction before {};
        ::sigaction(SIGINT, nullptr, &before);
        { const Interrupts interrupts; }
        struct sigaction after {};
        ::sigaction(SIGINT, nullptr, &after);
        CPPUNIT_ASSERT(before.sa_handler == after.sa_handler);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InterruptsTest);

}  // namespace errand::cli
