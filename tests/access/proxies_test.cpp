// SPDX-License-Identifier: Apache-2.0
#include "access/proxies.h"

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

namespace errand::access {

class ProxiesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProxiesTest);
    CPPUNIT_TEST(networksAndAddressesAreTrusted);
    CPPUNIT_TEST(aBadEntryIsNamed);
    CPPUNIT_TEST(whoIsNotTrustedIsTheClient);
    CPPUNIT_TEST(aTrustedProxyNamesTheClient);
    CPPUNIT_TEST(theLastThatIsNoProxyIsTheClient);
    CPPUNIT_TEST(aClientAmongTheProxiesIsTheFirst);
    CPPUNIT_TEST(whoIsNotNamedIsTheLastKnown);
    CPPUNIT_TEST(malformedFieldsLeaveThePeer);
    CPPUNIT_TEST(theStandardFieldWins);
    CPPUNIT_TEST(encryptionIsThatOfTheClient);
    CPPUNIT_TEST(peersAreKnownInEveryForm);
    CPPUNIT_TEST_SUITE_END();

    const Proxies proxies_{{"10.0.0.0/8", "::1", "192.0.2.7"}};

    std::string forwarded(const std::string& text, const std::string& peer = "10.0.0.1") const {
        return proxies_.clientOf(peer, {text, {}, {}}, false).address;
    }

    std::string forwardedFor(const std::string& text, const std::string& peer = "10.0.0.1") const {
        return proxies_.clientOf(peer, {{}, text, {}}, false).address;
    }

    void networksAndAddressesAreTrusted() {
        for (const char* address :
             {"10.0.0.0", "10.255.255.255", "::1", "192.0.2.7", "::ffff:10.1.2.3"}) {
            CPPUNIT_ASSERT_MESSAGE(address, proxies_.trusts(address));
        }
        for (const char* address : {"11.0.0.0", "::2", "192.0.2.8", "127.0.0.1", "", "unknown",
                                    "10.0.0.1:80", "64:ff9b::10.0.0.1"}) {
            CPPUNIT_ASSERT_MESSAGE(address, !proxies_.trusts(address));
        }
        CPPUNIT_ASSERT(!Proxies().trusts("127.0.0.1"));
    }

    void aBadEntryIsNamed() {
        for (const std::string entry : {"10.0.0.0/33", "proxy.example", "", "10.0.0.0/8,::1"}) {
            try {
                const Proxies proxies({"::1", entry});
                CPPUNIT_FAIL("took " + entry);
            } catch (const Poco::InvalidArgumentException& reason) {
                CPPUNIT_ASSERT_EQUAL(
                    entry + " is neither a network such as 10.0.0.0/8 nor an address",
                    reason.message());
            }
        }
    }

    void whoIsNotTrustedIsTheClient() {
        for (const char* peer : {"192.0.2.8", "2001:db8::1"}) {
            const Client client =
                proxies_.clientOf(peer, {"for=1.2.3.4;proto=https", "1.2.3.4", "https"}, false);
            CPPUNIT_ASSERT_EQUAL(std::string(peer), client.address);
            CPPUNIT_ASSERT(!client.secure);
            CPPUNIT_ASSERT(proxies_.clientOf(peer, {"proto=http", {}, "http"}, true).secure);
        }
    }

    void aTrustedProxyNamesTheClient() {
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3.4"), forwarded("for=1.2.3.4"));
        CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::1"), forwarded("for=\"[2001:DB8::1]:80\""));
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3.4"), forwardedFor("1.2.3.4"));
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.1"), forwarded(""));
    }

    void theLastThatIsNoProxyIsTheClient() {
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3.4"),
                             forwarded("for=6.6.6.6, for=1.2.3.4, for=10.0.0.2, for=\"[::1]\""));
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3.4"),
                             forwardedFor("10.9.9.9, 6.6.6.6, 1.2.3.4, 10.0.0.2, 192.0.2.7"));
    }

    void aClientAmongTheProxiesIsTheFirst() {
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.3"), forwarded("for=10.0.0.3, for=10.0.0.2"));
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.3"), forwardedFor("10.0.0.3, 10.0.0.2"));
    }

    // What stands before an unknown place anybody may have written.
    void whoIsNotNamedIsTheLastKnown() {
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.1"), forwarded("for=6.6.6.6, for=unknown"));
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.2"),
                             forwarded("for=6.6.6.6, for=_hidden, for=10.0.0.2"));
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.1"), forwarded("for=6.6.6.6, proto=https"));
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.2"), forwardedFor("6.6.6.6, rubbish, 10.0.0.2"));
    }

    void malformedFieldsLeaveThePeer() {
        for (const char* text : {"for=\"1.2.3.4", "for=6.6.6.6 for=1.2.3.4", "1.2.3.4", ";;;",
                                 "for=1.2.3.4;for=6.6.6.6", "\"", "for=\"\\"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string("10.0.0.1"), forwarded(text));
        }
        for (const char* text : {"1.2.3.4 6.6.6.6", "a.example", ",", "1.2.3.4;6.6.6.6"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string("10.0.0.1"), forwardedFor(text));
        }
        // But what a client has put before it does not spoil what the proxy says.
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3.4"), forwardedFor("\"rubbish, 1.2.3.4"));
    }

    void theStandardFieldWins() {
        const Client client =
            proxies_.clientOf("10.0.0.1", {"for=1.2.3.4", "6.6.6.6", "https"}, false);
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3.4"), client.address);
        CPPUNIT_ASSERT(!client.secure);
        // Even where it makes no sense.
        CPPUNIT_ASSERT_EQUAL(
            std::string("10.0.0.1"),
            proxies_.clientOf("10.0.0.1", {"rubbish", "6.6.6.6", {}}, false).address);
    }

    void encryptionIsThatOfTheClient() {
        const auto secure = [this](const char* text, const char* forwardedFor, const char* protocol,
                                   bool here) {
            return proxies_.clientOf("10.0.0.1", {text, forwardedFor, protocol}, here).secure;
        };
        CPPUNIT_ASSERT(secure("for=1.2.3.4;proto=https", "", "", false));
        CPPUNIT_ASSERT(!secure("for=1.2.3.4;proto=http", "", "", true));
        CPPUNIT_ASSERT(secure("for=1.2.3.4;proto=https, for=10.0.0.2;proto=http", "", "", false));
        CPPUNIT_ASSERT(!secure("for=6.6.6.6;proto=https, for=1.2.3.4;proto=http", "", "", true));
        CPPUNIT_ASSERT(secure("for=1.2.3.4", "", "", true));
        CPPUNIT_ASSERT(secure("for=unknown;proto=https", "", "", false));
        CPPUNIT_ASSERT(secure("", "1.2.3.4", "https", false));
        CPPUNIT_ASSERT(!secure("", "1.2.3.4", "http", true));
        CPPUNIT_ASSERT(secure("", "", "https", false));
        CPPUNIT_ASSERT(secure("", "1.2.3.4, 10.0.0.2", "https, http", false));
        CPPUNIT_ASSERT(!secure("", "6.6.6.6, 1.2.3.4", "https, http", false));
        CPPUNIT_ASSERT(secure("", "", "", true));
    }

    void peersAreKnownInEveryForm() {
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3.4"), forwarded("for=1.2.3.4", "::ffff:10.0.0.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.8"), forwarded("", "::ffff:192.0.2.8"));
        for (const char* peer : {"fe80::1%2", "", "a socket"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(peer), forwarded("for=1.2.3.4", peer));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProxiesTest);

}  // namespace errand::access
