// SPDX-License-Identifier: Apache-2.0
#include "mail/base64.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "tests/mail/decoded_message.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;

class Base64Test : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(Base64Test);
    CPPUNIT_TEST(theExamplesOfTheRfc);
    CPPUNIT_TEST(everyByteAndLengthComesBack);
    CPPUNIT_TEST(linesBreakBetweenGroupsAndNotAtTheEnd);
    CPPUNIT_TEST_SUITE_END();

    void theExamplesOfTheRfc() {
        CPPUNIT_ASSERT_EQUAL(""s, base64(""));
        CPPUNIT_ASSERT_EQUAL("Zg=="s, base64("f"));
        CPPUNIT_ASSERT_EQUAL("Zm8="s, base64("fo"));
        CPPUNIT_ASSERT_EQUAL("Zm9v"s, base64("foo"));
        CPPUNIT_ASSERT_EQUAL("Zm9vYg=="s, base64("foob"));
        CPPUNIT_ASSERT_EQUAL("Zm9vYmE="s, base64("fooba"));
        CPPUNIT_ASSERT_EQUAL("Zm9vYmFy"s, base64("foobar"));
        CPPUNIT_ASSERT_EQUAL("+/8="s, base64("\xfb\xff"));
    }

    void everyByteAndLengthComesBack() {
        string bytes;
        for (int i = 0; i < 600; ++i) {
            CPPUNIT_ASSERT_EQUAL(bytes, decodeBase64(base64(bytes)));
            CPPUNIT_ASSERT_EQUAL(bytes, decodeBase64(base64(bytes, 76)));
            bytes += static_cast<char>(i * 7);
        }
    }

    void linesBreakBetweenGroupsAndNotAtTheEnd() {
        const string line(76, 'A');  // 57 zero bytes
        CPPUNIT_ASSERT_EQUAL(""s, base64("", 76));
        CPPUNIT_ASSERT_EQUAL(line, base64(string(57, '\0'), 76));
        CPPUNIT_ASSERT_EQUAL(line + "\r\nAA==", base64(string(58, '\0'), 76));
        CPPUNIT_ASSERT_EQUAL(line + "\r\n" + line, base64(string(114, '\0'), 76));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Base64Test);

}  // namespace
}  // namespace errand::mail
