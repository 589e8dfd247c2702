// SPDX-License-Identifier: Apache-2.0
#include "cli/cursor.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::cli {

class CursorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CursorTest);
    CPPUNIT_TEST(namesAreTaken);
    CPPUNIT_TEST(blanksAndCommentsAreSkipped);
    CPPUNIT_TEST(placesAreLinesAndCharacters);
    CPPUNIT_TEST(whatMayBeCompletedIsIncomplete);
    CPPUNIT_TEST_SUITE_END();

    void namesAreTaken() {
        Cursor cursor("n\xC3\xA4m_1.x 9a");
        CPPUNIT_ASSERT_EQUAL(std::string("n\xC3\xA4m_1"), std::string(cursor.takeName()));
        CPPUNIT_ASSERT(cursor.takeName().empty() && cursor.takeIf('.') && !cursor.takeIf('.'));
        cursor.advance(2);
        CPPUNIT_ASSERT(cursor.takeName().empty());
        CPPUNIT_ASSERT(cursor.sees("9a") && cursor.peek(1) == 'a' && cursor.peek(2) == '\0');
    }

    void blanksAndCommentsAreSkipped() {
        Cursor cursor(" \t# no\n \\\n x");
        cursor.skipBlank(false);
        CPPUNIT_ASSERT_EQUAL('\n', cursor.peek());
        cursor.skipBlank(true);
        CPPUNIT_ASSERT_EQUAL('x', cursor.take());
        CPPUNIT_ASSERT(cursor.atEnd() && !cursor.takeIf('x'));
    }

    void placesAreLinesAndCharacters() {
        Cursor cursor("a\n\xC3\xA4\xC3\xA4x");
        cursor.advance(6);
        try {
            cursor.fail("no");
        } catch (const BadSyntax& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("no (line 2, column 3)"), std::string(error.what()));
            CPPUNIT_ASSERT(!error.incomplete());
        }
    }

    void whatMayBeCompletedIsIncomplete() {
        Cursor cursor("x \\");
        cursor.advance(1);
        try {
            cursor.skipBlank(false);
            CPPUNIT_FAIL("the backslash was skipped");
        } catch (const BadSyntax& error) {
            CPPUNIT_ASSERT(error.incomplete());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CursorTest);

}  // namespace errand::cli
