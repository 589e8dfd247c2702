// SPDX-License-Identifier: Apache-2.0
#include "webhook/resolver.h"

#include <cppunit/extensions/HelperMacros.h>

#include "webhook/trouble.h"

namespace errand::webhook {

class ResolverTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ResolverTest);
    CPPUNIT_TEST(addressesAreThemselves);
    CPPUNIT_TEST(namesHaveAddresses);
    CPPUNIT_TEST(unknownNamesAreTrouble);
    CPPUNIT_TEST_SUITE_END();

    void addressesAreThemselves() {
        for (const char* text : {"192.0.2.7", "2001:db8::7"}) {
            const auto found = Resolver::system().resolve(text);
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, found.size());
            CPPUNIT_ASSERT_EQUAL(std::string(text), found[0].toString());
        }
    }

    void namesHaveAddresses() {
        const auto found = Resolver::system().resolve("localhost");
        CPPUNIT_ASSERT(!found.empty());
        for (const auto& address : found) CPPUNIT_ASSERT(address.isLoopback());
    }

    // Reserved to be unknown (RFC 6761, 6.4).
    void unknownNamesAreTrouble() {
        try {
            Resolver::system().resolve("nobody.invalid");
            CPPUNIT_FAIL("was found");
        } catch (const Trouble& trouble) {
            const std::string text = trouble.what();
            CPPUNIT_ASSERT_MESSAGE(text, text.find("nobody.invalid") != std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResolverTest);

}  // namespace errand::webhook
