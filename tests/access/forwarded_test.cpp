// SPDX-License-Identifier: Apache-2.0
#include "access/forwarded.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::access {

class ForwardedTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ForwardedTest);
    CPPUNIT_TEST(theExamplesOfTheStandardAreRead);
    CPPUNIT_TEST(addressesHavePortsAndBrackets);
    CPPUNIT_TEST(whatIsNoAddressIsNone);
    CPPUNIT_TEST(quotesAreTakenOff);
    CPPUNIT_TEST(malformedFieldsSayNothing);
    CPPUNIT_TEST(aQuoteLeftOpenSwallowsNoOthers);
    CPPUNIT_TEST(theOlderFieldsAreLists);
    CPPUNIT_TEST(protocolsGoWithTheirAddresses);
    CPPUNIT_TEST(longFieldsAreRead);
    CPPUNIT_TEST_SUITE_END();

    // "192.0.2.7+ ? 10.0.0.1-": an address or ?, and whether it is secure where that is said.
    static std::string shown(const std::vector<Hop>& hops) {
        std::string text;
        for (const Hop& hop : hops) {
            if (!text.empty()) text += ' ';
            text += hop.from ? hop.from->toString() : "?";
            if (hop.secure) text += *hop.secure ? '+' : '-';
        }
        return text;
    }

    static void assertForwarded(const std::string& expected, const std::string& text) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(text, expected, shown(parseForwarded(text)));
    }

    void theExamplesOfTheStandardAreRead() {
        assertForwarded("?", R"(for="_gazonk")");
        assertForwarded("2001:db8:cafe::17", R"(For="[2001:db8:cafe::17]:4711")");
        assertForwarded("192.0.2.60-", "for=192.0.2.60;proto=http;by=203.0.113.43");
        assertForwarded("192.0.2.43 198.51.100.17", "for=192.0.2.43, for=198.51.100.17");
        assertForwarded("192.0.2.43 2001:db8:cafe::17",
                        R"(for=192.0.2.43,for="[2001:db8:cafe::17]",)");
        assertForwarded("192.0.2.43 ? ?", R"(for=192.0.2.43, for="_SEVKISEK", for=unknown)");
    }

    void addressesHavePortsAndBrackets() {
        assertForwarded("192.0.2.7", R"(for="192.0.2.7:80")");
        assertForwarded("192.0.2.7", "for=192.0.2.7:80");
        assertForwarded("192.0.2.7", R"(for="192.0.2.7:_port")");
        assertForwarded("2001:db8::1", "for=[2001:db8::1]");
        assertForwarded("2001:db8::1", R"(for="2001:db8::1")");
        assertForwarded("192.0.2.7", R"(for="[::ffff:192.0.2.7]")");
        assertForwarded("192.0.2.7+", "FOR=192.0.2.7;PROTO=HTTPS");
        assertForwarded("192.0.2.7+", "host=\"a, b;c\" ; for=192.0.2.7 ;\tproto=https");
        assertForwarded("192.0.2.7", "for=192.0.2.7;proto=gopher");
        assertForwarded("?+", "proto=https");
    }

    void whatIsNoAddressIsNone() {
        for (const char* node :
             {"unknown", "_hidden", "localhost", "[192.0.2.7]", "[::1", "[::1]x", "[::1]:",
              "[::1]:123456", "192.0.2.7:", "192.0.2.7:a", "192.0.2.7:123456", "192.0.2.256",
              "::1]", "[]", "[fe80::1%25eth0]", " 192.0.2.7", "192.0.2.7,10.0.0.1", ":80", ""}) {
            assertForwarded("?", std::string("for=\"") + node + '"');
        }
    }

    void quotesAreTakenOff() {
        assertForwarded("192.0.2.7", R"(for="19\2.0.2.7")");
        assertForwarded("?+ 192.0.2.7", R"(for="a\", for=b";proto="https", for="192.0.2.7")");
    }

    void malformedFieldsSayNothing() {
        for (const char* text :
             {"for", "for=", "=192.0.2.7", "for=192.0.2.7;", "for==192.0.2.7", "for 192.0.2.7",
              "for=192.0.2.7 for=10.0.0.1", "for=\"192.0.2.7", "for=\"a\"b", "for=\"a\\",
              "for=192.0.2.7;for=10.0.0.1", "proto=http;proto=https", "for=192.0.2.7;;proto=http",
              ";for=192.0.2.7", "192.0.2.7", "for=192.0.2.7, 10.0.0.1", "for=(a)", "for=\xc3\xa4",
              "f\"or=a"}) {
            assertForwarded("", text);
        }
        assertForwarded("", std::string("for=192.0.2.7\0, for=10.0.0.1", 28));
        assertForwarded("", "");
        assertForwarded("", " , ,");
    }

    // A client may begin the field that a proxy goes on with.
    void aQuoteLeftOpenSwallowsNoOthers() {
        assertForwarded("", "for=\"6.6.6.6, for=192.0.2.7");
        assertForwarded("", "for=\"6.6.6.6, for=\"192.0.2.7:80\"");
        assertForwarded("", "x=\", for=\"[2001:db8::1]\";proto=https");
        assertForwarded("", "for=6.6.6.6;x=\"\\, for=\"192.0.2.7\"");
    }

    void theOlderFieldsAreLists() {
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7 2001:db8::1 10.0.0.1"),
                             shown(parseForwardedFor("192.0.2.7, 2001:db8::1,10.0.0.1:4711", "")));
        CPPUNIT_ASSERT_EQUAL(std::string("? ? 192.0.2.7"),
                             shown(parseForwardedFor("<script>, \"a\", ,\t192.0.2.7,", "")));
        CPPUNIT_ASSERT(parseForwardedFor("", "").empty());
        CPPUNIT_ASSERT(parseForwardedFor(" , ", ",").empty());
    }

    void protocolsGoWithTheirAddresses() {
        const auto hops = [](const char* addresses, const char* protocols) {
            return shown(parseForwardedFor(addresses, protocols));
        };
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7+"), hops("192.0.2.7", "https"));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7+ 10.0.0.1-"),
                             hops("192.0.2.7, 10.0.0.1", "HTTPS, http"));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7+ 10.0.0.1+"),
                             hops("192.0.2.7, 10.0.0.1", "https"));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7-"), hops("192.0.2.7", "https, http"));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), hops("192.0.2.7", "wss"));
        CPPUNIT_ASSERT_EQUAL(std::string("?+"), hops("", "https"));
    }

    void longFieldsAreRead() {
        std::string text;
        for (int i = 0; i < 10000; ++i) text += "for=192.0.2.7,";
        CPPUNIT_ASSERT_EQUAL(std::size_t{10000}, parseForwarded(text).size());
        CPPUNIT_ASSERT(parseForwarded(std::string(100000, '"')).empty());
        CPPUNIT_ASSERT(parseForwarded("for=\"" + std::string(100000, '\\')).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ForwardedTest);

}  // namespace errand::access
