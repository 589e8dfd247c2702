// SPDX-License-Identifier: Apache-2.0
#include "http/body_decoder.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace errand::http {
namespace {

class BodyDecoderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BodyDecoderTest);
    CPPUNIT_TEST(withoutABodyItIsDoneAtOnce);
    CPPUNIT_TEST(takesAsMuchAsTheLengthSays);
    CPPUNIT_TEST(putsChunksTogether);
    CPPUNIT_TEST(splitAnywhereChunksReadTheSame);
    CPPUNIT_TEST(extensionsAndTrailersArePassedOver);
    CPPUNIT_TEST(badChunksAreRefused);
    CPPUNIT_TEST(bodiesOverTheLimitAreRefused);
    CPPUNIT_TEST(endlessLinesAndTrailersAreRefused);
    CPPUNIT_TEST(extensionsAreBoundedInAll);
    CPPUNIT_TEST_SUITE_END();

    static Head chunked() {
        Head head;
        head.chunked = true;
        return head;
    }

    static int refusal(std::string_view input, std::size_t limit = 100) {
        BodyDecoder decoder(limit);
        CPPUNIT_ASSERT(decoder.begin(chunked()) == Parsed::more);
        return decoder.push(input) == Parsed::refused ? decoder.fault().status : 0;
    }

    void withoutABodyItIsDoneAtOnce() {
        BodyDecoder decoder(10);
        CPPUNIT_ASSERT(decoder.begin(Head{}) == Parsed::done);
        Head empty;
        empty.length = 0;
        CPPUNIT_ASSERT(decoder.begin(empty) == Parsed::done);
    }

    void takesAsMuchAsTheLengthSays() {
        BodyDecoder decoder(10);
        Head head;
        head.length = 5;
        CPPUNIT_ASSERT(decoder.begin(head) == Parsed::more);
        std::string_view input = "ab";
        CPPUNIT_ASSERT(decoder.push(input) == Parsed::more);
        CPPUNIT_ASSERT(input.empty());
        input = "cdeGET";
        CPPUNIT_ASSERT(decoder.push(input) == Parsed::done);
        CPPUNIT_ASSERT_EQUAL(std::string("abcde"), decoder.body());
        CPPUNIT_ASSERT_EQUAL(std::string("GET"), std::string(input));
    }

    void putsChunksTogether() {
        BodyDecoder decoder(100);
        decoder.begin(chunked());
        std::string_view input = "3\r\nabc\r\n00A\r\n0123\r\n6789\r\n0\r\n\r\nGET";
        CPPUNIT_ASSERT(decoder.push(input) == Parsed::done);
        CPPUNIT_ASSERT_EQUAL(std::string("abc0123\r\n6789"), decoder.body().substr(0));
        CPPUNIT_ASSERT_EQUAL(std::string("GET"), std::string(input));
    }

    void splitAnywhereChunksReadTheSame() {
        const std::string wire = "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n";
        for (std::size_t first = 0; first < wire.size(); ++first)
            for (std::size_t second = first; second < wire.size(); ++second) {
                BodyDecoder decoder(100);
                decoder.begin(chunked());
                std::string_view one(wire.data(), first);
                std::string_view two(wire.data() + first, second - first);
                std::string_view three(wire.data() + second, wire.size() - second);
                CPPUNIT_ASSERT(decoder.push(one) == Parsed::more && one.empty());
                CPPUNIT_ASSERT(decoder.push(two) == Parsed::more && two.empty());
                CPPUNIT_ASSERT(decoder.push(three) == Parsed::done && three.empty());
                CPPUNIT_ASSERT_EQUAL(std::string("abcde"), decoder.body());
            }
    }

    void extensionsAndTrailersArePassedOver() {
        CPPUNIT_ASSERT_EQUAL(0, refusal("1;x=\"y\"\r\na\r\n0;z\r\nA: 1\r\nB: 2\r\n\r\n"));
    }

    void badChunksAreRefused() {
        for (const char* wire :
             {"\r\n", "g\r\n", " 1\r\n", "1 \r\n", "-1\r\n", "+1\r\n", "0x1\r\n", "1\n",
              "1\r\nab\r\n", "1\r\na\n\r\n", ";\r\n", "1\rx\r\n", "\n", "0\r\n\n"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wire, 400, refusal(wire));
    }

    void bodiesOverTheLimitAreRefused() {
        BodyDecoder decoder(10);
        Head head;
        head.length = 11;
        CPPUNIT_ASSERT(decoder.begin(head) == Parsed::refused);
        CPPUNIT_ASSERT_EQUAL(413, decoder.fault().status);
        CPPUNIT_ASSERT_EQUAL(413, refusal("b\r\n", 10));
        CPPUNIT_ASSERT_EQUAL(0, refusal("a\r\n", 10));
        CPPUNIT_ASSERT_EQUAL(413, refusal("9\r\n123456789\r\n2\r\n", 10));
        CPPUNIT_ASSERT_EQUAL(413, refusal("fffffffffffffffff\r\n", 10));
        CPPUNIT_ASSERT_EQUAL(413, refusal("ffffffffffffffff1\r\n", 10));
    }

    void endlessLinesAndTrailersAreRefused() {
        CPPUNIT_ASSERT_EQUAL(400, refusal("1;" + std::string(2000, 'x')));
        CPPUNIT_ASSERT_EQUAL(400, refusal(std::string(2000, '0')));
        std::string trailers = "0\r\n";
        for (int i = 0; i < 2000; ++i) trailers += "A: 1\r\n";
        CPPUNIT_ASSERT_EQUAL(431, refusal(trailers));
    }

    void extensionsAreBoundedInAll() {
        std::string chunks;
        for (int i = 0; i < 16; ++i) chunks += "1;" + std::string(1000, 'x') + "\r\na\r\n";
        CPPUNIT_ASSERT_EQUAL(0, refusal(chunks));
        CPPUNIT_ASSERT_EQUAL(400, refusal(chunks + chunks));
        std::string little;  // framing without extensions may be as long as it must
        for (int i = 0; i < 9000; ++i) little += "1\r\na\r\n";
        CPPUNIT_ASSERT_EQUAL(0, refusal(little, 9000));
        CPPUNIT_ASSERT_EQUAL(413, refusal(little, 8999));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BodyDecoderTest);

}  // namespace
}  // namespace errand::http
