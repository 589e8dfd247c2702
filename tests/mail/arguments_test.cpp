// SPDX-License-Identifier: Apache-2.0
#include "mail/arguments.h"

#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <string>

#include "base/json.h"
#include "rpc/error.h"

namespace errand::mail {
namespace {

using base::Json;
using std::string;
using namespace std::string_literals;

class MailArgumentsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MailArgumentsTest);
    CPPUNIT_TEST(subjectsOfOneLineAreFine);
    CPPUNIT_TEST(subjectsThatCouldEndTheirHeaderAreRefused);
    CPPUNIT_TEST(subjectsAreCountedInCharacters);
    CPPUNIT_TEST(contentsHoldAnythingUpToTheLimit);
    CPPUNIT_TEST(otherTypesAreRefused);
    CPPUNIT_TEST_SUITE_END();

    // Whether check and read agree that the text will do; else the words of check.
    template <class T>
    static std::optional<string> fault(const char* name, const string& text) {
        const std::optional<string> checked = rpc::Argument<T>::check(Json(text));
        try {
            CPPUNIT_ASSERT(rpc::Argument<T>::read(Json(text)).text == text);
            CPPUNIT_ASSERT(!checked);
        } catch (const rpc::Error& error) {
            CPPUNIT_ASSERT(checked.has_value());
            CPPUNIT_ASSERT_EQUAL("ValueError"s, error.type());
            CPPUNIT_ASSERT_EQUAL(name + (" " + *checked), string(error.what()));
        }
        return checked;
    }

    void subjectsOfOneLineAreFine() {
        for (const string& text : {""s, "API Notification"s, "Grüße\t日本語"s, "\x7f\x1b"s}) {
            CPPUNIT_ASSERT_MESSAGE(text, !fault<Subject>("subject", text));
        }
    }

    void subjectsThatCouldEndTheirHeaderAreRefused() {
        for (const string& text : {"a\r\nBcc: x@y.z"s, "\n"s, "a\r"s, "\0a"s}) {
            const auto words = fault<Subject>("subject", text);
            CPPUNIT_ASSERT_EQUAL("must not contain CR, LF or NUL"s, words.value_or("fine"));
        }
    }

    void subjectsAreCountedInCharacters() {
        for (const char* character : {"s", "ü", "語", "😀"}) {
            string text;
            for (int i = 0; i < 998; ++i) text += character;
            CPPUNIT_ASSERT(!fault<Subject>("subject", text));
            const auto words = fault<Subject>("subject", text + "s");
            CPPUNIT_ASSERT_EQUAL("must have at most 998 characters"s, words.value_or("fine"));
        }
    }

    void contentsHoldAnythingUpToTheLimit() {
        CPPUNIT_ASSERT(!fault<Contents>("contents", "\r\n.\r\n\0ü"s));
        CPPUNIT_ASSERT(!fault<Contents>("contents", string(7'000'000, 'c')));
        const auto words = fault<Contents>("contents", string(7'000'001, 'c'));
        CPPUNIT_ASSERT_EQUAL("must have at most 7000000 bytes"s, words.value_or("fine"));
    }

    void otherTypesAreRefused() {
        for (const char* value : {"null", "1", "true", "[]", "{}"}) {
            const Json json = Json::parse(value);
            CPPUNIT_ASSERT_MESSAGE(value, rpc::Argument<Subject>::check(json).has_value());
            CPPUNIT_ASSERT_MESSAGE(value, rpc::Argument<Contents>::check(json).has_value());
            CPPUNIT_ASSERT_THROW(rpc::Argument<Subject>::read(json), rpc::Error);
            CPPUNIT_ASSERT_THROW(rpc::Argument<Contents>::read(json), rpc::Error);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MailArgumentsTest);

}  // namespace
}  // namespace errand::mail
