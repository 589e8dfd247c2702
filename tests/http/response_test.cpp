// SPDX-License-Identifier: Apache-2.0
#include "http/response.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class ResponseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ResponseTest);
    CPPUNIT_TEST(writesTheWholeMessage);
    CPPUNIT_TEST(headGetsTheLengthWithoutTheBody);
    CPPUNIT_TEST(saysWhatBecomesOfTheConnection);
    CPPUNIT_TEST(someStatusesHaveNoBody);
    CPPUNIT_TEST(theDateFollowsTheClock);
    CPPUNIT_TEST(statusesAreCalledAsInRfc9110);
    CPPUNIT_TEST_SUITE_END();

    static std::string written(const Response& response, const Delivery& delivery) {
        std::string out = "before";
        writeResponse(out, response, delivery, FixedClock().now());
        return out.substr(6);
    }

    static Response hello() {
        Response response;
        response.body = "hello";
        response.addField("Location", "/x");
        return response;
    }

    void writesTheWholeMessage() {
        CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 200 OK\r\n"
                                         "Date: Sun, 22 Nov 2026 17:38:41 GMT\r\n"
                                         "Content-Type: application/json\r\n"
                                         "X-Content-Type-Options: nosniff\r\n"
                                         "Content-Length: 5\r\n"
                                         "Cache-Control: no-store\r\n"
                                         "Location: /x\r\n\r\nhello"),
                             written(hello(), {}));
    }

    void headGetsTheLengthWithoutTheBody() {
        const std::string text = written(hello(), {false, true, 1});
        ASSERT_CONTAINS("Content-Length: 5\r\n", text);
        CPPUNIT_ASSERT(text.ends_with("\r\n\r\n"));
    }

    void saysWhatBecomesOfTheConnection() {
        ASSERT_CONTAINS("Connection: close\r\n", written(hello(), {true, false, 1}));
        ASSERT_CONTAINS("Connection: close\r\n", written(hello(), {true, false, 0}));
        ASSERT_CONTAINS("Connection: keep-alive\r\n", written(hello(), {true, true, 0}));
        CPPUNIT_ASSERT(!contains(written(hello(), {true, true, 1}), "Connection"));
    }

    void someStatusesHaveNoBody() {
        for (const int status : {204, 304}) {
            Response response = hello();
            response.status = status;
            const std::string text = written(response, {});
            CPPUNIT_ASSERT(!contains(text, "Content-Length"));
            CPPUNIT_ASSERT(text.ends_with("\r\n\r\n"));
        }
    }

    void theDateFollowsTheClock() {
        std::string out;
        writeResponse(out, hello(), {}, FixedClock().now());
        writeResponse(out, hello(), {}, FixedClock().now() + std::chrono::seconds(19));
        ASSERT_CONTAINS("17:38:41 GMT", out);
        ASSERT_CONTAINS("17:39:00 GMT", out);
    }

    void statusesAreCalledAsInRfc9110() {
        CPPUNIT_ASSERT_EQUAL(std::string("Content Too Large"), std::string(reasonPhrase(413)));
        for (const int status : {200, 202, 204, 304, 400, 404, 405, 408, 409, 411, 413,
                                 414, 415, 417, 422, 431, 500, 501, 503, 505, 507})
            CPPUNIT_ASSERT_MESSAGE(std::to_string(status), reasonPhrase(status) != "???");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResponseTest);

}  // namespace
}  // namespace errand::http
