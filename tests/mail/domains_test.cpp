// SPDX-License-Identifier: Apache-2.0
#include "mail/domains.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::mail {
namespace {

class DomainsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DomainsTest);
    CPPUNIT_TEST(whereThereAreNoneMailGoesAnywhere);
    CPPUNIT_TEST(onlyThoseNamedAreAllowed);
    CPPUNIT_TEST_SUITE_END();

    void whereThereAreNoneMailGoesAnywhere() {
        CPPUNIT_ASSERT(!Domains({}).refusal("a@example.net"));
    }

    void onlyThoseNamedAreAllowed() {
        const Domains domains({"example.org", "Example.COM"});
        for (const char* good : {"a@example.org", "a@EXAMPLE.org", "a@example.com"})
            CPPUNIT_ASSERT_MESSAGE(good, !domains.refusal(good));
        for (const char* bad :
             {"a@example.net", "a@sub.example.org", "a@notexample.org", "example.org@example.net"})
            CPPUNIT_ASSERT_MESSAGE(bad, domains.refusal(bad));
        CPPUNIT_ASSERT_EQUAL(
            std::string("must be in a domain that mail.domains names, and example.net is none"),
            domains.refusal("a@Example.NET").value());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DomainsTest);

}  // namespace
}  // namespace errand::mail
