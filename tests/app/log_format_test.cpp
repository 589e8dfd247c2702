// SPDX-License-Identifier: Apache-2.0
#include "app/log_format.h"

#include <Poco/AutoPtr.h>
#include <Poco/Message.h>
#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"

namespace errand::app {

class LogFormatTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogFormatTest);
    CPPUNIT_TEST(messageIsTimeLevelSourceText);
    CPPUNIT_TEST(lineBreaksAreEscaped);
    CPPUNIT_TEST(unicodeLineEndsAreEscaped);
    CPPUNIT_TEST(otherLettersPassThrough);
    CPPUNIT_TEST(brokenUtf8IsEscaped);
    CPPUNIT_TEST(sourceCannotBreakTheLine);
    CPPUNIT_TEST(parametersFollowTheText);
    CPPUNIT_TEST(jsonIsAnObjectALine);
    CPPUNIT_TEST(jsonTakesAnyBytes);
    CPPUNIT_TEST_SUITE_END();

    static std::string oneLine(std::string_view text) {
        std::string out;
        appendOneLine(out, text);
        return out;
    }

    static std::string formatted(Poco::Message message) {
        message.setTime(Poco::Timestamp(1795369121000123));
        const Poco::AutoPtr<LineFormatter> owner(new LineFormatter);  // POCO owns it
        std::string out;
        Poco::AutoPtr<LineFormatter>(owner)->format(message, out);
        return out;
    }

    void messageIsTimeLevelSourceText() {
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-22T17:38:41.000123Z warning jobs disk is full\n"),
                             formatted({"jobs", "disk is full", Poco::Message::PRIO_WARNING}));
    }

    void parametersFollowTheText() {
        Poco::Message message("request", "GET /", Poco::Message::PRIO_INFORMATION);
        message.set("trace", "a b\nc");
        message.set("status", "200");
        const std::string line = formatted(message);
        CPPUNIT_ASSERT_MESSAGE(line, line.ends_with(" GET / status=200 trace=a b\\nc\n"));
    }

    static std::string asJson(Poco::Message message) {
        message.setTime(Poco::Timestamp(1795369121000123));
        std::string out;
        Poco::AutoPtr<JsonFormatter>(new JsonFormatter)->format(message, out);  // POCO owns it
        return out;
    }

    void jsonIsAnObjectALine() {
        Poco::Message message("jobs", "a \"b\"\n", Poco::Message::PRIO_WARNING);
        message.set("trace", "t");
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"time":"2026-11-22T17:38:41.000123Z","level":"warning",)"
                        R"("source":"jobs","text":"a \"b\"\n","trace":"t"})"
                        "\n"),
            asJson(message));
    }

    void jsonTakesAnyBytes() {
        const std::string line = asJson({"", "a\xff\x01", Poco::Message::PRIO_ERROR});
        const base::Json json = base::Json::parse(line);
        CPPUNIT_ASSERT_EQUAL(std::string("a\\xff\\x01"), json.find("text")->asString());
        CPPUNIT_ASSERT_EQUAL(std::string("errandd"), json.find("source")->asString());
    }

    void lineBreaksAreEscaped() {
        CPPUNIT_ASSERT_EQUAL(std::string("a\\nb\\r\\tc\\x00\\x1b[0m\\x7f"),
                             oneLine(std::string_view("a\nb\r\tc\0\x1b[0m\x7f", 12)));
    }

    void unicodeLineEndsAreEscaped() {
        CPPUNIT_ASSERT_EQUAL(std::string("a\\u2028b\\u2029c\\u0085d"),
                             oneLine("a\u2028b\u2029c\u0085d"));
    }

    void otherLettersPassThrough() {
        CPPUNIT_ASSERT_EQUAL(std::string("Grüße, 日本 \U0001F600 C:\\new"),
                             oneLine("Grüße, 日本 \U0001F600 C:\\new"));
    }

    void brokenUtf8IsEscaped() {
        CPPUNIT_ASSERT_EQUAL(std::string("a\\xffb\\xc3"), oneLine("a\xff"
                                                                  "b\xc3"));
    }

    void sourceCannotBreakTheLine() {
        const std::string line = formatted({"a\nb", "text", Poco::Message::PRIO_ERROR});
        CPPUNIT_ASSERT(line.ends_with(" error a\\nb text\n"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogFormatTest);

}  // namespace errand::app
