// SPDX-License-Identifier: Apache-2.0
#include "http/routes.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::http {
namespace {

class RoutesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RoutesTest);
    CPPUNIT_TEST(everyRouteIsFoundByItsPath);
    CPPUNIT_TEST(theIdIsOneSegment);
    CPPUNIT_TEST(headFindsWhatGetFinds);
    CPPUNIT_TEST(otherMethodsOfAKnownPathFindNothing);
    CPPUNIT_TEST(allowedMethodsAreListed);
    CPPUNIT_TEST_SUITE_END();

    static std::string found(std::string_view method, std::string_view path) {
        const Match match = http::match(method, path);
        return match.route ? std::string(match.route->path) : std::string();
    }

    void everyRouteIsFoundByItsPath() {
        for (const Route& route : routes()) {
            std::string path(route.path);
            if (const auto at = path.find('{'); at != std::string::npos)
                path.replace(at, path.find('}') + 1 - at, "7");
            CPPUNIT_ASSERT_EQUAL(std::string(route.path), found(route.method, path));
            CPPUNIT_ASSERT(route.text != nullptr && *route.text != 0);
        }
    }

    void theIdIsOneSegment() {
        CPPUNIT_ASSERT_EQUAL(std::string("42"), std::string(match("GET", "/jobs/42").id));
        CPPUNIT_ASSERT_EQUAL(std::string("42"), std::string(match("POST", "/jobs/42/retry").id));
        CPPUNIT_ASSERT_EQUAL(std::string("/jobs/retry"), found("POST", "/jobs/retry"));
        CPPUNIT_ASSERT(!match("GET", "/jobs/").knownPath);
        CPPUNIT_ASSERT(!match("GET", "/jobs/4/2").knownPath);
        CPPUNIT_ASSERT(!match("POST", "/jobs//retry").knownPath);
        CPPUNIT_ASSERT(!match("POST", "/jobs/4/2/retry").knownPath);
    }

    void headFindsWhatGetFinds() {
        CPPUNIT_ASSERT_EQUAL(std::string("/livez"), found("HEAD", "/livez"));
        CPPUNIT_ASSERT_EQUAL(std::string(), found("HEAD", "/compute"));
    }

    void otherMethodsOfAKnownPathFindNothing() {
        CPPUNIT_ASSERT_EQUAL(std::string(), found("GET", "/compute"));
        CPPUNIT_ASSERT(match("GET", "/compute").knownPath);
        CPPUNIT_ASSERT_EQUAL(std::string(), found("get", "/jobs"));
        CPPUNIT_ASSERT_EQUAL(std::string("/*"), found("GET", "/nowhere"));
        CPPUNIT_ASSERT_EQUAL(std::string(), found("POST", "/nowhere"));
    }

    void allowedMethodsAreListed() {
        CPPUNIT_ASSERT_EQUAL(std::string("POST, GET, HEAD, DELETE, OPTIONS"),
                             allowedMethods("/jobs"));
        CPPUNIT_ASSERT_EQUAL(std::string("POST, OPTIONS"), allowedMethods("/services/mail/pause"));
        CPPUNIT_ASSERT_EQUAL(std::string("GET, HEAD, DELETE, OPTIONS"), allowedMethods("/jobs/1"));
        CPPUNIT_ASSERT_EQUAL(std::string("GET, HEAD, OPTIONS"), allowedMethods("/style.css"));
        CPPUNIT_ASSERT_EQUAL(std::string("POST, GET, HEAD, DELETE, OPTIONS"), allowedMethods("*"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RoutesTest);

}  // namespace
}  // namespace errand::http
