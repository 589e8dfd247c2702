// SPDX-License-Identifier: Apache-2.0
#include "cli/usage.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::cli {

class UsageTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UsageTest);
    CPPUNIT_TEST(lineHasOperandsAndOptions);
    CPPUNIT_TEST(lineOfABareCommandIsBare);
    CPPUNIT_TEST(optionsStandInColumns);
    CPPUNIT_TEST(overviewHasALineACommand);
    CPPUNIT_TEST_SUITE_END();

    const Command bare_{"jobs", "", "Lists jobs.", {}, {}};
    const Command full_{"mail test",
                        "ADDRESS",
                        "Sends a mail.",
                        {{"url", "URL", "whom to ask"},
                         {"define", "KEY=VALUE", "set a key", 'D', true},
                         {"wait", "", "until it has ended"}},
                        {}};

    void lineHasOperandsAndOptions() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("usage: errand mail test ADDRESS [--url URL] [-DKEY=VALUE]... [--wait]\n"),
            usageLine(full_));
    }

    void lineOfABareCommandIsBare() {
        CPPUNIT_ASSERT_EQUAL(std::string("usage: errand jobs\n"), usageLine(bare_));
        CPPUNIT_ASSERT_EQUAL(std::string("usage: errand jobs\n\nLists jobs.\n"), describe(bare_));
    }

    void optionsStandInColumns() {
        CPPUNIT_ASSERT_EQUAL(usageLine(full_) +
                                 "\nSends a mail.\n\n  --url URL    whom to ask\n"
                                 "  -DKEY=VALUE  set a key\n  --wait       until it has ended\n",
                             describe(full_));
    }

    void overviewHasALineACommand() {
        const std::vector<Command> both{bare_, full_};
        CPPUNIT_ASSERT(overview(both).find("\n  jobs               Lists jobs.\n"
                                           "  mail test ADDRESS  Sends a mail.\n") !=
                       std::string::npos);
        CPPUNIT_ASSERT(overview(both).find("\nExit codes: 0 it went well; 1 ") !=
                       std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UsageTest);

}  // namespace errand::cli
