// SPDX-License-Identifier: Apache-2.0
#include "base/network.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::base {

using namespace std::string_view_literals;

class NetworkTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NetworkTest);
    CPPUNIT_TEST(oneAddressHasOneForm);
    CPPUNIT_TEST(textAroundAnAddressIsRefused);
    CPPUNIT_TEST(networksHoldTheirAddresses);
    CPPUNIT_TEST(theEdgesOfNetworksAreExact);
    CPPUNIT_TEST(loopbackIsKnown);
    CPPUNIT_TEST(aMappedAddressIsTheOneItMaps);
    CPPUNIT_TEST(whatIsNoNetworkIsRefused);
    CPPUNIT_TEST_SUITE_END();

    static bool holds(std::string_view network, std::string_view address) {
        return Network::parse(network).value().contains(IpAddress::parse(address).value());
    }

    void oneAddressHasOneForm() {
        const std::pair<const char*, const char*> all[] = {{"192.0.2.7", "192.0.2.7"},
                                                           {"::ffff:192.0.2.7", "192.0.2.7"},
                                                           {"::FFFF:c000:207", "192.0.2.7"},
                                                           {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
                                                           {"::", "::"},
                                                           {"0.0.0.0", "0.0.0.0"}};
        for (const auto& [written, form] : all) {
            const IpAddress address = IpAddress::parse(written).value();
            CPPUNIT_ASSERT_EQUAL(std::string(form), address.toString());
            CPPUNIT_ASSERT(IpAddress::parse(form) == address);
        }
    }

    void textAroundAnAddressIsRefused() {
        for (const auto text : {""sv, " 1.2.3.4"sv, "1.2.3.4 "sv, "1.2.3.4\0"sv, "1.2.3.4\0x"sv,
                                "1.2.3"sv, "1.2.3.256"sv, "01.2.3.4"sv, "[::1]"sv, "::1%eth0"sv,
                                "1.2.3.4:80"sv, ":::"sv, "localhost"sv, "1.2.3.4/32"sv}) {
            CPPUNIT_ASSERT_MESSAGE(std::string(text), !IpAddress::parse(text));
        }
        CPPUNIT_ASSERT(!IpAddress::parse(std::string(100000, ':')));
    }

    void networksHoldTheirAddresses() {
        CPPUNIT_ASSERT(holds("10.0.0.0/8", "10.1.2.3"));
        CPPUNIT_ASSERT(!holds("10.0.0.0/8", "11.0.0.0"));
        CPPUNIT_ASSERT(holds("10.9.9.9/8", "10.1.2.3"));
        CPPUNIT_ASSERT(holds("192.0.2.7", "192.0.2.7"));
        CPPUNIT_ASSERT(!holds("192.0.2.7", "192.0.2.6"));
        CPPUNIT_ASSERT(holds("::1", "::1"));
        CPPUNIT_ASSERT(holds("0.0.0.0/0", "203.0.113.9"));
        CPPUNIT_ASSERT(!holds("0.0.0.0/0", "2001:db8::1"));
        CPPUNIT_ASSERT(holds("::/0", "203.0.113.9"));
    }

    void loopbackIsKnown() {
        for (const char* own : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"})
            CPPUNIT_ASSERT_MESSAGE(own, IpAddress::parse(own)->isLoopback());
        for (const char* other : {"126.255.255.255", "128.0.0.1", "::", "::2", "1::1", "10.0.0.1"})
            CPPUNIT_ASSERT_MESSAGE(other, !IpAddress::parse(other)->isLoopback());
    }

    void theEdgesOfNetworksAreExact() {
        CPPUNIT_ASSERT(holds("172.16.0.0/12", "172.16.0.0"));
        CPPUNIT_ASSERT(holds("172.16.0.0/12", "172.31.255.255"));
        CPPUNIT_ASSERT(!holds("172.16.0.0/12", "172.15.255.255"));
        CPPUNIT_ASSERT(!holds("172.16.0.0/12", "172.32.0.0"));
        CPPUNIT_ASSERT(holds("fc00::/7", "fdff::1"));
        CPPUNIT_ASSERT(!holds("fc00::/7", "fe00::"));
    }

    void aMappedAddressIsTheOneItMaps() {
        CPPUNIT_ASSERT(holds("10.0.0.0/8", "::ffff:10.0.0.1"));
        CPPUNIT_ASSERT(holds("::ffff:10.0.0.0/104", "10.0.0.1"));
        CPPUNIT_ASSERT(!holds("::ffff:10.0.0.0/104", "11.0.0.1"));
        CPPUNIT_ASSERT(!holds("10.0.0.0/8", "64:ff9b::10.0.0.1"));
    }

    void whatIsNoNetworkIsRefused() {
        for (const char* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1",
                                 "10.0.0.0/+8", "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0.0/0x8",
                                 "a.example", "fe80::1%eth0/64", "10.0.0.0/99999999999999"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Network::parse(text));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NetworkTest);

}  // namespace errand::base
