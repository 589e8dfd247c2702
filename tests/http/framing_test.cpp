// SPDX-License-Identifier: Apache-2.0
#include "http/framing.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace errand::http {
namespace {

class FramingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FramingTest);
    CPPUNIT_TEST(lengthIsDigitsGivenOnce);
    CPPUNIT_TEST(hugeLengthsStayHuge);
    CPPUNIT_TEST(lengthAndChunksTogetherAreRefused);
    CPPUNIT_TEST(onlyChunkedIsUnderstood);
    CPPUNIT_TEST(hostIsNeededOnce);
    CPPUNIT_TEST(connectionsStayOpenByVersionAndWish);
    CPPUNIT_TEST(onlyOneExpectationIsUnderstood);
    CPPUNIT_TEST_SUITE_END();

    Head head_;

    int status(std::vector<Field> fields, int minor = 1) {
        head_ = Head{};
        head_.minor = minor;
        head_.fields = std::move(fields);
        const auto fault = readFraming(head_);
        return fault ? fault->status : 0;
    }

    int statusWithHost(std::vector<Field> fields) {
        fields.push_back({"Host", "h"});
        return status(std::move(fields));
    }

    void lengthIsDigitsGivenOnce() {
        CPPUNIT_ASSERT_EQUAL(0, statusWithHost({{"content-LENGTH", "0012"}}));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(12), *head_.length);
        for (const char* value : {"", "-1", "+1", "1 2", "1,1", "0x10", "1.0", "a"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, 400, statusWithHost({{"Content-Length", value}}));
        CPPUNIT_ASSERT_EQUAL(400,
                             statusWithHost({{"Content-Length", "5"}, {"content-length", "5"}}));
    }

    void hugeLengthsStayHuge() {
        CPPUNIT_ASSERT_EQUAL(0, statusWithHost({{"Content-Length", "18446744073709551617"}}));
        CPPUNIT_ASSERT(*head_.length > std::uint64_t(1) << 60);
    }

    void lengthAndChunksTogetherAreRefused() {
        CPPUNIT_ASSERT_EQUAL(
            400, statusWithHost({{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}));
        CPPUNIT_ASSERT_EQUAL(400, status({{"Transfer-Encoding", "chunked"}}, 0));
    }

    void onlyChunkedIsUnderstood() {
        CPPUNIT_ASSERT_EQUAL(0, statusWithHost({{"Transfer-Encoding", "Chunked"}}));
        CPPUNIT_ASSERT(head_.chunked && head_.hasBody());
        for (const char* value : {"gzip", "gzip, chunked", "identity", "xchunked", "chunked;q=1"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, 501,
                                         statusWithHost({{"Transfer-Encoding", value}}));
        CPPUNIT_ASSERT_EQUAL(400, statusWithHost({{"Transfer-Encoding", "chunked, chunked"}}));
        CPPUNIT_ASSERT_EQUAL(400, statusWithHost({{"Transfer-Encoding", ""}}));
        CPPUNIT_ASSERT_EQUAL(400, statusWithHost({{"Transfer-Encoding", "chunked"},
                                                  {"Transfer-Encoding", "chunked"}}));
    }

    void hostIsNeededOnce() {
        CPPUNIT_ASSERT_EQUAL(400, status({}));
        CPPUNIT_ASSERT_EQUAL(0, status({}, 0));
        CPPUNIT_ASSERT_EQUAL(0, status({{"host", "[::1]:5000"}}));
        CPPUNIT_ASSERT_EQUAL(0, status({{"host", ""}}));
        CPPUNIT_ASSERT_EQUAL(400, status({{"Host", "a"}, {"Host", "a"}}));
        for (const char* value : {"a b", "a/b", "a@b", "\"a\""})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, 400, status({{"Host", value}}));
    }

    void connectionsStayOpenByVersionAndWish() {
        statusWithHost({});
        CPPUNIT_ASSERT(head_.keepAlive);
        statusWithHost({{"Connection", "upgrade , CLOSE"}});
        CPPUNIT_ASSERT(!head_.keepAlive);
        statusWithHost({{"Connection", "x"}, {"Connection", "close"}});
        CPPUNIT_ASSERT(!head_.keepAlive);
        status({}, 0);
        CPPUNIT_ASSERT(!head_.keepAlive);
        status({{"Connection", "Keep-Alive"}}, 0);
        CPPUNIT_ASSERT(head_.keepAlive);
    }

    void onlyOneExpectationIsUnderstood() {
        CPPUNIT_ASSERT_EQUAL(0, statusWithHost({{"Expect", "100-Continue"}}));
        CPPUNIT_ASSERT(head_.expectsContinue);
        CPPUNIT_ASSERT_EQUAL(417, statusWithHost({{"Expect", "tea"}}));
        CPPUNIT_ASSERT_EQUAL(0, status({{"Expect", "100-continue"}}, 0));
        CPPUNIT_ASSERT(!head_.expectsContinue);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FramingTest);

}  // namespace
}  // namespace errand::http
