// SPDX-License-Identifier: Apache-2.0
#include "http/event_text.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class EventTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EventTextTest);
    CPPUNIT_TEST(anEventIsAJobOnOneLine);
    CPPUNIT_TEST(lineBreaksBetweenTokensAreBlanks);
    CPPUNIT_TEST(listedJobsComeWithoutArgumentsAndResult);
    CPPUNIT_TEST(resetsAndMarksSayTheirNumber);
    CPPUNIT_TEST(theHeadIsThatOfAStream);
    CPPUNIT_TEST(whatTheClientSawLastIsRead);
    CPPUNIT_TEST_SUITE_END();

    static jobs::Job job() {
        jobs::Job job;
        job.changed = 42;
        job.service = "compute";
        job.arguments.kwargs = "{\n \"text\":\"a\\nb\" }";
        job.state = jobs::JobState::succeeded;
        job.result = "[1,\r\n2]";
        return job;
    }

    static std::string text(Shown shown) {
        std::string out;
        appendEvent(out, job(), shown);
        return out;
    }

    void anEventIsAJobOnOneLine() {
        const std::string event = text(Shown::wholeJob);
        CPPUNIT_ASSERT(event.starts_with("id: 42\nevent: succeeded\ndata: {\"id\":"));
        CPPUNIT_ASSERT(event.ends_with("}\n\n"));
        const auto data = event.find("data: ") + 6;
        const auto json = base::Json::parse(event.substr(data, event.size() - data - 2));
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), json.find("service")->asString());
    }

    void lineBreaksBetweenTokensAreBlanks() {
        const std::string event = text(Shown::wholeJob);
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t(4), std::count(event.begin(), event.end(), '\n'));
        CPPUNIT_ASSERT(!contains(event, "\r"));
        ASSERT_CONTAINS(R"({  "text":"a\nb" })", event);
        ASSERT_CONTAINS("[1,  2]", event);
    }

    void listedJobsComeWithoutArgumentsAndResult() {
        const std::string event = text(Shown::asListed);
        ASSERT_CONTAINS("\"service\":\"compute\"", event);
        CPPUNIT_ASSERT(!contains(event, "kwargs"));
        CPPUNIT_ASSERT(!contains(event, "result"));
    }

    void resetsAndMarksSayTheirNumber() {
        std::string out;
        appendReset(out, 7);
        appendMark(out, 8);
        CPPUNIT_ASSERT_EQUAL(std::string("id: 7\nevent: reset\ndata: {}\n\nid: 8\n\n"), out);
    }

    void theHeadIsThatOfAStream() {
        std::string out;
        writeResponse(out, streamHead(), {true, false, 1}, FixedClock().now());
        CPPUNIT_ASSERT(out.starts_with("HTTP/1.1 200 OK\r\n"));
        ASSERT_CONTAINS("Content-Type: text/event-stream\r\n", out);
        ASSERT_CONTAINS("Cache-Control: no-store\r\n", out);
        ASSERT_CONTAINS("Connection: close\r\n", out);
        CPPUNIT_ASSERT(!contains(out, "Content-Length"));
        CPPUNIT_ASSERT(out.ends_with("\r\n\r\n"));
    }

    void whatTheClientSawLastIsRead() {
        const auto read = [](std::string_view value) {
            Head head;
            head.fields = {{"last-event-id", value}};
            return readLastEventId(head);
        };
        CPPUNIT_ASSERT(!readLastEventId(Head{}));
        CPPUNIT_ASSERT(!read(""));
        CPPUNIT_ASSERT(read("0") == 0);
        CPPUNIT_ASSERT(read("9223372036854775807") == INT64_MAX);
        for (const char* text :
             {"-1", "-0", "x", "1x", "+1", "1.0", "9223372036854775808", "\xC3\xA4"})
            CPPUNIT_ASSERT_MESSAGE(text, read(text) == unknownEvent);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EventTextTest);

}  // namespace
}  // namespace errand::http
