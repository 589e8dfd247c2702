// SPDX-License-Identifier: Apache-2.0
#include "webhook/event.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::webhook {

using base::Json;
using rpc::Argument;

class EventTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EventTest);
    CPPUNIT_TEST(payloadIsWhatWasGiven);
    CPPUNIT_TEST(numbersKeepTheirDigits);
    CPPUNIT_TEST(namesAreWordsWithFullStops);
    CPPUNIT_TEST(idsHaveNoFullStop);
    CPPUNIT_TEST(timesAreRfc3339);
    CPPUNIT_TEST(dataIsAnObjectOfBoundedSize);
    CPPUNIT_TEST(readThrowsWhatPythonWould);
    CPPUNIT_TEST(schemasAreJson);
    CPPUNIT_TEST_SUITE_END();

    static const base::Time time_;

    static std::string errorOf(void (*action)()) {
        try {
            action();
        } catch (const rpc::Error& error) {
            return error.type() + ": " + error.what();
        }
        return {};
    }

    void payloadIsWhatWasGiven() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"type":"job.succeeded","timestamp":"2026-11-22T17:38:41.000123Z",)"
                        R"("data":{"id":"a"}})"),
            payload({"job.succeeded"}, time_, {R"({"id":"a"})"}));
    }

    void numbersKeepTheirDigits() {
        const std::string json = R"({"result":)" + std::string(400, '7') + "}";
        const EventData data = Argument<EventData>::read(Json::parse(json));
        const std::string body = payload({"a"}, time_, data);
        CPPUNIT_ASSERT(body.ends_with(json + "}"));
        CPPUNIT_ASSERT(Json::parse(body).isObject());
    }

    void namesAreWordsWithFullStops() {
        for (const char* text : {"a", "job.succeeded", "A_1.b.c", "9"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Argument<EventName>::check(text));
        }
        for (const char* text :
             {"", ".", "a.", ".a", "a..b", "a b", "a-b", "a\"b", "a\n", "\xc3\xa9"}) {
            CPPUNIT_ASSERT_MESSAGE(text, Argument<EventName>::check(text));
        }
        CPPUNIT_ASSERT(!Argument<EventName>::check(std::string(128, 'a')));
        CPPUNIT_ASSERT(Argument<EventName>::check(std::string(129, 'a')));
        CPPUNIT_ASSERT(Argument<EventName>::check(nullptr));
    }

    void idsHaveNoFullStop() {
        for (const char* text : {"a", "01a2062d-fe5f-788f-a7b1-8df61c8d0898-3", "msg_1"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Argument<EventId>::check(text));
        }
        for (const char* text : {"", "a.b", "a b", "a\r\nb: c", "a,b"}) {
            CPPUNIT_ASSERT_MESSAGE(text, Argument<EventId>::check(text));
        }
        CPPUNIT_ASSERT(!Argument<EventId>::check(std::string(128, 'a')));
        CPPUNIT_ASSERT(Argument<EventId>::check(std::string(129, 'a')));
        CPPUNIT_ASSERT(Argument<EventId>::check(Json::integer(1)));
    }

    void timesAreRfc3339() {
        CPPUNIT_ASSERT(!Argument<EventTime>::check("2026-11-22T17:38:41Z"));
        CPPUNIT_ASSERT(Argument<EventTime>::check("yesterday"));
        CPPUNIT_ASSERT(Argument<EventTime>::check(Json::integer(5)));
        CPPUNIT_ASSERT(time_ == Argument<EventTime>::read("2026-11-22T18:38:41.000123+01:00").time);
    }

    void dataIsAnObjectOfBoundedSize() {
        const auto ofSize = [](std::size_t size) {
            return Json(Json::Object{{"a", std::string(size - 8, 'b')}});
        };
        CPPUNIT_ASSERT(!Argument<EventData>::check(ofSize(EventData::maxBytes)));
        CPPUNIT_ASSERT(Argument<EventData>::check(ofSize(EventData::maxBytes + 1)));
        CPPUNIT_ASSERT_EQUAL(std::string("must be an object, not array"),
                             Argument<EventData>::check(Json::Array{}).value());
        // With the longest name and time, still below 20 kB.
        const std::string body = payload({std::string(128, 'n')}, time_,
                                         Argument<EventData>::read(ofSize(EventData::maxBytes)));
        CPPUNIT_ASSERT(body.size() < 20'000);
    }

    void readThrowsWhatPythonWould() {
        CPPUNIT_ASSERT_EQUAL(std::string("TypeError: event has the wrong type: int"),
                             errorOf([] { Argument<EventName>::read(Json::integer(1)); }));
        CPPUNIT_ASSERT_EQUAL(
            std::string("ValueError: id must be 1 to 128 letters, digits, _ and -"),
            errorOf([] { Argument<EventId>::read("a.b"); }));
        CPPUNIT_ASSERT_EQUAL(std::string("TypeError: data has the wrong type: list"),
                             errorOf([] { Argument<EventData>::read(Json::Array{}); }));
        CPPUNIT_ASSERT(errorOf([] {
                           Argument<EventTime>::read("now");
                       }).starts_with("ValueError: timestamp "));
    }

    void schemasAreJson() {
        for (const std::string& schema :
             {Argument<EventName>::schema(), Argument<EventId>::schema(),
              Argument<EventTime>::schema(), Argument<EventData>::schema()}) {
            CPPUNIT_ASSERT(Json::parse(schema).isObject());
        }
    }
};

const base::Time EventTest::time_ = base::parseRfc3339("2026-11-22T17:38:41.000123Z").value();

CPPUNIT_TEST_SUITE_REGISTRATION(EventTest);

}  // namespace errand::webhook
