// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_reply.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "mail/smtp_failure.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;

class SmtpReplyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpReplyTest);
    CPPUNIT_TEST(oneLine);
    CPPUNIT_TEST(manyLines);
    CPPUNIT_TEST(repliesBehindEachOtherAreReadOneByOne);
    CPPUNIT_TEST(everyCutWaitsForTheRest);
    CPPUNIT_TEST(whatCannotBecomeAReplyIsRefusedAtOnce);
    CPPUNIT_TEST(whatHasNoEndIsRefused);
    CPPUNIT_TEST(wordsArePrintableAndShort);
    CPPUNIT_TEST_SUITE_END();

    static void assertGarbled(const string& bytes) {
        SmtpReply reply;
        try {
            parseReply(bytes, reply);
            CPPUNIT_FAIL("read: " + bytes.substr(0, 40));
        } catch (const SmtpTrouble& trouble) {
            CPPUNIT_ASSERT(trouble.cause() == SmtpCause::garbled);
        }
    }

    static SmtpReply whole(const string& bytes) {
        SmtpReply reply;
        CPPUNIT_ASSERT_EQUAL(bytes.size(), parseReply(bytes, reply));
        return reply;
    }

    void oneLine() {
        SmtpReply reply = whole("250 2.1.0 Ok\r\n");
        CPPUNIT_ASSERT_EQUAL(250, reply.code);
        CPPUNIT_ASSERT_EQUAL(2, reply.kind());
        CPPUNIT_ASSERT_EQUAL("2.1.0 Ok"s, reply.text);
        CPPUNIT_ASSERT_EQUAL(354, whole("354\r\n").code);
        CPPUNIT_ASSERT_EQUAL(""s, whole("599 \n").text);
        // A CR that ends no line is no line's end, and does not stay.
        CPPUNIT_ASSERT_EQUAL("a b "s, whole("250 a\rb\r\r\n").text);
    }

    void manyLines() {
        const SmtpReply reply = whole("250-test\r\n250-SIZE 10\r\n250-\r\n250 HELP\r\n");
        CPPUNIT_ASSERT_EQUAL("test\nSIZE 10\n\nHELP"s, reply.text);
        CPPUNIT_ASSERT_EQUAL(550, whole("250-first\n550 last\n").code);
    }

    void repliesBehindEachOtherAreReadOneByOne() {
        string bytes = "250 a\r\n550-b\r\n550 c\r\n354 d\r\n35";
        string seen;
        SmtpReply reply;
        while (const std::size_t size = parseReply(bytes, reply)) {
            seen += inWords(reply) + ";";
            bytes.erase(0, size);
        }
        CPPUNIT_ASSERT_EQUAL("250 a;550 b c;354 d;"s, seen);
        CPPUNIT_ASSERT_EQUAL("35"s, bytes);
    }

    void everyCutWaitsForTheRest() {
        const string bytes = "250-first line\r\n250-\r\n250 last\r\n";
        SmtpReply reply;
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, parseReply(bytes.substr(0, size), reply));
        }
    }

    void whatCannotBecomeAReplyIsRefusedAtOnce() {
        for (const char* bytes :
             {"x", "25x", "250_", "HTTP/1.1 400", "150 a\r\n", "650 a\r\n", "\r\n", "25\r\n",
              "250-a\r\nhello\r\n", "\x15\x03\x03", " 250", "-250"}) {
            assertGarbled(bytes);
        }
        assertGarbled(string("25\0 a\r\n", 7));
    }

    void whatHasNoEndIsRefused() {
        assertGarbled("250 " + string(64 * 1024, 'x'));
        assertGarbled("250 " + string(64 * 1024, 'x') + "\r\n");
        string lines;
        for (int i = 0; i < 10'000; ++i) lines += "250-x\r\n";
        assertGarbled(lines);
        assertGarbled(lines + "250 x\r\n");
        // As long as it may be.
        const string longest = "250 " + string(maxReplyBytes - 6, 'x') + "\r\n";
        CPPUNIT_ASSERT_EQUAL(250, whole(longest).code);
    }

    void wordsArePrintableAndShort() {
        CPPUNIT_ASSERT_EQUAL("550 a?[31m b?? c"s, inWords({550, "a\x1b[31m\nb\xc3\xa4 c"}));
        CPPUNIT_ASSERT_EQUAL("a??b?"s, printable("a\r\nb\0"s));
        CPPUNIT_ASSERT_EQUAL("421"s, inWords({421, ""}));
        const string words = inWords({550, string(10'000, 'x')});
        CPPUNIT_ASSERT_EQUAL(std::size_t{503}, words.size());
        CPPUNIT_ASSERT(words.ends_with("x..."));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpReplyTest);

}  // namespace
}  // namespace errand::mail
