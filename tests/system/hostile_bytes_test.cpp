// SPDX-License-Identifier: Apache-2.0
#include <Poco/Net/NetException.h>

#include <random>
#include <string>
#include <vector>

#include "system/hostile.h"

namespace errand::tests {

namespace {

const std::string get = "GET /livez HTTP/1.1\r\nHost: localhost\r\n";
const std::string chunked =
    "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    "Transfer-Encoding: chunked\r\n\r\n";

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

// The first message of a browser that takes the port for one of TLS: 517 bytes, most of them noise.
std::string clientHello() {
    std::string hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
    std::mt19937 random(517);
    while (hello.size() < 517) hello += static_cast<char>(random());
    return hello;
}

}  // namespace

// Bytes that no honest client sends, in amounts that none does.
class HostileBytesTest : public Hostile {
    CPPUNIT_TEST_SUITE(HostileBytesTest);
    CPPUNIT_TEST(garbageBehindGoodRequestsEndsTheConnection);
    CPPUNIT_TEST(hugeHeadsAreRefused);
    CPPUNIT_TEST(chunksThatCostMoreThanTheyBringAreRefused);
    CPPUNIT_TEST(otherProtocolsAreRefused);
    CPPUNIT_TEST(noiseIsNeverTakenForMore);
    CPPUNIT_TEST(damagedRequestsAreAnsweredOrRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { startHostile({"http.maxBodyBytes=65536", "http.maxArrayBytes=65536"}); }

private:
    void garbageBehindGoodRequestsEndsTheConnection() {
        const std::string hidden = get + "\r\n";
        const std::string good = repeated(get + "\r\n", 3);
        for (const std::string& garbage :
             {std::string("\0\0\0\0", 4), std::string("}{\r\n\r\n"), clientHello(),
              std::string("GET\r\n\r\n"), std::string("\xFF\xFE"), std::string(" GET / HTTP/1.1")})
            checkAnswers(garbage, good + garbage + hidden, {200, 200, 200, 400});
        // An honest mistake is none: an empty line more than there should be.
        checkAnswers("empty lines", good + "\r\n" + hidden, {200, 200, 200, 200});
    }

    void hugeHeadsAreRefused() {
        constexpr std::size_t huge = 65536;
        checkAnswers("64 KiB of one field", get + "X-A: " + std::string(huge, 'a') + "\r\n\r\n",
                     {431});
        checkAnswers("64 KiB of a name", get + std::string(huge, 'a') + ": 1\r\n\r\n", {431});
        checkAnswers("64 KiB of a target",
                     "GET /" + std::string(huge, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     {414});
        checkAnswers("64 KiB of a method",
                     std::string(huge, 'A') + " / HTTP/1.1\r\nHost: localhost\r\n\r\n", {414});
        checkAnswers("5,000 fields", get + repeated("X-A: 1\r\n", 5000) + "\r\n", {431});
        checkAnswers("5,000 fields without a name", get + repeated(":\r\n", 5000) + "\r\n", {400});
        checkAnswers("NULs", get + repeated(std::string("X-A: \0\r\n", 8), 50) + "\r\n", {400});
    }

    void chunksThatCostMoreThanTheyBringAreRefused() {
        checkAnswers("a body over the limit, a byte a chunk",
                     chunked + repeated("1\r\n \r\n", 65537) + "0\r\n\r\n", {413});
        std::string within = chunked;
        for (const char c : computation("sum", "30", "10"))
            within += std::string("1\r\n") + c + "\r\n";
        checkAnswers("and one within it", within + "0\r\n\r\n", {202});
        checkAnswers("NULs for sizes", chunked + std::string(100, '\0') + "\r\n", {400});
        RawSocket endless(server().port());
        endless.send(chunked);
        const std::string chunk = "1;" + std::string(1000, 'x') + "\r\n \r\n";
        while (!endless.readable()) endless.send(chunk);
        checkProblem("extensions forever", *endless.receive(), 400, "extensions");
    }

    void otherProtocolsAreRefused() {
        checkAnswers("TLS", clientHello(), {400});
        checkAnswers("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string(9, '\0'), {505});
        checkAnswers("HTTP/0.9", "GET /\r\n\r\n", {400});
        checkAnswers("RTSP", "OPTIONS / RTSP/1.0\r\nCSeq: 1\r\n\r\n", {400});
        checkAnswers("a proxy's line", "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n" + get + "\r\n",
                     {400});
    }

    void noiseIsNeverTakenForMore() {
        std::mt19937 random(20261122);
        for (int i = 0; i < 300; ++i) {
            std::string noise(1 + random() % 4000, ' ');
            for (char& c : noise) c = static_cast<char>(random());
            checkNoise(noise);
        }
    }

    void damagedRequestsAreAnsweredOrRefused() {
        const std::string body = computation("sum", "30", "10");
        const std::string whole =
            get +
            "\r\nPOST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
            "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body + get + "\r\n";
        std::mt19937 random(5000);
        for (int i = 0; i < 300; ++i) {
            std::string damaged = whole;
            for (unsigned n = 0; n <= random() % 4; ++n)
                damaged[random() % damaged.size()] = static_cast<char>(random());
            checkNoise(damaged);
        }
    }

    // That what comes back is at most three answers, none of which is the server's own trouble.
    void checkNoise(const std::string& noise) {
        RawSocket socket(server().port());
        try {
            socket.send(noise);
            socket.finishSending();
        } catch (const Poco::Net::NetException&) {
            // It was refused at its first byte.
        }
        const std::vector<Answer> answers = socket.receiveAll();
        CPPUNIT_ASSERT_MESSAGE(noise, answers.size() <= 3);
        for (const Answer& answer : answers) {
            const bool good = answer.status >= 200 && answer.status < 500;
            const bool notSpoken = answer.status == 501 || answer.status == 505;
            CPPUNIT_ASSERT_MESSAGE(noise, good || notSpoken);
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HostileBytesTest);

}  // namespace errand::tests
