// SPDX-License-Identifier: Apache-2.0
#include "webhook/answer.h"

#include <cppunit/extensions/HelperMacros.h>

#include "webhook/trouble.h"

namespace errand::webhook {

using namespace std::chrono_literals;

class AnswerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AnswerTest);
    CPPUNIT_TEST(aHeadIsRead);
    CPPUNIT_TEST(everyByteMayComeAlone);
    CPPUNIT_TEST(interimAnswersArePassedOver);
    CPPUNIT_TEST(looseFormsAreTaken);
    CPPUNIT_TEST(garbageIsToldAtOnce);
    CPPUNIT_TEST(headsAreLimited);
    CPPUNIT_TEST(onlyTwoHundredsAreGood);
    CPPUNIT_TEST(retryAfterIsSecondsOrADate);
    CPPUNIT_TEST(otherRetryAftersSayNothing);
    CPPUNIT_TEST_SUITE_END();

    static std::string trouble(const std::string& text) {
        std::size_t size = 0;
        try {
            readAnswer(text, size);
        } catch (const Trouble& found) {
            return found.what();
        }
        return {};
    }

    static Answer read(const std::string& text) {
        std::size_t size = 0;
        return readAnswer(text, size).value();
    }

    void aHeadIsRead() {
        const std::string head =
            "HTTP/1.1 503 Not now\r\nServer: a\r\nRETRY-AFTER:  7 \r\nContent-Length: 12\r\n\r\n";
        std::size_t size = 0;
        const Answer answer = readAnswer(head + "body", size).value();
        CPPUNIT_ASSERT_EQUAL(503, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("7"), answer.retryAfter);
        CPPUNIT_ASSERT(answer.length == std::uint64_t{12});
        CPPUNIT_ASSERT_EQUAL(head.size(), size);
    }

    void everyByteMayComeAlone() {
        const std::string head = "HTTP/1.1 200 OK\r\nServer: a\r\n\r\n";
        for (std::size_t i = 0; i < head.size(); ++i) {
            std::size_t size = 0;
            CPPUNIT_ASSERT(!readAnswer(head.substr(0, i), size));
        }
        CPPUNIT_ASSERT_EQUAL(200, read(head).status);
    }

    void interimAnswersArePassedOver() {
        std::size_t size = 0;
        const std::string interim =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\na: b\r\n\r\n";
        CPPUNIT_ASSERT(!readAnswer(interim, size));
        CPPUNIT_ASSERT(!readAnswer(interim + "HTTP", size));
        const Answer answer = readAnswer(interim + "HTTP/1.1 204 None\r\n\r\n", size).value();
        CPPUNIT_ASSERT_EQUAL(204, answer.status);
        CPPUNIT_ASSERT(answer.bodiless());
        CPPUNIT_ASSERT_EQUAL(interim.size() + 21, size);
    }

    void looseFormsAreTaken() {
        CPPUNIT_ASSERT_EQUAL(200, read("HTTP/1.0 200\r\n\r\n").status);
        CPPUNIT_ASSERT_EQUAL(200, read("HTTP/1.1 200 \n\n").status);
        CPPUNIT_ASSERT_EQUAL(201, read("HTTP/1.1 201 a\nb: c\r\n\n").status);
        CPPUNIT_ASSERT(!read("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n").length);
    }

    void garbageIsToldAtOnce() {
        for (const char* text :
             {"SSH-2.0-a\r\n", "H-", "HTTP/2", "220 mail\r\n", "\r\n", "HTTP/1.1 2000 a\r\n\r\n",
              "HTTP/1.1 20 a\r\n\r\n", "HTTP/1.1 abc d\r\n\r\n", "HTTP/1.1 099 d\r\n\r\n",
              "HTTP/1.1 600 d\r\n\r\n", "HTTP/1.1\r\n\r\n",
              "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                text, std::string("what the receiver sent is no HTTP answer"), trouble(text));
        }
    }

    void headsAreLimited() {
        const std::string start = "HTTP/1.1 200 OK\r\na: ";
        const std::string end = "\r\n\r\n";
        const std::size_t room = Answer::maxHead - start.size() - end.size();
        CPPUNIT_ASSERT_EQUAL(200, read(start + std::string(room, 'b') + end).status);
        const std::string wanted = "the head of the receiver's answer is too long";
        CPPUNIT_ASSERT_EQUAL(wanted, trouble(start + std::string(room + 1, 'b') + end));
        CPPUNIT_ASSERT_EQUAL(wanted, trouble(start + std::string(Answer::maxHead, 'b')));
        std::string interims;
        while (interims.size() <= Answer::maxHead) interims += "HTTP/1.1 100 a\r\n\r\n";
        CPPUNIT_ASSERT_EQUAL(wanted, trouble(interims));
    }

    void onlyTwoHundredsAreGood() {
        for (const int status : {200, 201, 204, 299}) {
            CPPUNIT_ASSERT(read("HTTP/1.1 " + std::to_string(status) + "\r\n\r\n").good());
        }
        for (const int status : {300, 302, 304, 400, 410, 500, 599}) {
            CPPUNIT_ASSERT(!read("HTTP/1.1 " + std::to_string(status) + "\r\n\r\n").good());
        }
    }

    void retryAfterIsSecondsOrADate() {
        const base::Time now = base::parseRfc3339("2026-11-22T17:00:00Z").value();
        CPPUNIT_ASSERT(readRetryAfter("120", now) == 120s);
        CPPUNIT_ASSERT(readRetryAfter("0", now) == 0s);
        CPPUNIT_ASSERT(readRetryAfter("Sun, 22 Nov 2026 17:01:30 GMT", now) == 90s);
        CPPUNIT_ASSERT(readRetryAfter("999999999999", now) == std::chrono::hours(24 * 365));
    }

    void otherRetryAftersSayNothing() {
        const base::Time now = base::parseRfc3339("2026-11-22T17:00:00Z").value();
        for (const char* field :
             {"", "soon", "-5", "1.5", "12 s", "99999999999999999999999",
              "Sun, 22 Nov 2026 16:59:59 GMT", "Sun, 99 Nov 2026 17:01:30 GMT"}) {
            CPPUNIT_ASSERT_MESSAGE(field, !readRetryAfter(field, now));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AnswerTest);

}  // namespace errand::webhook
