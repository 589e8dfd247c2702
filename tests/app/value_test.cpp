// SPDX-License-Identifier: Apache-2.0
#include "app/value.h"

#include <cppunit/extensions/HelperMacros.h>

#include <functional>

namespace errand::app {

using namespace std::chrono_literals;

class ValueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ValueTest);
    CPPUNIT_TEST(refusalNamesKeyValueAndOrigin);
    CPPUNIT_TEST(secretIsNotRepeated);
    CPPUNIT_TEST(passwordsWithinAreNotRepeated);
    CPPUNIT_TEST(numberOutOfRangeSaysTheRange);
    CPPUNIT_TEST(limitsBelongToTheRange);
    CPPUNIT_TEST(flagIsTrueOrFalse);
    CPPUNIT_TEST(durationSaysItsUnits);
    CPPUNIT_TEST(sizeSaysItsUnits);
    CPPUNIT_TEST(listIsTrimmed);
    CPPUNIT_TEST(listWithDoubleOrEmptyNameIsRefused);
    CPPUNIT_TEST(choiceSuggestsTheNearest);
    CPPUNIT_TEST_SUITE_END();

    static Value value(const std::string& text) {
        return {"some.key", text, "the command line", Secret::nothing};
    }

    static std::string refusal(const std::function<void()>& read) {
        try {
            read();
        } catch (const ConfigError& error) {
            return error.what();
        }
        CPPUNIT_FAIL("was not refused");
        return {};
    }

    void refusalNamesKeyValueAndOrigin() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("some.key: \"abc\" (from the command line) is not a whole number; "
                        "set it from 1 to 9: it has one digit"),
            refusal([] { value("abc").number(1, 9, "it has one digit"); }));
    }

    void secretIsNotRepeated() {
        const Value secret("some.key", "hunter2", "the command line", Secret::everything);
        CPPUNIT_ASSERT_EQUAL(std::string("********"), secret.shown());
        for (const std::string& text :
             {refusal([&] { secret.number(1, 9, "it has one digit"); }), refusal([&] {
                  secret.oneOf({"hunter1", "other"});
              }),
              refusal([&] { secret.duration(0ms, 1s, "it is short"); })}) {
            CPPUNIT_ASSERT_MESSAGE(text, text.find("hunter2") == std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("some.key: the secret value"));
        }
    }

    void passwordsWithinAreNotRepeated() {
        const Value broker("some.key", "amqp://guest:hunter2@host", "a file", Secret::passwords);
        CPPUNIT_ASSERT_EQUAL(std::string("amqp://guest:********@host"), broker.shown());
        CPPUNIT_ASSERT_EQUAL(
            std::string("some.key: \"amqp://guest:********@host\" (from a file) is not one of x"),
            refusal([&] { broker.oneOf({"x"}); }));
    }

    void numberOutOfRangeSaysTheRange() {
        const std::string text =
            refusal([] { value("65536").number(0, 65535, "TCP has no other ports"); });
        CPPUNIT_ASSERT(
            text.ends_with("is out of range; set it from 0 to 65535: TCP has no other ports"));
    }

    void limitsBelongToTheRange() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, value("1").number(1, 9, ""));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9}, value("9").number(1, 9, ""));
        refusal([] { value("0").number(1, 9, ""); });
        refusal([] { value("10").number(1, 9, ""); });
    }

    void flagIsTrueOrFalse() {
        CPPUNIT_ASSERT(value("true").flag());
        CPPUNIT_ASSERT(!value("false").flag());
        CPPUNIT_ASSERT(refusal([] { value("yes").flag(); }).find("true, false") !=
                       std::string::npos);
    }

    void durationSaysItsUnits() {
        CPPUNIT_ASSERT(value("5 min").duration(1s, 1h, "") == 5min);
        const std::string text = refusal([] { value("10").duration(1s, 1h, "it ends"); });
        CPPUNIT_ASSERT(text.find("250 ms, 10 s, 5 min, 1 h or 7 d") != std::string::npos);
        CPPUNIT_ASSERT(text.ends_with("set it from 1 s to 1 h: it ends"));
        refusal([] { value("2 h").duration(1s, 1h, ""); });
    }

    void sizeSaysItsUnits() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2048}, value("2 KiB").size(0, 4096, ""));
        CPPUNIT_ASSERT(refusal([] { value("2 KB").size(0, 4096, ""); }).find("64 MiB") !=
                       std::string::npos);
        refusal([] { value("5 KiB").size(0, 4096, ""); });
    }

    void listIsTrimmed() {
        CPPUNIT_ASSERT(
            (value("compute, mail").list() == std::vector<std::string>{"compute", "mail"}));
        CPPUNIT_ASSERT(value("").list().empty());
    }

    void listWithDoubleOrEmptyNameIsRefused() {
        CPPUNIT_ASSERT(refusal([] { value("mail,mail").list(); }).ends_with("names mail twice"));
        refusal([] { value("mail,").list(); });
        refusal([] { value(",").list(); });
    }

    void choiceSuggestsTheNearest() {
        CPPUNIT_ASSERT(refusal([] {
                           value("loud").oneOf({"error", "warning"});
                       }).ends_with("is not one of error, warning"));
        CPPUNIT_ASSERT(refusal([] {
                           value("waning").oneOf({"error", "warning"});
                       }).ends_with("; did you mean warning?"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ValueTest);

}  // namespace errand::app
