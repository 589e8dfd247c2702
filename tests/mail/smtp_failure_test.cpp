// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_failure.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "rpc/error.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;

const std::vector<SmtpStage> opening{SmtpStage::resolve,  SmtpStage::connect, SmtpStage::tls,
                                     SmtpStage::greeting, SmtpStage::hello,   SmtpStage::startTls,
                                     SmtpStage::login};
const std::vector<SmtpStage> delivery{SmtpStage::recipient, SmtpStage::data, SmtpStage::contents};

class SmtpFailureTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpFailureTest);
    CPPUNIT_TEST(whateverFailsBeforeTheSenderConcernsTheService);
    CPPUNIT_TEST(goodbyeConcernsTheServiceAtAnyTime);
    CPPUNIT_TEST(repliesAboutTheLoginConcernTheServiceAtAnyTime);
    CPPUNIT_TEST(aRefusedSender);
    CPPUNIT_TEST(aRefusedRecipientOrMessage);
    CPPUNIT_TEST(aBrokenConnectionConcernsTheJobFromTheRecipientOn);
    CPPUNIT_TEST(aMessageTooLargeIsFinal);
    CPPUNIT_TEST(onlyAClosedConnectionBeforeTheMessageIsStale);
    CPPUNIT_TEST(textsSayWhichServerAndWhichStep);
    CPPUNIT_TEST_SUITE_END();

    static string answer(SmtpStage stage, const SmtpTrouble& trouble) {
        try {
            throwAnswer(stage, trouble, "mail.example.org:587");
        } catch (const rpc::Error& error) {
            return error.type();
        } catch (const rpc::TryAgain& again) {
            return again.scope() == rpc::Scope::job ? "job" : "service";
        }
    }

    static string refused(SmtpStage stage, int code) {
        return answer(stage, SmtpTrouble(SmtpCause::refused, "words", code));
    }

    void whateverFailsBeforeTheSenderConcernsTheService() {
        for (const SmtpStage stage : opening) {
            CPPUNIT_ASSERT_EQUAL("service"s, refused(stage, 451));
            CPPUNIT_ASSERT_EQUAL("service"s, refused(stage, 554));
            for (const SmtpCause cause :
                 {SmtpCause::unreachable, SmtpCause::closed, SmtpCause::late, SmtpCause::garbled,
                  SmtpCause::plain, SmtpCause::handshake, SmtpCause::certificate,
                  SmtpCause::notOffered}) {
                CPPUNIT_ASSERT_EQUAL("service"s, answer(stage, SmtpTrouble(cause, "words")));
            }
        }
    }

    void goodbyeConcernsTheServiceAtAnyTime() {
        for (const SmtpStage stage : delivery)
            CPPUNIT_ASSERT_EQUAL("service"s, refused(stage, 421));
        CPPUNIT_ASSERT_EQUAL("service"s, refused(SmtpStage::sender, 421));
    }

    void repliesAboutTheLoginConcernTheServiceAtAnyTime() {
        for (const int code : {530, 534, 535, 538}) {
            CPPUNIT_ASSERT_EQUAL("service"s, refused(SmtpStage::sender, code));
            for (const SmtpStage stage : delivery) {
                CPPUNIT_ASSERT_EQUAL("service"s, refused(stage, code));
            }
        }
    }

    void aRefusedSender() {
        for (const int code : {450, 451, 452, 454}) {
            CPPUNIT_ASSERT_EQUAL("service"s, refused(SmtpStage::sender, code));
        }
        for (const int code : {500, 501, 550, 552, 553, 554, 555}) {
            CPPUNIT_ASSERT_EQUAL("SMTPSenderRefused"s, refused(SmtpStage::sender, code));
        }
        CPPUNIT_ASSERT_EQUAL("service"s,
                             answer(SmtpStage::sender, SmtpTrouble(SmtpCause::closed, "words")));
    }

    void aRefusedRecipientOrMessage() {
        for (const SmtpStage stage : delivery) {
            for (const int code : {450, 451, 452}) {
                CPPUNIT_ASSERT_EQUAL("job"s, refused(stage, code));
            }
        }
        for (const int code : {550, 551, 552, 553, 554}) {
            CPPUNIT_ASSERT_EQUAL("SMTPRecipientsRefused"s, refused(SmtpStage::recipient, code));
            CPPUNIT_ASSERT_EQUAL("SMTPDataError"s, refused(SmtpStage::data, code));
            CPPUNIT_ASSERT_EQUAL("SMTPDataError"s, refused(SmtpStage::contents, code));
        }
    }

    void aBrokenConnectionConcernsTheJobFromTheRecipientOn() {
        for (const SmtpStage stage : delivery) {
            for (const SmtpCause cause : {SmtpCause::closed, SmtpCause::late, SmtpCause::garbled}) {
                CPPUNIT_ASSERT_EQUAL("job"s, answer(stage, SmtpTrouble(cause, "words")));
            }
        }
    }

    void aMessageTooLargeIsFinal() {
        const SmtpTrouble trouble(SmtpCause::tooLarge, "words");
        CPPUNIT_ASSERT_EQUAL("SMTPDataError"s, answer(SmtpStage::sender, trouble));
    }

    void onlyAClosedConnectionBeforeTheMessageIsStale() {
        const SmtpTrouble closed(SmtpCause::closed, "words");
        const SmtpTrouble goodbye(SmtpCause::refused, "words", 421);
        for (const SmtpStage stage : {SmtpStage::sender, SmtpStage::recipient, SmtpStage::data}) {
            CPPUNIT_ASSERT(isStale(stage, closed));
            CPPUNIT_ASSERT(isStale(stage, goodbye));
            CPPUNIT_ASSERT(!isStale(stage, SmtpTrouble(SmtpCause::late, "words")));
            const bool enough = stage == SmtpStage::sender;
            CPPUNIT_ASSERT_EQUAL(enough,
                                 isStale(stage, SmtpTrouble(SmtpCause::refused, "words", 450)));
            CPPUNIT_ASSERT(!isStale(stage, SmtpTrouble(SmtpCause::refused, "words", 550)));
        }
        CPPUNIT_ASSERT(!isStale(SmtpStage::contents, closed));
        CPPUNIT_ASSERT(!isStale(SmtpStage::contents, goodbye));
    }

    void textsSayWhichServerAndWhichStep() {
        try {
            throwAnswer(SmtpStage::recipient, {SmtpCause::refused, "450 4.2.0 later", 450}, "h:25");
        } catch (const rpc::TryAgain& again) {
            CPPUNIT_ASSERT_EQUAL("SMTP server h:25, recipient: 450 4.2.0 later"s,
                                 string(again.what()));
        }
        try {
            throwAnswer(SmtpStage::recipient, {SmtpCause::refused, "550 5.1.1 no", 550}, "h:25");
        } catch (const rpc::Error& error) {
            CPPUNIT_ASSERT_EQUAL("550 5.1.1 no"s, string(error.what()));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpFailureTest);

}  // namespace
}  // namespace errand::mail
