// SPDX-License-Identifier: Apache-2.0
#include "app/mail_test_command.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <sstream>

#include "cli/exit_code.h"
#include "cli/program.h"

namespace errand::app {

// What it says of real servers is tried with the real program.
class MailTestCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MailTestCommandTest);
    CPPUNIT_TEST(addressIsNeeded);
    CPPUNIT_TEST(addressIsChecked);
    CPPUNIT_TEST(maildirIsNoServer);
    CPPUNIT_TEST(badConfigurationIsOneLine);
    CPPUNIT_TEST(smtpMustBeCompleteWhateverTheNodeRuns);
    CPPUNIT_TEST(unreachableServerIsAFailedStep);
    CPPUNIT_TEST_SUITE_END();

    struct Outcome {
        int code = 0;
        std::string out;
        std::string err;
    };

    static Outcome run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"mail", "test"});
        std::ostringstream out;
        std::ostringstream err;
        const cli::Program program("0", {mailTestCommand()});
        const int code = program.run(arguments, {out, err});
        return {code, out.str(), err.str()};
    }

    static void assertHolds(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("no " + part + " in: " + text, text.find(part) != std::string::npos);
    }

    static void assertOneLine(int code, const Outcome& outcome, const std::string& begin) {
        CPPUNIT_ASSERT_EQUAL(code, outcome.code);
        CPPUNIT_ASSERT_EQUAL(std::string(), outcome.out);
        CPPUNIT_ASSERT_MESSAGE(outcome.err, outcome.err.starts_with("errand: " + begin));
        CPPUNIT_ASSERT_EQUAL(1L, std::count(outcome.err.begin(), outcome.err.end(), '\n'));
    }

    void addressIsNeeded() {
        for (const auto& words : {std::vector<std::string>{}, {"a@b.c", "d@e.f"}}) {
            const Outcome outcome = run(words);
            CPPUNIT_ASSERT_EQUAL(cli::exitUsage, outcome.code);
            assertHolds(outcome.err, "usage: errand mail test ADDRESS");
            assertHolds(outcome.err, "errand: mail test: needs one ADDRESS");
        }
    }

    void addressIsChecked() {
        for (const char* address : {"nobody", "a@b.c\r\nBcc: d@e.f", "Me <a@b.c>", "a@b.c,d@e.f"}) {
            const Outcome outcome = run({address});
            CPPUNIT_ASSERT_EQUAL(cli::exitUsage, outcome.code);
            assertHolds(outcome.err, "is no plain mail address");
        }
    }

    void maildirIsNoServer() {
        const Outcome outcome = run({"a@b.c", "-Ddata.directory=/srv/errand"});
        assertOneLine(cli::exitFailed, outcome,
                      "mail.mode is maildir: mail goes into /srv/errand/");
        assertHolds(outcome.err, "/srv/errand/maildir");
        assertHolds(outcome.err, "smtp.host");
    }

    void badConfigurationIsOneLine() {
        assertOneLine(cli::exitConfig, run({"a@b.c", "-Dsmtp.port=x"}), "smtp.port: ");
        assertOneLine(cli::exitConfig, run({"a@b.c", "-Dsmtp.prot=1"}), "smtp.prot: ");
        assertOneLine(cli::exitConfig, run({"a@b.c", "-Dsmtp.port"}), "-Dsmtp.port: ");
        assertOneLine(cli::exitConfig, run({"a@b.c", "--config", "/none/such"}), "--config: ");
    }

    void smtpMustBeCompleteWhateverTheNodeRuns() {
        assertOneLine(cli::exitConfig, run({"a@b.c", "-Dmail.mode=smtp", "-Dservices=compute"}),
                      "smtp.host: ");
    }

    void unreachableServerIsAFailedStep() {
        // A port that somebody has taken and on which nobody listens.
        Poco::Net::ServerSocket taken;
        taken.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
        const std::string port = std::to_string(taken.address().port());
        const Outcome outcome = run({"a@b.c", "-Dmail.mode=smtp", "-Dsmtp.host=127.0.0.1",
                                     "-Dsmtp.security=none", "-Dsmtp.port=" + port});
        CPPUNIT_ASSERT_EQUAL(cli::exitFailed, outcome.code);
        CPPUNIT_ASSERT_EQUAL(std::string(), outcome.err);
        const std::size_t last = outcome.out.rfind('\n', outcome.out.size() - 2) + 1;
        CPPUNIT_ASSERT_MESSAGE(outcome.out, outcome.out.substr(last).starts_with("failed  "));
        assertHolds(outcome.out, port);
        // The step it failed at is the only one that failed.
        CPPUNIT_ASSERT_EQUAL(outcome.out.find("failed  "), outcome.out.rfind("failed  "));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MailTestCommandTest);

}  // namespace errand::app
