// SPDX-License-Identifier: Apache-2.0
#include "http/origin.h"

#include <cppunit/extensions/HelperMacros.h>

#include <vector>

namespace errand::http {
namespace {

class OriginTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OriginTest);
    CPPUNIT_TEST(aHostIsComparedWithoutItsPort);
    CPPUNIT_TEST(anOriginIsComparedWithTheHostPortAndAll);
    CPPUNIT_TEST(originsAreComparedWhole);
    CPPUNIT_TEST(anOriginIsASchemeAndAHost);
    CPPUNIT_TEST(loopbackIsKnownByAddressAndName);
    CPPUNIT_TEST_SUITE_END();

    void aHostIsComparedWithoutItsPort() {
        const std::vector<std::string> names{"localhost", "127.0.0.1", "[::1]"};
        for (const char* host :
             {"localhost", "LOCALHOST:5000", "127.0.0.1:80", "[::1]", "[::1]:5000"})
            CPPUNIT_ASSERT_MESSAGE(host, isHostOf(host, names));
        for (const char* host : {"", ":5000", "localhost.evil.example", "evil.example:5000",
                                 "127.0.0.2", "[::2]", "[::1", "::1", "localhost@evil.example"})
            CPPUNIT_ASSERT_MESSAGE(host, !isHostOf(host, names));
    }

    void anOriginIsComparedWithTheHostPortAndAll() {
        CPPUNIT_ASSERT(isSameOrigin("http://localhost:5000", "localhost:5000"));
        CPPUNIT_ASSERT(isSameOrigin("https://Errand.example", "errand.example"));
        for (const char* origin :
             {"null", "", "http://", "http://localhost", "http://localhost:5001",
              "http://evil.example", "localhost:5000"})
            CPPUNIT_ASSERT_MESSAGE(origin, !isSameOrigin(origin, "localhost:5000"));
        CPPUNIT_ASSERT(!isSameOrigin("null", ""));
        CPPUNIT_ASSERT(!isSameOrigin("http://", ""));
    }

    void originsAreComparedWhole() {
        const std::vector<std::string> origins{"https://app.example.com"};
        CPPUNIT_ASSERT(isOriginOf("https://app.example.com", origins));
        for (const char* origin : {"http://app.example.com", "https://app.example.com:8443",
                                   "https://app.example.com.evil.example", "null", ""})
            CPPUNIT_ASSERT_MESSAGE(origin, !isOriginOf(origin, origins));
    }

    void anOriginIsASchemeAndAHost() {
        for (const char* text :
             {"https://app.example.com", "http://localhost:3000", "http://[::1]:80"})
            CPPUNIT_ASSERT_MESSAGE(text, isOrigin(text));
        for (const char* text :
             {"", "*", "null", "app.example.com", "https://", "https://a/", "https://a?b",
              "https://u@a", "ftp://a", "https://*.a", "https://a b"})
            CPPUNIT_ASSERT_MESSAGE(text, !isOrigin(text));
    }

    void loopbackIsKnownByAddressAndName() {
        for (const char* host : {"localhost", "127.0.0.1", "127.9.9.9", "::1"})
            CPPUNIT_ASSERT_MESSAGE(host, isLoopback(host));
        for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "192.0.2.1", "example.com", ""})
            CPPUNIT_ASSERT_MESSAGE(host, !isLoopback(host));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OriginTest);

}  // namespace
}  // namespace errand::http
