// SPDX-License-Identifier: Apache-2.0
#include "http/query.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class QueryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(QueryTest);
    CPPUNIT_TEST(parametersAreDecoded);
    CPPUNIT_TEST(blankOnesAskForNothing);
    CPPUNIT_TEST(badOnesAreNamed);
    CPPUNIT_TEST_SUITE_END();

    // "name=value;" each, or the refusal's body.
    static std::string read(std::string_view query) {
        std::vector<QueryParameter> parameters;
        if (const auto refusal = readQuery(query, parameters)) return refusal->body;
        std::string text;
        for (const auto& [name, value] : parameters) text += name + '=' + value + ';';
        return text;
    }

    void parametersAreDecoded() {
        CPPUNIT_ASSERT_EQUAL(std::string("a b=c&d=e;f=\xc3\xa4;"), read("a+b=c%26d=e&f=%C3%a4"));
    }

    void blankOnesAskForNothing() {
        CPPUNIT_ASSERT_EQUAL(std::string(), read(""));
        CPPUNIT_ASSERT_EQUAL(std::string("c=1;"), read("a=&b&&c=1&"));
    }

    void badOnesAreNamed() {
        ASSERT_CONTAINS(R"("parameter":"a")", read("a=%x"));
        ASSERT_CONTAINS(R"("parameter":"a")", read("a=1&%61=2"));
        ASSERT_CONTAINS("given twice", read("a=1&a=2"));
        ASSERT_CONTAINS("not UTF-8", read("a=%ff"));
        CPPUNIT_ASSERT_EQUAL(400, badParameter("a", "is x").status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(QueryTest);

}  // namespace
}  // namespace errand::http
