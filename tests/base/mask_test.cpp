// SPDX-License-Identifier: Apache-2.0
#include "base/mask.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::base {

class MaskTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MaskTest);
    CPPUNIT_TEST(passwordIsHidden);
    CPPUNIT_TEST(eachOfAListIsHidden);
    CPPUNIT_TEST(passwordMayHoldSeparators);
    CPPUNIT_TEST(whatHasNoPasswordStaysAsItIs);
    CPPUNIT_TEST(sentencesAroundItStay);
    CPPUNIT_TEST_SUITE_END();

public:
    void passwordIsHidden() {
        equal("amqp://guest:********@localhost:5672//", "amqp://guest:guest@localhost:5672//");
        equal("amqps://u:********@[::1]/v", "amqps://u:p@[::1]/v");
        equal("amqp://u:********@h", "amqp://u:@h");
        equal("amqp://:********@h", "amqp://:secret@h");
    }

    void eachOfAListIsHidden() {
        equal("amqp://a:********@h;amqp://b:********@i;amqp://j",
              "amqp://a:one@h;amqp://b:two@i;amqp://j");
    }

    void passwordMayHoldSeparators() {
        equal("amqp://a:********@h/v", "amqp://a:p:q;r,s?t#u@h/v");
        equal("amqp://a:********@h", "amqp://a:p@ss@h");
        equal("amqp://a:********@h", "amqp://a:sl/ash@h");
    }

    void whatHasNoPasswordStaysAsItIs() {
        for (const char* text : {"", "amqp://", "amqp://localhost:5672/v", "amqp://guest@h/v",
                                 "user:password@host", "://", "a@b.c: no URI at all"}) {
            equal(text, text);
        }
    }

    void sentencesAroundItStay() {
        equal("amqp.uri: bad: amqp://a:********@h; write it as amqp://user:********@host",
              "amqp.uri: bad: amqp://a:one@h; write it as amqp://user:password@host");
        equal("to amqp://a:********@h\nfrom x@y", "to amqp://a:one@h\nfrom x@y");
    }

private:
    static void equal(const std::string& expected, const std::string& text) {
        CPPUNIT_ASSERT_EQUAL(expected, maskPasswords(text));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MaskTest);

}  // namespace errand::base
