// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace errand::http {
namespace {

constexpr std::size_t maxHeader = 16384;
constexpr std::size_t maxTarget = 8192;

class RequestParserTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestParserTest);
    CPPUNIT_TEST(readsLineAndFields);
    CPPUNIT_TEST(splitAnywhereItReadsTheSame);
    CPPUNIT_TEST(takesNothingOfTheNextRequest);
    CPPUNIT_TEST(emptyLinesBeforeARequestAreForgiven);
    CPPUNIT_TEST(badRequestLinesAreRefused);
    CPPUNIT_TEST(badFieldsAreRefused);
    CPPUNIT_TEST(noiseIsRefusedAtItsFirstByte);
    CPPUNIT_TEST(bareLineFeedsAreRefused);
    CPPUNIT_TEST(longTargetsAreRefused);
    CPPUNIT_TEST(longHeaderBlocksAreRefused);
    CPPUNIT_TEST(tooManyFieldsAreRefused);
    CPPUNIT_TEST(nothingOfTheLastRequestIsLeft);
    CPPUNIT_TEST_SUITE_END();

    static int refusal(const std::string& input) {
        RequestParser parser(maxHeader, maxTarget);
        return parser.parse(input) == Parsed::refused ? parser.fault().status : 0;
    }

    // As received byte by byte, in a buffer that moves.
    static int refusalInBytes(const std::string& input) {
        RequestParser parser(maxHeader, maxTarget);
        for (std::size_t size = 1; size <= input.size(); ++size)
            if (parser.parse(std::string(input, 0, size)) == Parsed::refused)
                return parser.fault().status;
        return 0;
    }

    void readsLineAndFields() {
        const std::string input =
            "POST /jobs?x=1&y HTTP/1.1\r\nHost: a:80\r\nX-Empty:\r\nx-a: \t v w \t\r\n\r\n";
        RequestParser parser(maxHeader, maxTarget);
        CPPUNIT_ASSERT(parser.parse(input) == Parsed::done);
        const Head& head = parser.head();
        CPPUNIT_ASSERT_EQUAL(std::string("POST"), std::string(head.method));
        CPPUNIT_ASSERT_EQUAL(std::string("/jobs"), head.path);
        CPPUNIT_ASSERT_EQUAL(std::string("x=1&y"), std::string(head.query));
        CPPUNIT_ASSERT_EQUAL(1, head.minor);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), head.fields.size());
        CPPUNIT_ASSERT_EQUAL(std::string("v w"), std::string(*head.find("X-A")));
        CPPUNIT_ASSERT_EQUAL(std::string(), std::string(*head.find("x-empty")));
        CPPUNIT_ASSERT(head.find("x-b") == nullptr);
        CPPUNIT_ASSERT_EQUAL(input.size(), parser.consumed());
    }

    void splitAnywhereItReadsTheSame() {
        const std::string input = "\r\nGET /a%20b HTTP/1.0\r\nHost: h\r\nA: 1\r\n\r\n";
        for (std::size_t split = 0; split < input.size(); ++split) {
            RequestParser parser(maxHeader, maxTarget);
            CPPUNIT_ASSERT(parser.parse(std::string(input, 0, split)) == Parsed::more);
            CPPUNIT_ASSERT(parser.parse(input) == Parsed::done);
            CPPUNIT_ASSERT_EQUAL(std::string("/a b"), parser.head().path);
            CPPUNIT_ASSERT_EQUAL(0, parser.head().minor);
            CPPUNIT_ASSERT_EQUAL(std::string("1"), std::string(*parser.head().find("a")));
        }
        CPPUNIT_ASSERT_EQUAL(0, refusalInBytes(input));
    }

    void takesNothingOfTheNextRequest() {
        const std::string first = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        RequestParser parser(maxHeader, maxTarget);
        CPPUNIT_ASSERT(parser.parse(first + "GET /next") == Parsed::done);
        CPPUNIT_ASSERT_EQUAL(first.size(), parser.consumed());
    }

    void emptyLinesBeforeARequestAreForgiven() {
        const std::string input = "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n";
        RequestParser parser(maxHeader, maxTarget);
        CPPUNIT_ASSERT(parser.parse(input) == Parsed::done);
        CPPUNIT_ASSERT_EQUAL(input.size(), parser.consumed());
        CPPUNIT_ASSERT_EQUAL(400, refusal("\r\n\r\n\r\n\r\n\r\n\r\n"));
    }

    void badRequestLinesAreRefused() {
        const std::string rest = "\r\nHost: h\r\n\r\n";
        for (const char* line :
             {"GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET / http/1.1",
              "GET / HTTP/11", "GET / HTTP/1.x", "GET / HTTP/1.1.1", "G(T / HTTP/1.1",
              "GET /\t HTTP/1.1", "GET /a\x80 HTTP/1.1", "GET x HTTP/1.1", "GET * HTTP/1.1"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(line, 400, refusal(line + rest));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(line, 400, refusalInBytes(line + rest));
        }
        for (const char* line : {"GET / HTTP/2.0", "GET / HTTP/0.9", "PRI * HTTP/2.0"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(line, 505, refusal(line + rest));
        CPPUNIT_ASSERT_EQUAL(0, refusal("GET / HTTP/1.9" + rest));
    }

    void badFieldsAreRefused() {
        const std::string start = "GET / HTTP/1.1\r\nHost: h\r\n";
        for (const std::string& field :
             {std::string("A : 1"), std::string(" A: 1"), std::string("\tfolded"),
              std::string(": 1"), std::string("A"), std::string("A\x01: 1"), std::string("A: \x01"),
              std::string("A: x\ry"), std::string("A: \x7f"), std::string("A: a\0b", 6)}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(field, 400, refusal(start + field + "\r\n\r\n"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(field, 400, refusalInBytes(start + field + "\r\n\r\n"));
        }
        CPPUNIT_ASSERT_EQUAL(0, refusal(start + "A: \xc3\xa4\t!\r\n\r\n"));
    }

    void noiseIsRefusedAtItsFirstByte() {
        CPPUNIT_ASSERT_EQUAL(400, refusal("\x16\x03\x01"));
        CPPUNIT_ASSERT_EQUAL(400, refusal(std::string("\0", 1)));
        CPPUNIT_ASSERT_EQUAL(400, refusal("\r\n{"));
    }

    void bareLineFeedsAreRefused() {
        CPPUNIT_ASSERT_EQUAL(400, refusal("GET / HTTP/1.1\nHost: h\n\n"));
        CPPUNIT_ASSERT_EQUAL(400, refusal("GET / HTTP/1.1\r\nHost: h\n"));
        CPPUNIT_ASSERT_EQUAL(400, refusal("GET / HTTP/1.1\r\nHost: h\r\n\n"));
        CPPUNIT_ASSERT_EQUAL(400, refusal("\n"));
    }

    void longTargetsAreRefused() {
        const auto request = [](std::size_t size) {
            return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
        };
        CPPUNIT_ASSERT_EQUAL(0, refusal(request(maxTarget)));
        CPPUNIT_ASSERT_EQUAL(414, refusal(request(maxTarget + 1)));
        CPPUNIT_ASSERT_EQUAL(414, refusal("GET /" + std::string(maxTarget + 100, 'a')));
        // By its method too, whether its end has come or not.
        const std::string longMethod = std::string(maxTarget + 100, 'A') + " / HTTP/1.1\r\nHost: a";
        CPPUNIT_ASSERT_EQUAL(414, refusal(longMethod));
        CPPUNIT_ASSERT_EQUAL(414, refusal(longMethod + "\r\n\r\n"));
        CPPUNIT_ASSERT_EQUAL(414, refusalInBytes(longMethod + "\r\n\r\n"));
    }

    void longHeaderBlocksAreRefused() {
        const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nA: ";
        const auto request = [&](std::size_t size) {
            return start + std::string(size - start.size() - 4, 'a') + "\r\n\r\n";
        };
        CPPUNIT_ASSERT_EQUAL(0, refusal(request(maxHeader)));
        CPPUNIT_ASSERT_EQUAL(431, refusal(request(maxHeader + 1)));
        CPPUNIT_ASSERT_EQUAL(431, refusal(start + std::string(maxHeader, 'a')));
    }

    void tooManyFieldsAreRefused() {
        std::string request = "GET / HTTP/1.1\r\nHost: h\r\n";
        for (int i = 0; i < 99; ++i) request += "A: 1\r\n";
        CPPUNIT_ASSERT_EQUAL(0, refusal(request + "\r\n"));
        CPPUNIT_ASSERT_EQUAL(431, refusal(request + "A: 1\r\n\r\n"));
    }

    void nothingOfTheLastRequestIsLeft() {
        RequestParser parser(maxHeader, maxTarget);
        CPPUNIT_ASSERT(parser.parse("POST /a?b HTTP/1.0\r\nContent-Length: 5\r\n"
                                    "Host: h\r\nA: 1\r\n\r\n") == Parsed::done);
        parser.reset();
        CPPUNIT_ASSERT(parser.parse("GET /c HTTP/1.1\r\nHost: h\r\n\r\n") == Parsed::done);
        const Head& head = parser.head();
        CPPUNIT_ASSERT_EQUAL(std::string("/c"), head.path);
        CPPUNIT_ASSERT(head.query.empty() && !head.length && head.keepAlive && !head.find("a"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestParserTest);

}  // namespace
}  // namespace errand::http
