// SPDX-License-Identifier: Apache-2.0
#include "access/identity.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::access {

class IdentityTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IdentityTest);
    CPPUNIT_TEST(aScopeGivesItselfAlone);
    CPPUNIT_TEST(adminGivesAll);
    CPPUNIT_TEST(scopesAreReadAsTheyAreWritten);
    CPPUNIT_TEST(whatIsNoScopeIsRefused);
    CPPUNIT_TEST_SUITE_END();

    void aScopeGivesItselfAlone() {
        const Scopes scopes{Scope::submit};
        CPPUNIT_ASSERT(scopes.has(Scope::submit));
        CPPUNIT_ASSERT(!scopes.has(Scope::read));
        CPPUNIT_ASSERT(!scopes.has(Scope::admin));
        CPPUNIT_ASSERT(!Scopes().has(Scope::read));
    }

    void adminGivesAll() {
        const Scopes scopes{Scope::admin};
        for (const Scope scope : {Scope::submit, Scope::read, Scope::admin}) {
            CPPUNIT_ASSERT(scopes.has(scope));
        }
        // But it is kept as it was given.
        CPPUNIT_ASSERT_EQUAL(std::string("admin"), scopes.toString());
    }

    void scopesAreReadAsTheyAreWritten() {
        const std::pair<const char*, const char*> all[] = {
            {"submit", "submit"},
            {"read,submit", "submit,read"},
            {"submit,read,admin", "submit,read,admin"},
            {"read,read", "read"}};
        for (const auto& [text, form] : all) {
            const Scopes scopes = Scopes::parse(text).value();
            CPPUNIT_ASSERT_EQUAL(std::string(form), scopes.toString());
            CPPUNIT_ASSERT(Scopes::parse(form) == scopes);
        }
    }

    void whatIsNoScopeIsRefused() {
        for (const char* text : {"", ",", "submit,", ",submit", "submit,,read", "Submit", "write",
                                 "submit read", " read", "submit;read", "readadmin"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Scopes::parse(text));
        }
        CPPUNIT_ASSERT(!Scopes::parse(std::string_view("read\0", 5)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IdentityTest);

}  // namespace errand::access
