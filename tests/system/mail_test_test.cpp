// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "system/checks.h"
#include "system/postfix.h"
#include "system/smtp_faults.h"

namespace errand::tests {

// "errand mail test", as its user meets it.
class MailTestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MailTestTest);
    CPPUNIT_TEST(goodSettingsPassStepByStep);
    CPPUNIT_TEST(wrongPasswordFailsAtTheLogin);
    CPPUNIT_TEST(unknownRecipientFailsThere);
    CPPUNIT_TEST(untrustedCertificateFailsAtTls);
    CPPUNIT_TEST(missingStartTlsFailsThere);
    CPPUNIT_TEST(whatTheServerSaysCannotLeaveItsLine);
    CPPUNIT_TEST(configurationComesFromAllThreeSources);
    CPPUNIT_TEST(errandSaysWhatItCan);
    CPPUNIT_TEST_SUITE_END();

    static Ended run(std::vector<std::string> arguments, const Environment& environment = {}) {
        return runToEnd(arguments, environment, "errand");
    }

    static Ended mailTest(const std::string& address, const std::vector<std::string>& settings) {
        std::vector<std::string> arguments{"mail", "test", address};
        for (const std::string& setting : settings) arguments.push_back("-D" + setting);
        return run(arguments);
    }

    static std::vector<std::string> linesOf(const std::string& text) {
        std::istringstream in(text);
        std::vector<std::string> lines;
        for (std::string line; std::getline(in, line);) lines.push_back(line);
        return lines;
    }

    // All steps are fine but the last, which says this.
    static void checkFailure(const Ended& ended, std::size_t least,
                             const std::vector<std::string>& parts) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.out + ended.err, 1, ended.code);
        CPPUNIT_ASSERT_EQUAL(std::string(), ended.err);
        const std::vector<std::string> lines = linesOf(ended.out);
        CPPUNIT_ASSERT_MESSAGE(ended.out, lines.size() > least);
        for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
            CPPUNIT_ASSERT_MESSAGE(lines[i], lines[i].starts_with("ok      "));
        }
        CPPUNIT_ASSERT_MESSAGE(lines.back(), lines.back().starts_with("failed  "));
        for (const std::string& part : parts) checkHolds("last line", lines.back(), part);
    }

    void goodSettingsPassStepByStep() {
        Postfix postfix;
        const Ended ended = mailTest("name@example.org", postfix.settings());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.out + ended.err, 0, ended.code);
        CPPUNIT_ASSERT_EQUAL(std::string(), ended.err);
        const std::vector<std::string> lines = linesOf(ended.out);
        CPPUNIT_ASSERT(lines.size() >= 9);
        for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
            CPPUNIT_ASSERT_MESSAGE(lines[i], lines[i].starts_with("ok      "));
        }
        for (const char* step : {"localhost", "127.0.0.1", "STARTTLS", "errand", "queued as"}) {
            checkHolds("steps", ended.out, step);
        }
        checkHolds("the last word", lines.back(), "in the keeping of localhost");
        const std::vector<Mail> mails = postfix.waitForMails(1);
        CPPUNIT_ASSERT_EQUAL(std::string("Errand can send mail"), mails[0].subject());
        CPPUNIT_ASSERT_EQUAL(std::string("name@example.org"), mails[0].field("To"));
        CPPUNIT_ASSERT_EQUAL(std::string("errand@example.org"), mails[0].field("From"));
    }

    void wrongPasswordFailsAtTheLogin() {
        Postfix postfix;
        std::vector<std::string> settings = postfix.settings();
        settings.emplace_back("smtp.password=swordfish");
        const Ended ended = mailTest("name@example.org", settings);
        checkFailure(ended, 5, {"log in", "535 5.7.8"});
        CPPUNIT_ASSERT_EQUAL(std::string::npos, ended.out.find("swordfish"));
    }

    void unknownRecipientFailsThere() {
        Postfix postfix;
        checkFailure(mailTest("nobody@example.org", postfix.settings()), 7,
                     {"nobody@example.org", "550 5.1.1"});
        CPPUNIT_ASSERT(postfix.mails().empty());
    }

    void untrustedCertificateFailsAtTls() {
        Certificates ours;
        Certificates theirs;
        const SmtpFaults server(SmtpFaults::Tls::startTls, theirs.issue("DNS:localhost"));
        checkFailure(mailTest("name@example.org", server.settings({"smtp.security=starttls",
                                                                   "smtp.ca=" + ours.authority()})),
                     3, {"STARTTLS", "certificate", "smtp.ca"});
    }

    void missingStartTlsFailsThere() {
        const SmtpFaults server;
        checkFailure(mailTest("name@example.org", server.settings({"smtp.security=starttls"})), 3,
                     {"STARTTLS", "smtp.security"});
    }

    void whatTheServerSaysCannotLeaveItsLine() {
        const SmtpFaults server;
        server.setFaults("mail 550 \x1b[2Jgone \a");
        const Ended ended = mailTest("name@example.org", server.settings());
        checkFailure(ended, 3, {"550"});
        CPPUNIT_ASSERT(std::none_of(ended.out.begin(), ended.out.end(),
                                    [](unsigned char c) { return c < ' ' && c != '\n'; }));
    }

    void configurationComesFromAllThreeSources() {
        const SmtpFaults server;
        const TemporaryDirectory directory;
        writeFile(directory / "app.properties",
                  "mail.mode=smtp\nsmtp.host=mx.invalid\nsmtp.security=tls\n");
        const Ended ended = run({"mail", "test", "name@example.org", "--config",
                                 directory / "app.properties", "-Dsmtp.host=localhost"},
                                {{"ERRAND_SMTP_PORT", std::to_string(server.port())},
                                 {"ERRAND_SMTP_SECURITY", "none"}});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.out + ended.err, 0, ended.code);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), server.mails().size());
    }

    void errandSaysWhatItCan() {
        checkHolds("help", run({"--help"}).out, "mail test ADDRESS");
        checkHolds("help", run({"help", "mail", "test"}).out,
                   "mail test ADDRESS [--config FILE] [-DKEY=VALUE]...");
        checkOneLine("version", run({"--version"}).out, "errand 0.");
        const Ended unknown = run({"mial", "test"});
        CPPUNIT_ASSERT_EQUAL(64, unknown.code);
        checkOneLine("unknown", unknown.err, "did you mean mail test?");
        const Ended maildir = run({"mail", "test", "a@b.c"});
        CPPUNIT_ASSERT_EQUAL(1, maildir.code);
        checkOneLine("maildir", maildir.err, "mail.mode is maildir");
        const Ended bad = run({"mail", "test", "a@b.c", "-Dmail.mode=smtp"});
        CPPUNIT_ASSERT_EQUAL(78, bad.code);
        checkOneLine("bad", bad.err, "errand: smtp.host: ");
    }
};
static const PostfixTest<MailTestTest> registration("MailTestTest");

}  // namespace errand::tests
