// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/carriage.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::transport_amqp {

// That the broker agrees is for publisher_test.cpp to show.
class CarriageTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CarriageTest);
    CPPUNIT_TEST(shortStringsHave255Bytes);
    CPPUNIT_TEST(everyShortPropertyIsLookedAt);
    CPPUNIT_TEST(headersShareOneFrame);
    CPPUNIT_TEST(whatGrowsOnTheWireIsCountedThere);
    CPPUNIT_TEST(bodyIsNoMatter);
    CPPUNIT_TEST_SUITE_END();

public:
    void shortStringsHave255Bytes() {
        CPPUNIT_ASSERT(isShort(""));
        CPPUNIT_ASSERT(isShort(std::string(255, 'k')));
        CPPUNIT_ASSERT(!isShort(std::string(256, 'k')));
    }

    void everyShortPropertyIsLookedAt() {
        for (const auto member : {&Message::contentType, &Message::contentEncoding,
                                  &Message::correlationId, &Message::replyTo, &Message::type}) {
            Message message;
            message.*member = std::string(255, 'p');
            CPPUNIT_ASSERT(fitsOneFrame(message, frame));
            message.*member = std::string(256, 'p');
            CPPUNIT_ASSERT(!fitsOneFrame(message, frame));
        }
    }

    void headersShareOneFrame() {
        Message message;
        message.headers["h"] = '"' + std::string(frame - 3000, 'h') + '"';
        CPPUNIT_ASSERT(fitsOneFrame(message, frame));
        CPPUNIT_ASSERT(!fitsOneFrame(message, 4096));
        message.headers["h"] = '"' + std::string(frame, 'h') + '"';
        CPPUNIT_ASSERT(!fitsOneFrame(message, frame));
        CPPUNIT_ASSERT(fitsOneFrame(Message(), 4096));
        CPPUNIT_ASSERT(!fitsOneFrame(message, 0));
    }

    // Two bytes of JSON are five of AMQP.
    void whatGrowsOnTheWireIsCountedThere() {
        std::string ones = "[1";
        while (ones.size() < 60000) ones += ",1";
        Message message;
        message.headers["h"] = ones + ']';
        CPPUNIT_ASSERT(!fitsOneFrame(message, frame));
        message.headers["h"] = ones.substr(0, 40001) + ']';
        CPPUNIT_ASSERT(fitsOneFrame(message, frame));
    }

    void bodyIsNoMatter() {
        Message message;
        message.body.assign(10 * frame, 'b');
        CPPUNIT_ASSERT(fitsOneFrame(message, frame));
    }

private:
    static constexpr std::size_t frame = 131072;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CarriageTest);

}  // namespace errand::transport_amqp
