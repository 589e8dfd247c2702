// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_extensions.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::mail {
namespace {

class SmtpExtensionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpExtensionsTest);
    CPPUNIT_TEST(everythingThatIsMadeUseOf);
    CPPUNIT_TEST(theGreetingLineOffersNothing);
    CPPUNIT_TEST(namesAreWholeWordsInAnyCase);
    CPPUNIT_TEST(sizes);
    CPPUNIT_TEST(loginsOfOldServers);
    CPPUNIT_TEST_SUITE_END();

    static SmtpExtensions of(const std::string& lines) {
        return parseExtensions({250, "mail.example.org greets\n" + lines});
    }

    void everythingThatIsMadeUseOf() {
        const SmtpExtensions all = of("PIPELINING\nSIZE 10240000\nSTARTTLS\nAUTH LOGIN PLAIN\nDSN");
        CPPUNIT_ASSERT(all.pipelining && all.startTls && all.size);
        CPPUNIT_ASSERT(all.authPlain && all.authLogin);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{10'240'000}, all.maxSize);
        const SmtpExtensions none = of("8BITMIME\nENHANCEDSTATUSCODES\n");
        CPPUNIT_ASSERT(!none.pipelining && !none.startTls && !none.size);
        CPPUNIT_ASSERT(!none.authPlain && !none.authLogin);
    }

    void theGreetingLineOffersNothing() {
        CPPUNIT_ASSERT(!parseExtensions({250, "PIPELINING"}).pipelining);
        CPPUNIT_ASSERT(!parseExtensions({250, ""}).pipelining);
    }

    void namesAreWholeWordsInAnyCase() {
        CPPUNIT_ASSERT(of("Pipelining\nstarttls").startTls);
        CPPUNIT_ASSERT(of("Pipelining\nstarttls").pipelining);
        CPPUNIT_ASSERT(!of("XSTARTTLS").startTls);
        CPPUNIT_ASSERT(!of("X STARTTLS").startTls);
        CPPUNIT_ASSERT(!of("AUTH PLAINER CRAM-MD5").authPlain);
    }

    void sizes() {
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, of("SIZE").maxSize);
        CPPUNIT_ASSERT(of("SIZE").size);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, of("SIZE 0").maxSize);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, of("SIZE many").maxSize);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, of("SIZE 99999999999999999999").maxSize);
    }

    void loginsOfOldServers() {
        CPPUNIT_ASSERT(of("AUTH=LOGIN PLAIN").authPlain);
        CPPUNIT_ASSERT(of("AUTH=LOGIN").authLogin);
        CPPUNIT_ASSERT(of("auth   plain ").authPlain);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpExtensionsTest);

}  // namespace
}  // namespace errand::mail
