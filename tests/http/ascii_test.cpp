// SPDX-License-Identifier: Apache-2.0
#include "http/ascii.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace errand::http {
namespace {

class AsciiTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AsciiTest);
    CPPUNIT_TEST(tokensHoldNoSeparators);
    CPPUNIT_TEST(namesAreTheSameInEitherCase);
    CPPUNIT_TEST(itemsAreTrimmed);
    CPPUNIT_TEST(hexadecimalDigitsHaveValues);
    CPPUNIT_TEST_SUITE_END();

    void tokensHoldNoSeparators() {
        CPPUNIT_ASSERT(isToken("Content-Length"));
        CPPUNIT_ASSERT(isToken("!#$%&'*+-.^_`|~09azAZ"));
        for (const char* text : {"", "a b", "a:", "a\t", "(a)", "a/b", "\x80", "a\x7f", "\""})
            CPPUNIT_ASSERT_MESSAGE(text, !isToken(text));
        CPPUNIT_ASSERT(!isToken(std::string_view("a\0", 2)));
    }

    void namesAreTheSameInEitherCase() {
        CPPUNIT_ASSERT(sameName("hOST", "Host"));
        CPPUNIT_ASSERT(!sameName("hosts", "host"));
        CPPUNIT_ASSERT(!sameName("h@st", "h`st"));  // apart by the bit that makes letters small
    }

    void itemsAreTrimmed() {
        std::string_view rest = " a\t, ,b c ";
        CPPUNIT_ASSERT_EQUAL(std::string("a"), std::string(takeItem(rest, ',')));
        CPPUNIT_ASSERT_EQUAL(std::string(""), std::string(takeItem(rest, ',')));
        CPPUNIT_ASSERT_EQUAL(std::string("b c"), std::string(takeItem(rest, ',')));
        CPPUNIT_ASSERT(rest.empty());
    }

    void hexadecimalDigitsHaveValues() {
        CPPUNIT_ASSERT_EQUAL(0, hexValue('0'));
        CPPUNIT_ASSERT_EQUAL(10, hexValue('a'));
        CPPUNIT_ASSERT_EQUAL(15, hexValue('F'));
        CPPUNIT_ASSERT_EQUAL(-1, hexValue('g'));
        CPPUNIT_ASSERT_EQUAL(-1, hexValue(' '));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AsciiTest);

}  // namespace
}  // namespace errand::http
