// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "system/over_tls.h"
#include "system/with_server.h"

namespace errand::tests {

namespace {

const std::string sum = computation("sum", "30", "10");

std::string head(const std::string& fields) {
    return "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + fields +
           "\r\n\r\n";
}

std::string lengthOf(const std::string& body) {
    return "Content-Length: " + std::to_string(body.size());
}

// A request that must never be answered: it hides behind one that is refused.
const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";

}  // namespace

// Requests whose end is in doubt are refused, and what follows them is never taken for a request.
class BadFramingTest : public WithServer {
    CPPUNIT_TEST_SUITE(BadFramingTest);
    CPPUNIT_TEST(whatCannotBeFramedIsRefusedAndTheConnectionCloses);
    CPPUNIT_TEST(overlongHeadersAreRefused);
    CPPUNIT_TEST(overlongBodyIsRefusedAndNotTakenForARequest);
    CPPUNIT_TEST(overlongChunkedBodyIsRefused);
    CPPUNIT_TEST(bodyOfTheGreatestLengthIsTaken);
    CPPUNIT_TEST(badChunksAreRefused);
    CPPUNIT_TEST(bodyWithoutLengthIsRefusedAndTheConnectionGoesOn);
    CPPUNIT_TEST(bodiesOfRefusedRequestsAreNotTakenForRequests);
    CPPUNIT_TEST(clientThatBreaksOffLeavesNothingBehind);
    CPPUNIT_TEST(noiseIsAnsweredAndClosed);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        start({.settings = {"http.maxBodyBytes=65536", "http.maxArrayBytes=65536"}});
    }

