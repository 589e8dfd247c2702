// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_settings.h"

#include <cppunit/extensions/HelperMacros.h>

#include <fstream>
#include <string>

#include <Poco/TemporaryFile.h>

#include "tests/mail/certificates.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;

class SmtpSettingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpSettingsTest);
    CPPUNIT_TEST(aHostIsEnough);
    CPPUNIT_TEST(hostsAndPorts);
    CPPUNIT_TEST(aLoginIsNeverInTheClearOverANetwork);
    CPPUNIT_TEST(loginsThatCannotWork);
    CPPUNIT_TEST(filesOfCertificates);
    CPPUNIT_TEST(whatTheClientCallsItself);
    CPPUNIT_TEST(loopback);
    CPPUNIT_TEST_SUITE_END();

    static SmtpSettings good() {
        SmtpSettings settings;
        settings.host = "mail.example.org";
        return settings;
    }

    static void assertWrong(const string& text, const SmtpSettings& settings) {
        CPPUNIT_ASSERT_EQUAL(text, whatIsWrong(settings).value_or("nothing"));
    }

    void aHostIsEnough() {
        CPPUNIT_ASSERT(!whatIsWrong(good()));
        assertWrong("smtp.host: is missing", SmtpSettings());
    }

    void hostsAndPorts() {
        SmtpSettings settings = good();
        for (const char* host : {"localhost", "192.0.2.1", "2001:db8::1", "mail_server", "a.b"}) {
            settings.host = host;
            CPPUNIT_ASSERT_MESSAGE(host, !whatIsWrong(settings));
        }
        for (const char* host : {"a b", "smtp://a", "a:25", "a.", "[::1]", "a\r\n"}) {
            settings.host = host;
            assertWrong("smtp.host: must be a host name or an address", settings);
        }
        settings = good();
        for (const int port : {0, -1, 65536}) {
            settings.port = port;
            assertWrong("smtp.port: must be 1 to 65535", settings);
        }
    }

    void aLoginIsNeverInTheClearOverANetwork() {
        SmtpSettings settings = good();
        settings.username = "errand";
        settings.password = "secret";
        CPPUNIT_ASSERT(!whatIsWrong(settings));
        settings.security = SmtpSecurity::tls;
        CPPUNIT_ASSERT(!whatIsWrong(settings));
        settings.security = SmtpSecurity::none;
        assertWrong(
            "smtp.username: a login needs smtp.security=starttls or tls, else the password goes "
            "over the network in the clear",
            settings);
        settings.host = "127.0.0.1";
        CPPUNIT_ASSERT(!whatIsWrong(settings));
    }

    void loginsThatCannotWork() {
        SmtpSettings settings = good();
        settings.password = "secret";
        assertWrong("smtp.password: is of no use without smtp.username", settings);
        settings.username = "a\0b"s;
        assertWrong("smtp.username: must not contain NUL", settings);
        settings.username = "a";
        settings.password = "a\0b"s;
        assertWrong("smtp.password: must not contain NUL", settings);
        settings.password.clear();
        CPPUNIT_ASSERT(!whatIsWrong(settings));
    }

    void filesOfCertificates() {
        const Certificates certificates;
        SmtpSettings settings = good();
        settings.ca = certificates.ca();
        CPPUNIT_ASSERT(!whatIsWrong(settings));
        settings.ca = certificates.ca() + ".missing";
        assertWrong("smtp.ca: cannot be read, or is empty: " + settings.ca, settings);
        settings.ca = "/";
        assertWrong("smtp.ca: cannot be read, or is empty: /", settings);
        const Poco::TemporaryFile file;
        settings.ca = file.path();
        std::ofstream(file.path()) << "-----BEGIN CERTIFICATE-----\nnone\n";
        assertWrong("smtp.ca: holds no certificate (PEM): " + settings.ca, settings);
    }

    void whatTheClientCallsItself() {
        SmtpSettings settings = good();
        for (const char* helo : {"app.example.org", "app", "[192.0.2.1]", "[IPv6:2001:db8::1]"}) {
            settings.helo = helo;
            CPPUNIT_ASSERT_MESSAGE(helo, !whatIsWrong(settings));
        }
        for (const char* helo : {"a b", "a_b", "a\r\nMAIL FROM:<a@b.c>", "[a]"}) {
            settings.helo = helo;
            assertWrong(
                "smtp.helo: must be a host name such as app.example.org, or an address such as "
                "[192.0.2.1]",
                settings);
        }
    }

    void loopback() {
        for (const char* host : {"localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "::1"}) {
            CPPUNIT_ASSERT_MESSAGE(host, isLoopback(host));
        }
        for (const char* host : {"localhost.example.org", "128.0.0.1", "::2", "", "127.0.0.1.a"}) {
            CPPUNIT_ASSERT_MESSAGE(host, !isLoopback(host));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpSettingsTest);

}  // namespace
}  // namespace errand::mail
