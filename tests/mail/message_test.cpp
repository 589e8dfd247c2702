// SPDX-License-Identifier: Apache-2.0
#include "mail/message.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "rpc/error.h"
#include "tests/mail/decoded_message.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;

class MessageTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MessageTest);
    CPPUNIT_TEST(aPlainMessageIsWrittenToTheLetter);
    CPPUNIT_TEST(dateFollowsTheIdsMilliseconds);
    CPPUNIT_TEST(idsOfOtherVersionsHaveNoCreationTime);
    CPPUNIT_TEST(asciiSubjectsStandAsTheyAre);
    CPPUNIT_TEST(longAsciiSubjectsAreFoldedAtSpaces);
    CPPUNIT_TEST(subjectsThatReadersWouldAlterAreEncoded);
    CPPUNIT_TEST(encodedWordsAreShortAndNeverSplitACharacter);
    CPPUNIT_TEST(plainLinesTravelAsTheyAre);
    CPPUNIT_TEST(aLineOf998IsPlainAndOneMoreIsNot);
    CPPUNIT_TEST(everyOtherBodyComesBackByteForByte);
    CPPUNIT_TEST(everyLineFitsAndEndsWithCrlf);
    CPPUNIT_TEST(subjectsCannotBreakOutOfTheirHeader);
    CPPUNIT_TEST(addressesCannotBreakOutOfTheirHeader);
    CPPUNIT_TEST_SUITE_END();

    static Message sample() {
        Message message;
        message.id = *base::Id::parse("019aaca5-88e8-7abc-8def-0123456789ab");
        message.date = *creationTime(message.id);
        message.from.address = "errand@example.org";
        message.to.address = "name@email.com";
        message.subject = "Your operation is complete!";
        message.contents = "The result is: 40";
        return message;
    }

    static string subjectHeader(const string& subject) {
        Message message = sample();
        message.subject = subject;
        return decode(format(message)).rawHeader("Subject");
    }

    static string sentBody(const string& contents, const string& encoding) {
        Message message = sample();
        message.contents = contents;
        const DecodedMessage decoded = decode(format(message));
        CPPUNIT_ASSERT_EQUAL(encoding, decoded.header("Content-Transfer-Encoding"));
        return decoded.body;
    }

    static void assertRefused(const Message& message, const string& text) {
        try {
            format(message);
            CPPUNIT_FAIL("not refused: " + text);
        } catch (const rpc::Error& error) {
            CPPUNIT_ASSERT_EQUAL("ValueError"s, error.type());
            CPPUNIT_ASSERT_EQUAL(text, string(error.what()));
        }
    }

    void aPlainMessageIsWrittenToTheLetter() {
        CPPUNIT_ASSERT_EQUAL(
            "Date: Sat, 22 Nov 2025 17:38:41 +0000\r\n"
            "From: errand@example.org\r\n"
            "To: name@email.com\r\n"
            "Subject: Your operation is complete!\r\n"
            "Message-ID: <019aaca5-88e8-7abc-8def-0123456789ab@example.org>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n"
            "\r\n"
            "The result is: 40\r\n"s,
            format(sample()));
    }

    void dateFollowsTheIdsMilliseconds() {
        const base::Time now = base::Clock::system().now();
        const auto created = creationTime(base::Id::generate(now));
        CPPUNIT_ASSERT(created.has_value());
        CPPUNIT_ASSERT(*created == std::chrono::floor<std::chrono::milliseconds>(now));
    }

    void idsOfOtherVersionsHaveNoCreationTime() {
        const auto id = base::Id::parse("019aaca5-88e8-4abc-8def-0123456789ab");
        CPPUNIT_ASSERT(!creationTime(*id));
    }

    void asciiSubjectsStandAsTheyAre() {
        CPPUNIT_ASSERT_EQUAL("API Notification"s, subjectHeader("API Notification"));
        CPPUNIT_ASSERT_EQUAL("1 = 1? (\"quoted\", <x@y>); a: b"s,
                             subjectHeader("1 = 1? (\"quoted\", <x@y>); a: b"));
        CPPUNIT_ASSERT_EQUAL(""s, subjectHeader(""));
    }

    void longAsciiSubjectsAreFoldedAtSpaces() {
        string subject;
        for (int i = 0; i < 60; ++i) subject += "word" + std::to_string(i) + (i % 7 ? " " : "   ");
        subject += string(200, 'x');
        const string raw = subjectHeader(subject);
        CPPUNIT_ASSERT(raw.find("\r\n") != string::npos);
        CPPUNIT_ASSERT(raw.find("=?") == string::npos);
        CPPUNIT_ASSERT_EQUAL(subject, decodeHeader(raw));
    }

    void subjectsThatReadersWouldAlterAreEncoded() {
        for (const string& subject :
             {"Grüße aus Köln"s, " leading"s, "trailing "s, "   "s, "=?UTF-8?B?QQ==?="s, "a\tb"s,
              "bell\a"s, "\x7f"s, string(990, 'x'), "日本語 のテスト"s, "😀"s}) {
            const string raw = subjectHeader(subject);
            CPPUNIT_ASSERT_MESSAGE(subject, raw.starts_with("=?UTF-8?B?"));
            CPPUNIT_ASSERT_EQUAL(subject, decodeHeader(raw));
        }
    }

    void encodedWordsAreShortAndNeverSplitACharacter() {
        for (const string& character : {"ä"s, "語"s, "😀"s}) {
            for (int shift = 0; shift < 4; ++shift) {
                string subject(static_cast<std::size_t>(shift), 'a');
                for (int i = 0; i < 200; ++i) subject += character;
                const string raw = subjectHeader(subject);
                CPPUNIT_ASSERT_EQUAL(subject, decodeHeader(raw));
                for (const string& line : lines(raw)) {
                    CPPUNIT_ASSERT(line.size() <= 75 + 1);  // the space of the folding
                    CPPUNIT_ASSERT(base::isUtf8(decodeHeader(line)));
                }
            }
        }
    }

    void plainLinesTravelAsTheyAre() {
        CPPUNIT_ASSERT_EQUAL("one\r\n.\r\n..two\r\n\r\nFrom three\t\r\n"s,
                             sentBody("one\n.\n..two\n\nFrom three\t\n", "7bit"));
        CPPUNIT_ASSERT_EQUAL(""s, sentBody("", "7bit"));
        CPPUNIT_ASSERT_EQUAL("\r\n"s, sentBody("\n", "7bit"));
    }

    void aLineOf998IsPlainAndOneMoreIsNot() {
        const string line(998, '7');
        CPPUNIT_ASSERT_EQUAL(line + "\r\n" + line + "\r\n", sentBody(line + "\n" + line, "7bit"));
        CPPUNIT_ASSERT_EQUAL(line + "8", sentBody(line + "8", "base64"));
    }

    void everyOtherBodyComesBackByteForByte() {
        for (const string& contents :
             {"a\rb"s, "a\r\nb\r\n"s, "nul\0nul"s, "\x1b[31m"s, "Grüße\n.\n"s, "日本語"s, "\x7f"s,
              string(102'400, 'x'), "\n" + string(300'000, '7') + "\n"s}) {
            CPPUNIT_ASSERT(contents == sentBody(contents, "base64"));
        }
    }

    void everyLineFitsAndEndsWithCrlf() {
        Message message = sample();
        for (int i = 0; i < 998; ++i) message.subject += "ü";
        for (const string& contents : {"x\n"s + string(998, 'y'), string(100'000, 'z'), "ä"s}) {
            message.contents = contents;
            const string text = format(message);
            CPPUNIT_ASSERT(text.ends_with("\r\n"));
            const auto count = [&](char c) { return std::ranges::count(text, c); };
            CPPUNIT_ASSERT_EQUAL(count('\n'), count('\r'));
            for (const string& line : lines(text)) {
                CPPUNIT_ASSERT(line.size() <= 998);
                CPPUNIT_ASSERT(line.find_first_of("\r\n") == string::npos);
            }
            CPPUNIT_ASSERT(std::ranges::all_of(
                text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
        }
    }

    void subjectsCannotBreakOutOfTheirHeader() {
        for (const string& subject : {"a\r\nBcc: x@y.z"s, "a\n"s, "\ra"s, "a\0b"s, "ü\n"s}) {
            Message message = sample();
            message.subject = subject;
            assertRefused(message, "subject must not contain CR, LF or NUL");
        }
        Message message = sample();
        message.subject = "\xff";
        assertRefused(message, "subject must be UTF-8");
    }

    void addressesCannotBreakOutOfTheirHeader() {
        for (const string& address : {"a@b.c\r\nBcc: x@y.z"s, "a@b.c\n"s, "a@b.c, d@e.f"s,
                                      "A <a@b.c>"s, ""s, "a"s, "a@b.c\0"s, "ä@b.c"s, "a b@c.d"s}) {
            Message message = sample();
            message.to.address = address;
            assertRefused(message, "To must be one plain mailbox");
            message = sample();
            message.from.address = address;
            assertRefused(message, "From must be one plain mailbox");
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageTest);

}  // namespace
}  // namespace errand::mail
