// SPDX-License-Identifier: Apache-2.0
#include "access/cookie.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::access {

using namespace std::chrono_literals;

class CookieTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CookieTest);
    CPPUNIT_TEST(aCookieIsFoundAmongOthers);
    CPPUNIT_TEST(theFirstOneCounts);
    CPPUNIT_TEST(quotesAreTakenOff);
    CPPUNIT_TEST(otherNamesAreOthers);
    CPPUNIT_TEST(whatNoCookieMayHoldIsNone);
    CPPUNIT_TEST(longFieldsAreRead);
    CPPUNIT_TEST(theSessionsCookieIsForThisSiteAlone);
    CPPUNIT_TEST(aLifetimeOfZeroTakesItBack);
    CPPUNIT_TEST_SUITE_END();

    static std::string found(std::string_view field, std::string_view name = "session") {
        return std::string(cookieValue(field, name).value_or("none"));
    }

    void aCookieIsFoundAmongOthers() {
        for (const char* field :
             {"session=abc", "a=b; session=abc", "session=abc; a=b", "a=b;session=abc;c=d",
              "session=abc;", ";;session=abc", " session = abc ", "a; session=abc",
              "=x; session=abc", "a=\"; session=abc"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(field, std::string("abc"), found(field));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("a=b=="), found("session=a=b=="));
        CPPUNIT_ASSERT_EQUAL(std::string(), found("session="));
    }

    void theFirstOneCounts() {
        CPPUNIT_ASSERT_EQUAL(std::string("one"), found("session=one; session=two"));
        CPPUNIT_ASSERT_EQUAL(std::string(), found("session=; session=two"));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), found("session=a b; session=two"));
    }

    void quotesAreTakenOff() {
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), found("session=\"abc\""));
        CPPUNIT_ASSERT_EQUAL(std::string(), found("session=\"\""));
        for (const char* field : {"session=\"", "session=\"abc", "session=abc\"", "session=a\"c",
                                  "session=\"a\"c\"", "session=\"a;b\""}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(field, std::string("none"), found(field));
        }
    }

    void otherNamesAreOthers() {
        for (const char* field :
             {"", "session", "Session=abc", "xsession=abc", "sessionx=abc", "a=session=abc",
              "a=\"x; y\" session=abc", "__Host-session=abc"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(field, std::string("none"), found(field));
        }
    }

    void whatNoCookieMayHoldIsNone() {
        for (const std::string value :
             {"a b", "a,b", "a\\b", "a\x01", "a\x7f", "\xc3\xa4", "a\nb"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::string("none"), found("session=" + value));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("none"), found(std::string_view("session=a\0b", 11)));
    }

    void longFieldsAreRead() {
        CPPUNIT_ASSERT_EQUAL(std::string("none"), found(std::string(1'000'000, ';')));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"),
                             found(std::string(1'000'000, '=') + ";session=abc"));
    }

    void theSessionsCookieIsForThisSiteAlone() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("session=abc; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure"),
            sessionCookie("session", "abc", 12h, true));
        CPPUNIT_ASSERT_EQUAL(
            std::string("session=abc; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"),
            sessionCookie("session", "abc", 12h, false));
    }

    void aLifetimeOfZeroTakesItBack() {
        CPPUNIT_ASSERT_EQUAL(std::string("session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"),
                             sessionCookie("session", "", 0s, false));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CookieTest);

}  // namespace errand::access
