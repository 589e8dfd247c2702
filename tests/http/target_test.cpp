// SPDX-License-Identifier: Apache-2.0
#include "http/target.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::http {
namespace {

class TargetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TargetTest);
    CPPUNIT_TEST(pathAndQueryComeApart);
    CPPUNIT_TEST(pathsAreDecodedOnce);
    CPPUNIT_TEST(absoluteTargetsLoseTheirAuthority);
    CPPUNIT_TEST(theStarIsForOptionsOnly);
    CPPUNIT_TEST(badTargetsAreRefused);
    CPPUNIT_TEST(plusIsASpaceInFormsOnly);
    CPPUNIT_TEST_SUITE_END();

    // "path?query" as read, or what is wrong.
    static std::string read(std::string_view target, std::string_view method = "GET") {
        Head head;
        head.method = method;
        if (const auto fault = readTarget(target, head)) return std::to_string(fault->status);
        return head.path + '?' + std::string(head.query);
    }

    void pathAndQueryComeApart() {
        CPPUNIT_ASSERT_EQUAL(std::string("/?"), read("/"));
        CPPUNIT_ASSERT_EQUAL(std::string("/a/b?c?d=%20"), read("/a/b?c?d=%20"));
    }

    void pathsAreDecodedOnce() {
        CPPUNIT_ASSERT_EQUAL(std::string("/a b/%41+?"), read("/a%20b/%2541+"));
        CPPUNIT_ASSERT_EQUAL(std::string("/../x?"), read("/%2e%2E/x"));
        CPPUNIT_ASSERT_EQUAL(std::string("/\0?", 3), read("/%00"));
        CPPUNIT_ASSERT_EQUAL(std::string("/\xff?"), read("/%fF"));
    }

    void absoluteTargetsLoseTheirAuthority() {
        CPPUNIT_ASSERT_EQUAL(std::string("/jobs?a"), read("HTTP://h:80/jobs?a"));
        CPPUNIT_ASSERT_EQUAL(std::string("/?"), read("https://h"));
        CPPUNIT_ASSERT_EQUAL(std::string("/?a"), read("http://h?a"));
        for (const char* target : {"http://", "http:///x", "http://u@h/", "ftp://h/", "http:/x"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(target, std::string("400"), read(target));
    }

    void theStarIsForOptionsOnly() {
        CPPUNIT_ASSERT_EQUAL(std::string("*?"), read("*", "OPTIONS"));
        CPPUNIT_ASSERT_EQUAL(std::string("400"), read("*"));
    }

    void badTargetsAreRefused() {
        for (const char* target :
             {"", "jobs", "/%", "/%1", "/%zz", "/a#b", "/a\tb", "/\x7f", "/\xc3\xa4", "h:80"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(target, std::string("400"), read(target));
    }

    void plusIsASpaceInFormsOnly() {
        std::string form;
        CPPUNIT_ASSERT(percentDecode("a+b%2B", true, form));
        CPPUNIT_ASSERT_EQUAL(std::string("a b+"), form);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TargetTest);

}  // namespace
}  // namespace errand::http
