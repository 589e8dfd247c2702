// SPDX-License-Identifier: Apache-2.0
#include "webhook/base64.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::webhook {

class Base64Test : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(Base64Test);
    CPPUNIT_TEST(theVectorsOfRfc4648);
    CPPUNIT_TEST(paddingMayBeLeftOut);
    CPPUNIT_TEST(everyByteComesBack);
    CPPUNIT_TEST(otherTextIsRefused);
    CPPUNIT_TEST_SUITE_END();

    void theVectorsOfRfc4648() {
        const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                               {"f", "Zg=="},
                                                               {"fo", "Zm8="},
                                                               {"foo", "Zm9v"},
                                                               {"foob", "Zm9vYg=="},
                                                               {"fooba", "Zm9vYmE="},
                                                               {"foobar", "Zm9vYmFy"}};
        for (const auto& [bytes, text] : vectors) {
            CPPUNIT_ASSERT_EQUAL(std::string(text), toBase64(bytes));
            CPPUNIT_ASSERT_EQUAL(std::string(bytes), fromBase64(text).value());
        }
    }

    void paddingMayBeLeftOut() {
        CPPUNIT_ASSERT_EQUAL(std::string("f"), fromBase64("Zg").value());
        CPPUNIT_ASSERT_EQUAL(std::string("fo"), fromBase64("Zm8").value());
    }

    void everyByteComesBack() {
        std::string bytes;
        for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
        CPPUNIT_ASSERT(bytes == fromBase64(toBase64(bytes)).value());
    }

    void otherTextIsRefused() {
        for (const char* text : {"Z", "Zm9vY", "Zg=", "Zg===", "Zm9v=", "Zm 9v", "Zm9v\n", "Zm9-",
                                 "Zm9_", "=", "====", "Zg==Zg==", "Z===", "\xc3\xa9=="}) {
            CPPUNIT_ASSERT_MESSAGE(text, !fromBase64(text));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Base64Test);

}  // namespace errand::webhook
