// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_dialog.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "tests/mail/smtp_sending.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;
using std::chrono::steady_clock;

class SmtpDialogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpDialogTest);
    CPPUNIT_TEST(repliesThatComeTogetherAreReadOneByOne);
    CPPUNIT_TEST(aReplyOfAnotherKindIsTrouble);
    CPPUNIT_TEST(goodbyeIsTroubleInAnyReply);
    CPPUNIT_TEST(patienceEndsWithTheCall);
    CPPUNIT_TEST_SUITE_END();

    void connect(SmtpDialog& dialog) const {
        dialog.channel().connect(resolveServer("127.0.0.1", server_.port()),
                                 SmtpPatience().wait(std::chrono::seconds(20)));
    }

    SmtpReply next(SmtpDialog& dialog) const {
        return dialog.read(SmtpPatience().wait(std::chrono::seconds(20)));
    }

    static SmtpTrouble troubleOf(SmtpDialog& dialog, const string& command) {
        try {
            dialog.require(2, command, SmtpPatience());
        } catch (const SmtpTrouble& trouble) {
            return trouble;
        }
        throw std::logic_error("no trouble");
    }

    void repliesThatComeTogetherAreReadOneByOne() {
        const SmtpSettings settings = settingsFor(server_);
        SmtpDialog dialog(settings);
        server_.answer("GREETING", "220 a\r\n250-b\r\n250 c\r\n354 d\r\n");
        connect(dialog);
        CPPUNIT_ASSERT_EQUAL("220 a"s, inWords(next(dialog)));
        CPPUNIT_ASSERT_EQUAL("250 b c"s, inWords(next(dialog)));
        CPPUNIT_ASSERT_EQUAL("354 d"s, inWords(next(dialog)));
        CPPUNIT_ASSERT(dialog.channel().unread().empty());
        CPPUNIT_ASSERT_EQUAL("250 2.0.0 ok"s, inWords(dialog.ask("NOOP\r\n", SmtpPatience())));
    }

    void aReplyOfAnotherKindIsTrouble() {
        const SmtpSettings settings = settingsFor(server_);
        SmtpDialog dialog(settings);
        connect(dialog);
        next(dialog);
        server_.answer("NOOP", "450 4.0.0 no\r\n");
        const SmtpTrouble refused = troubleOf(dialog, "NOOP\r\n");
        CPPUNIT_ASSERT(refused.cause() == SmtpCause::refused);
        CPPUNIT_ASSERT_EQUAL(450, refused.code());
        CPPUNIT_ASSERT_EQUAL("450 4.0.0 no"s, string(refused.what()));
        server_.answer("NOOP", "354 go on\r\n");
        const SmtpTrouble odd = troubleOf(dialog, "NOOP\r\n");
        CPPUNIT_ASSERT(odd.cause() == SmtpCause::garbled);
        CPPUNIT_ASSERT_EQUAL("an answer out of turn: 354 go on"s, string(odd.what()));
    }

    void goodbyeIsTroubleInAnyReply() {
        const SmtpSettings settings = settingsFor(server_);
        SmtpDialog dialog(settings);
        connect(dialog);
        next(dialog);
        server_.answer("NOOP", "421 4.3.2 bye\r\n");
        CPPUNIT_ASSERT_THROW(dialog.ask("NOOP\r\n", SmtpPatience()), SmtpTrouble);
    }

    void patienceEndsWithTheCall() {
        NoCaller caller;
        rpc::Context context(mailCall(std::chrono::minutes(1)), caller);
        context.begin(steady_clock::now());
        const SmtpPatience patience(context);
        const auto now = steady_clock::now();
        CPPUNIT_ASSERT(patience.wait(std::chrono::hours(1)).until <= now + std::chrono::minutes(2));
        CPPUNIT_ASSERT(patience.wait(std::chrono::seconds(1)).until <
                       steady_clock::now() + std::chrono::seconds(30));
        CPPUNIT_ASSERT(patience.wait(std::chrono::seconds(1)).context == &context);
        CPPUNIT_ASSERT(patience.calmWait(std::chrono::seconds(1)).context == nullptr);
        rpc::Context endless(mailCall(std::chrono::milliseconds(0)), caller);
        CPPUNIT_ASSERT(SmtpPatience(endless).wait(std::chrono::hours(1)).until >
                       now + std::chrono::minutes(30));
    }

    SmtpServer server_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpDialogTest);

}  // namespace
}  // namespace errand::mail
