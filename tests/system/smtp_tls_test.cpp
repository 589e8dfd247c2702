// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "system/mail_jobs.h"
#include "system/smtp_faults.h"
#include "system/with_server.h"

namespace errand::tests {

// Who the server is must be certain before it gets a password or a mail.
class SmtpTlsTest : public WithServer {
    CPPUNIT_TEST_SUITE(SmtpTlsTest);
    CPPUNIT_TEST(certificateOfThePrivateAuthorityIsTrusted);
    CPPUNIT_TEST(strippedStartTlsSendsNothing);
    CPPUNIT_TEST(unknownAuthorityIsRefused);
    CPPUNIT_TEST(expiredCertificateIsRefused);
    CPPUNIT_TEST(certificateOfAnotherHostIsRefused);
    CPPUNIT_TEST(wrongPasswordWaitsAndIsNeverShown);
    CPPUNIT_TEST(startWithSettingsThatCannotWorkIsRefused);
    CPPUNIT_TEST_SUITE_END();

    using Tls = SmtpFaults::Tls;

    static std::vector<std::string> secured(const SmtpFaults& server, Tls tls,
                                            const std::string& authority,
                                            const std::string& password = "open sesame") {
        return server.settings({tls == Tls::atOnce ? "smtp.security=tls" : "smtp.security=starttls",
                                "smtp.ca=" + authority, "smtp.username=errand",
                                "smtp.password=" + password});
    }

    std::string send() { return submit(http(), mailJob("name@example.org", "s", "c")); }

    // Not a word about whom.
    static void checkNoMail(const SmtpFaults& server) {
        CPPUNIT_ASSERT_MESSAGE(server.log(), server.log().find("mail ") == std::string::npos);
        CPPUNIT_ASSERT(server.mails().empty());
    }

    // Nor a login, whatever became of it.
    static void checkNothingSaid(const SmtpFaults& server) {
        checkNoMail(server);
        CPPUNIT_ASSERT_MESSAGE(server.log(), server.log().find("auth ") == std::string::npos);
    }

    void certificateOfThePrivateAuthorityIsTrusted() {
        Certificates certificates;
        const KeyPair pair = certificates.issue("DNS:localhost");
        for (const Tls tls : {Tls::startTls, Tls::atOnce}) {
            const SmtpFaults server(tls, pair);
            start({.settings = secured(server, tls, certificates.authority())});
            waitFor(http(), send());
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), server.mails().size());
            checkHolds("a login", server.log(), "auth PLAIN\n");
            tearDown();
        }
    }

    void strippedStartTlsSendsNothing() {
        Certificates certificates;
        const SmtpFaults server;
        start({.settings = secured(server, Tls::startTls, certificates.authority())});
        waitUntilPutOff(http(), send(), 0, "STARTTLS");
        waitForGate(http(), true);
        checkNothingSaid(server);
        tearDown();
    }

    void checkRefused(const KeyPair& pair, const std::string& authority, const std::string& words) {
        for (const Tls tls : {Tls::startTls, Tls::atOnce}) {
            const SmtpFaults server(tls, pair);
            start({.settings = secured(server, tls, authority)});
            waitUntilPutOff(http(), send(), 0, words);
            waitForGate(http(), true);
            checkNothingSaid(server);
            tearDown();
        }
    }

    void unknownAuthorityIsRefused() {
        Certificates ours;
        Certificates theirs;
        checkRefused(theirs.issue("DNS:localhost"), ours.authority(), "certificate");
        // The system's authorities know it no better.
        checkRefused(theirs.issue("DNS:localhost"), "", "certificate");
    }

    void expiredCertificateIsRefused() {
        Certificates certificates;
        checkRefused(certificates.issue("DNS:localhost", true), certificates.authority(),
                     "expired");
    }

    void certificateOfAnotherHostIsRefused() {
        Certificates certificates;
        checkRefused(certificates.issue("DNS:mx.example.org"), certificates.authority(),
                     "localhost");
    }

    void wrongPasswordWaitsAndIsNeverShown() {
        Certificates certificates;
        const SmtpFaults smtp(Tls::startTls, certificates.issue("DNS:localhost"));
        std::vector<std::string> settings =
            secured(smtp, Tls::startTls, certificates.authority(), "swordfish");
        settings.emplace_back("log.level=trace");
        start({.settings = settings});
        const base::Json job = waitUntilPutOff(http(), send(), 0, "535");
        checkHolds("a login", smtp.log(), "auth PLAIN\n");
        checkNoMail(smtp);
        // "swordfish", and the login as it goes over the wire.
        for (const char* secret : {"swordfish", "AGVycmFuZABzd29yZGZpc2g", "c3dvcmRmaXNo"}) {
            CPPUNIT_ASSERT(job.toString().find(secret) == std::string::npos);
            CPPUNIT_ASSERT(server().stderrText().find(secret) == std::string::npos);
        }
        tearDown();
    }

    void startWithSettingsThatCannotWorkIsRefused() {
        const std::string smtp = "-Dmail.mode=smtp";
        for (const auto& [key, arguments] :
             std::vector<std::pair<std::string, std::vector<std::string>>>{
                 {"smtp.host", {smtp}},
                 {"smtp.ca", {smtp, "-Dsmtp.host=localhost", "-Dsmtp.ca=/none/such"}},
                 {"smtp.security", {smtp, "-Dsmtp.host=localhost", "-Dsmtp.security=ssl"}}}) {
            const Ended ended = runToEnd(arguments);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.err, 78, ended.code);
            checkOneLine(key, ended.err, "errandd: " + key + ": ");
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SmtpTlsTest);

}  // namespace errand::tests
