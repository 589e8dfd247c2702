// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/subscription.h"

#include <cppunit/extensions/HelperMacros.h>

#include "broker/rabbitmq.h"
#include "wire_ends.h"

namespace errand::transport_amqp {

using tests::Vhost;

// The broker is the judge: an acknowledgement it does not understand closes the channel.
class AcknowledgementsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AcknowledgementsTest);
    CPPUNIT_TEST(inOrder);
    CPPUNIT_TEST(inReverse);
    CPPUNIT_TEST(lateOnesCloseTheGap);
    CPPUNIT_TEST(whatWasRejectedIsNotSaidAgain);
    CPPUNIT_TEST(twiceIsOnce);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        vhost_.emplace();
        session_.emplace(parseBrokers(vhost_->uri())[0], "", "test");
        session_->openChannel(1);
        session_->declareQueue(1, {.name = "q"});
        for (int i = 0; i < count; ++i) vhost_->publish("", "q", "x");
        session_->consume(1, "q", false);
        const base::SteadyTime deadline = tests::soon();
        for (int got = 0; got < count;) {
            CPPUNIT_ASSERT(base::Clock::system().steady() < deadline);
            const std::optional<Event> event = session_->read();
            if (!event) continue;
            acknowledgements_.delivered(event->tag);
            ++got;
        }
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(count), acknowledgements_.open());
    }
    void tearDown() override {
        session_.reset();
        vhost_.reset();
        acknowledgements_.clear();
    }

    void inOrder() {
        say({1, 2, 3}, 3);
        say({4}, 2);
        say({5, 6}, 0);
    }

    void inReverse() {
        for (std::uint64_t tag = count; tag > 0; --tag) say({tag}, static_cast<int>(tag) - 1);
    }

    void lateOnesCloseTheGap() {
        say({3, 5}, 4);
        say({2, 1}, 2);
        say({6}, 1);
        say({4}, 0);
    }

    void whatWasRejectedIsNotSaidAgain() {
        say({2}, 5);
        session_->reject(1, 3, false);
        acknowledgements_.settled(3);
        say({1}, 3);
        session_->reject(1, 4, false);
        acknowledgements_.settled(4);
        say({5, 6}, 0);
    }

    void twiceIsOnce() {
        say({1, 1}, 5);
        say({1}, 5);
        say({3, 3}, 4);
        say({3, 2, 4, 4}, 2);
        say({5, 6, 5}, 0);
    }

private:
    static constexpr int count = 6;

    // Says so, and finds that many left at the broker, and the channel open.
    void say(const std::vector<std::uint64_t>& tags, int left) {
        for (const std::uint64_t tag : tags) acknowledgements_.add(tag);
        acknowledgements_.send(*session_, 1);
        session_->lookAtQueue(1, "q");
        vhost_->waitForMessages("q", left);
        CPPUNIT_ASSERT_EQUAL(static_cast<std::uint64_t>(left), acknowledgements_.open());
    }

    std::optional<Vhost> vhost_;
    std::optional<Session> session_;
    Acknowledgements acknowledgements_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AcknowledgementsTest);

}  // namespace errand::transport_amqp
