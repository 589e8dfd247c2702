// SPDX-License-Identifier: Apache-2.0
#include "webhook/fence.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::webhook {

using Poco::Net::IPAddress;

class FenceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FenceTest);
    CPPUNIT_TEST(publicAddressesMayBeAsked);
    CPPUNIT_TEST(internalAddressesAreRefused);
    CPPUNIT_TEST(theEdgesOfNetworksAreExact);
    CPPUNIT_TEST(otherFormsOfTheSameAddressAreTheSame);
    CPPUNIT_TEST(networksAreAllowed);
    CPPUNIT_TEST(hostsAreAllowed);
    CPPUNIT_TEST(oneNetworkAllowsNoOther);
    CPPUNIT_TEST(hostsTellWithoutALookUp);
    CPPUNIT_TEST(entriesAreNetworksAddressesAndNames);
    CPPUNIT_TEST_SUITE_END();

    static std::string refusal(const std::string& address, const Fence& fence = Fence()) {
        return fence.refusal("a.example", IPAddress(address)).value_or("");
    }

    void publicAddressesMayBeAsked() {
        for (const char* address :
             {"8.8.8.8", "1.1.1.1", "172.15.255.255", "2001:4860:4860::8888", "2606:4700::1111",
              "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2001:200::1"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(address, std::string(), refusal(address));
        }
    }

    void internalAddressesAreRefused() {
        const std::pair<const char*, const char*> all[] = {{"127.0.0.1", "loopback"},
                                                           {"127.255.255.254", "loopback"},
                                                           {"0.0.0.0", "unspecified"},
                                                           {"0.1.2.3", "unspecified"},
                                                           {"10.1.2.3", "private"},
                                                           {"172.16.0.1", "private"},
                                                           {"192.168.1.1", "private"},
                                                           {"100.64.0.1", "private to a provider"},
                                                           {"169.254.169.254", "link-local"},
                                                           {"192.0.0.1", "reserved"},
                                                           {"192.0.2.1", "for documentation"},
                                                           {"198.51.100.7", "for documentation"},
                                                           {"203.0.113.1", "for documentation"},
                                                           {"198.18.0.1", "for benchmarks"},
                                                           {"192.88.99.1", "reserved"},
                                                           {"224.0.0.1", "multicast"},
                                                           {"239.255.255.255", "multicast"},
                                                           {"240.0.0.1", "reserved"},
                                                           {"255.255.255.255", "reserved"},
                                                           {"::", "unspecified"},
                                                           {"::1", "loopback"},
                                                           {"fe80::1", "link-local"},
                                                           {"fc00::1", "private"},
                                                           {"fd12:3456::1", "private"},
                                                           {"fec0::1", "private"},
                                                           {"ff02::1", "multicast"},
                                                           {"2001:db8::1", "for documentation"},
                                                           {"3fff::1", "for documentation"},
                                                           {"2001::1", "reserved"},
                                                           {"2002:7f00:1::", "reserved"},
                                                           {"100::1", "reserved"},
                                                           {"64:ff9b:1::1", "reserved"},
                                                           {"5f00::1", "reserved"},
                                                           {"4000::1", "reserved"}};
        for (const auto& [address, kind] : all) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(address, std::string(kind), refusal(address));
        }
    }

    void theEdgesOfNetworksAreExact() {
        for (const char* outside : {"9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
                                    "126.255.255.255", "128.0.0.0", "169.253.255.255", "172.32.0.0",
                                    "198.17.255.255", "198.20.0.0", "223.255.255.255"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(outside, std::string(), refusal(outside));
        }
        for (const char* inside : {"10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
                                   "172.31.255.255", "198.19.255.255", "febf::1", "fdff::1"}) {
            CPPUNIT_ASSERT_MESSAGE(inside, !refusal(inside).empty());
        }
    }

    void otherFormsOfTheSameAddressAreTheSame() {
        for (const char* address : {"::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::127.0.0.1"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(address, std::string("loopback"), refusal(address));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("link-local"), refusal("64:ff9b::169.254.169.254"));
        // IPv4-compatible: no longer in use.
        CPPUNIT_ASSERT_EQUAL(std::string("reserved"), refusal("::127.0.0.1"));
    }

    void networksAreAllowed() {
        const Fence fence({"127.0.0.0/8", "fd00::/8", "10.1.2.3"});
        for (const char* address :
             {"127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1", "fd00::7", "10.1.2.3", "8.8.8.8"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(address, std::string(), refusal(address, fence));
        }
        for (const char* address : {"10.1.2.4", "fc00::1", "::1", "192.168.0.1"}) {
            CPPUNIT_ASSERT_MESSAGE(address, !refusal(address, fence).empty());
        }
    }

    void hostsAreAllowed() {
        const Fence fence({"Hooks.Internal"});
        CPPUNIT_ASSERT(!fence.refusal("hooks.internal", IPAddress("10.0.0.1")));
        CPPUNIT_ASSERT(fence.refusal("a.hooks.internal", IPAddress("10.0.0.1")));
        CPPUNIT_ASSERT(fence.refusal("internal", IPAddress("10.0.0.1")));
    }

    void oneNetworkAllowsNoOther() {
        // All of NAT64 is no network of its own: each address counts as the one it leads to.
        const Fence fence({"64:ff9b::/96", "10.0.0.0/9"});
        CPPUNIT_ASSERT_EQUAL(std::string("loopback"), refusal("64:ff9b::127.0.0.1", fence));
        CPPUNIT_ASSERT_EQUAL(std::string("loopback"), refusal("127.0.0.1", fence));
        CPPUNIT_ASSERT_EQUAL(std::string("private"), refusal("10.128.0.0", fence));
        CPPUNIT_ASSERT_EQUAL(std::string(), refusal("10.127.255.255", fence));
        CPPUNIT_ASSERT_EQUAL(std::string(), refusal("64:ff9b::10.1.1.1", fence));
    }

    void hostsTellWithoutALookUp() {
        const Fence fence;
        CPPUNIT_ASSERT_EQUAL(std::string("loopback"), fence.refusal("127.0.0.1").value());
        CPPUNIT_ASSERT_EQUAL(std::string("loopback"), fence.refusal("::1").value());
        CPPUNIT_ASSERT_EQUAL(std::string("unspecified"), fence.refusal("::").value());
        CPPUNIT_ASSERT(!fence.refusal("8.8.8.8"));
        CPPUNIT_ASSERT_EQUAL(std::string("loopback"), fence.refusal("localhost").value());
        CPPUNIT_ASSERT_EQUAL(std::string("loopback"), fence.refusal("a.localhost").value());
        CPPUNIT_ASSERT(!fence.refusal("mylocalhost"));
        CPPUNIT_ASSERT(!fence.refusal("a.example"));
        CPPUNIT_ASSERT(!Fence({"localhost"}).refusal("localhost"));
        CPPUNIT_ASSERT(!Fence({"127.0.0.0/8"}).refusal("localhost"));
    }

    void entriesAreNetworksAddressesAndNames() {
        for (const char* text : {"10.0.0.0/8", "0.0.0.0/0", "::/0", "fd00::/8", "10.0.0.1/32",
                                 "10.1.2.3", "::1", "a.example", "localhost", "my_host"}) {
            CPPUNIT_ASSERT_MESSAGE(text, Fence::isEntry(text));
        }
        for (const char* text : {"", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/a", "/8",
                                 "10.0.0.0/-1", "10.0.0", "10.0.0.256", "http://a.example",
                                 "a.example:80", "*.example", "fe80::1%eth0", "10.0.0.0/8 "}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Fence::isEntry(text));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FenceTest);

}  // namespace errand::webhook