    void tearDown() override {
        CPPUNIT_ASSERT_EQUAL(200, http().get("/livez").status);
        WithServer::tearDown();
    }

private:
    void whatCannotBeFramedIsRefusedAndTheConnectionCloses() {
        const std::string get = "GET /livez HTTP/1.1\r\nHost: localhost\r\n";
        const struct {
            std::string what, bytes;
            int status;
        } cases[] = {
            {"a negative length", head("Content-Length: -1"), 400},
            {"a signed length", head("Content-Length: +2"), 400},
            {"a length of words", head("Content-Length: two"), 400},
            {"an empty length", head("Content-Length:"), 400},
            {"a hexadecimal length", head("Content-Length: 0x10"), 400},
            {"a length over 64 bits", head("Content-Length: 99999999999999999999"), 413},
            {"two lengths", head("Content-Length: 2\r\nContent-Length: 3"), 400},
            {"the same length twice", head("Content-Length: 2\r\nContent-Length: 2"), 400},
            {"a list of lengths", head("Content-Length: 2, 2"), 400},
            {"length and chunks", head("Content-Length: 2\r\nTransfer-Encoding: chunked"), 400},
            {"chunks and length", head("Transfer-Encoding: chunked\r\nContent-Length: 2"), 400},
            {"chunked twice", head("Transfer-Encoding: chunked, chunked"), 400},
            {"another coding", head("Transfer-Encoding: gzip, chunked"), 501},
            {"an empty coding", head("Transfer-Encoding:"), 400},
            {"a space before the colon", head("Content-Length : 2"), 400},
            {"a continued line", head("X-A: 1\r\n 2\r\nContent-Length: 2"), 400},
            {"a bare LF", "GET /livez HTTP/1.1\nHost: localhost\n\n", 400},
            {"a bare CR in a field", get + "X-A: 1\r2\r\n\r\n", 400},
            {"a NUL in a field", get + std::string("X-A: 1\0002\r\n\r\n", 12), 400},
            {"no colon", get + "nonsense\r\n\r\n", 400},
            {"no name", get + ": x\r\n\r\n", 400},
            {"no host", "GET /livez HTTP/1.1\r\n\r\n", 400},
            {"two hosts", get + "Host: y\r\n\r\n", 400},
            {"a bad host", "GET /livez HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
            {"no version", "GET /livez\r\n\r\n", 400},
            {"a version to come", "GET /livez HTTP/2.0\r\nHost: localhost\r\n\r\n", 505},
            {"a space too many", "GET  /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
            {"no path", "GET livez HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
            {"a raw NUL in the path",
             std::string("GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n", 28), 400},
            {"a bad escape", "GET /%4 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
            {"an unknown expectation", head("Expect: wonders\r\nContent-Length: 2"), 417},
        };
        for (const auto& c : cases) checkRefused(c.what, c.bytes, c.status);
    }

    void overlongHeadersAreRefused() {
        const std::string get = "GET /livez HTTP/1.1\r\nHost: localhost\r\n";
        checkRefused("17 KiB in one field", get + "X-A: " + std::string(17000, 'a') + "\r\n\r\n",
                     431);
        std::string many = get;
        for (int i = 0; i < 200; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
        checkRefused("200 fields", many + "\r\n", 431);
        checkRefused("a block without an end", get + "X-A: " + std::string(200000, 'a'), 431);
        checkRefused("a long path", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n\r\n", 414);
        // Just below the limit all is well.
        RawSocket socket(server().port());
        socket.send(get + "X-A: " + std::string(16000, 'a') + "\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(200, socket.receive()->status);
    }

    void overlongBodyIsRefusedAndNotTakenForARequest() {
        std::string body;
        while (body.size() < 70000) body += hidden;
        checkRefused("a body over the limit", head(lengthOf(body)) + body, 413);
        // Whoever asks first is told before he sends.
        checkRefused("announced", head("Expect: 100-continue\r\nContent-Length: 65537"), 413);
        // A body that comes slowly is told at once, and so is one that never comes.
        checkRefused("not sent", head("Content-Length: 1000000000"), 413);
    }

    void overlongChunkedBodyIsRefused() {
        const std::string chunked = head("Transfer-Encoding: chunked");
        checkRefused("one big chunk", chunked + "10001\r\n" + std::string(65537, ' '), 413);
        std::string many = chunked;
        for (int i = 0; i < 17; ++i) many += "1000\r\n" + std::string(4096, ' ') + "\r\n";
        checkRefused("many chunks", many + "0\r\n\r\n", 413);
        checkRefused("a huge size", chunked + "ffffffffffffffff\r\n", 413);
    }

    void bodyOfTheGreatestLengthIsTaken() {
        const std::string body = sum + std::string(65536 - sum.size(), ' ');
        CPPUNIT_ASSERT_EQUAL(202, http().post("/jobs", body).status);
        checkProblem("a byte more", http().post("/jobs", body + ' '), 413, "65536");
    }

    void badChunksAreRefused() {
        const struct {
            const char *what, *body;
        } cases[] = {
            {"no size", "\r\n{}\r\n0\r\n\r\n"},
            {"a negative size", "-2\r\n{}\r\n0\r\n\r\n"},
            {"a size of words", "two\r\n{}\r\n0\r\n\r\n"},
            {"a prefixed size", "0x2\r\n{}\r\n0\r\n\r\n"},
            {"a space before the size", " 2\r\n{}\r\n0\r\n\r\n"},
            {"a longer chunk than its size", "2\r\n{  }\r\n0\r\n\r\n"},
            {"bare line feeds", "2\n{}\n0\n\n"},
        };
        for (const auto& c : cases)
            checkRefused(c.what, head("Transfer-Encoding: chunked") + c.body, 400);
        std::string trailers = "0\r\n";
        for (int i = 0; i < 500; ++i)
            trailers += "X-" + std::to_string(i) + ": " + std::string(30, 'a') + "\r\n";
        checkRefused("long trailers", head("Transfer-Encoding: chunked") + trailers + "\r\n", 431);
        checkRefused("a long extension",
                     head("Transfer-Encoding: chunked") + "2;" + std::string(5000, 'a') + "\r\n",
                     400);
    }

    void bodyWithoutLengthIsRefusedAndTheConnectionGoesOn() {
        RawSocket socket(server().port());
        for (int i = 0; i < 2; ++i) {
            socket.send(
                "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\r\n");
            checkProblem("no length", *socket.receive(), 411, "Content-Length");
        }
        socket.send(head(lengthOf(sum)) + sum);
        CPPUNIT_ASSERT_EQUAL(202, socket.receive()->status);
    }

    // Refused by their heads, before anybody wants their bodies.
    void bodiesOfRefusedRequestsAreNotTakenForRequests() {
        const std::string close =
            "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        const struct {
            std::string line;
            int status;
        } cases[] = {{"POST /none", 404},
                     {"PUT /jobs", 405},
                     {"POST /livez", 405},
                     {"POST /compute", 415},
                     {"BREW /jobs", 501}};
        for (const auto& c : cases) {
            RawSocket socket(server().port());
            socket.send(c.line + " HTTP/1.1\r\nHost: localhost\r\n" + lengthOf(hidden) +
                        "\r\n\r\n" + hidden + close);
            const std::vector<Answer> answers = socket.receiveAll();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.line, std::size_t(2), answers.size());
            checkProblem(c.line, answers[0], c.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.line, 200, answers[1].status);
        }
    }

    void clientThatBreaksOffLeavesNothingBehind() {
        if (overTls()) return;  // there POCO's client waits for the other side's end first
        for (const std::string& bytes :
             {std::string("POST /jo"), head(lengthOf(sum)), head(lengthOf(sum)) + sum.substr(0, 9),
              head("Transfer-Encoding: chunked") + "5\r\n{}"}) {
            RawSocket socket(server().port());
            socket.send(bytes);
            socket.finishSending();
            CPPUNIT_ASSERT_MESSAGE(bytes, socket.closed());
        }
        CPPUNIT_ASSERT(listJobs(http()).empty());
    }

    void noiseIsAnsweredAndClosed() {
        checkRefused("a TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
                     400);
        checkRefused("empty lines", "\r\n\r\n\r\n\r\n\r\n\r\nGET", 400);
        checkRefused("SSH", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 400);
        checkRefused("another protocol", "EHLO there\r\nMAIL FROM:<a@b.c>\r\n\r\n", 400);
    }

    // That one problem comes, then the end of the connection, whatever follows the bytes.
    void checkRefused(const std::string& what, const std::string& bytes, int status) {
        RawSocket socket(server().port());
        socket.send(bytes);
        try {
            socket.send(hidden);
        } catch (const Poco::Exception&) {
            // The refusal was faster.
        }
        const std::vector<Answer> answers = socket.receiveAll();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::size_t(1), answers.size());
        checkProblem(what, answers.front(), status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string("close"),
                                     answers.front().field("Connection"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(BadFramingTest);

}  // namespace errand::tests
