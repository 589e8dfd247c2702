// SPDX-License-Identifier: Apache-2.0
#include "base/interrupts.h"

#include <cppunit/extensions/HelperMacros.h>
#include <signal.h>

namespace errand::base {

class InterruptsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InterruptsTest);
    CPPUNIT_TEST(signalIsKnownUntilCleared);
    CPPUNIT_TEST(manySignalsAreOne);
    CPPUNIT_TEST(whatWasBeforeComesBack);
    CPPUNIT_TEST_SUITE_END();

    void signalIsKnownUntilCleared() {
        Interrupts interrupts;
        CPPUNIT_ASSERT(!interrupts.pressed());
        ::raise(SIGINT);
        CPPUNIT_ASSERT(interrupts.pressed());
        interrupts.clear();
        CPPUNIT_ASSERT(!interrupts.pressed());
    }

    void manySignalsAreOne() {
        Interrupts interrupts;
        // More than a pipe holds: the handler must not block.
        for (int i = 0; i < 70000; ++i) ::raise(SIGINT);
        interrupts.clear();
        CPPUNIT_ASSERT(!interrupts.pressed());
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

}  // namespace errand::base
