// SPDX-License-Identifier: Apache-2.0
#include "app/reload.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::app {

class ReloadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReloadTest);
    CPPUNIT_TEST(whatIsTheSameIsNoChange);
    CPPUNIT_TEST(someHoldAtOnceOthersNeedARestart);
    CPPUNIT_TEST(whatOnlyOneHasIsAChange);
    CPPUNIT_TEST_SUITE_END();

    using Names = std::vector<std::string>;

    static Config with(const std::vector<std::pair<std::string, std::string>>& defines) {
        return loadConfig({"", {}, defines}, "/bin/errandd");
    }

    void whatIsTheSameIsNoChange() {
        const Changes changes = changesOf(with({}), with({{"http.port", "5000"}}));
        CPPUNIT_ASSERT(changes.live.empty() && changes.restart.empty());
    }

    void someHoldAtOnceOthersNeedARestart() {
        const Changes changes = changesOf(with({}), with({{"http.rate", "5/1s"},
                                                          {"http.jobRates", "mail=1/1h"},
                                                          {"mail.domains", "example.org"},
                                                          {"mail.perRecipient", "1/1h"},
                                                          {"log.level", "debug"},
                                                          {"http.port", "5001"}}));
        CPPUNIT_ASSERT(changes.live == Names({"http.rate", "http.jobRates", "mail.domains",
                                              "mail.perRecipient", "log.level"}));
        CPPUNIT_ASSERT(changes.restart == Names({"http.port"}));
        CPPUNIT_ASSERT_EQUAL(std::string("http.port"), namesOf(changes.restart));
        CPPUNIT_ASSERT_EQUAL(std::string("a, b"), namesOf({"a", "b"}));
    }

    void whatOnlyOneHasIsAChange() {
        Config before = with({});
        before.shown.emplace_back("own.key", "1");
        CPPUNIT_ASSERT(changesOf(before, with({})).restart == Names({"own.key"}));
        CPPUNIT_ASSERT(changesOf(with({}), before).restart == Names({"own.key"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReloadTest);

}  // namespace errand::app
