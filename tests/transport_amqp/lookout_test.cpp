// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/lookout.h"

#include <cppunit/extensions/HelperMacros.h>

#include "broker/rabbitmq.h"
#include "broker/tcp_proxy.h"
#include "transport_amqp/names.h"
#include "wire_ends.h"

namespace errand::transport_amqp {

using tests::RabbitMq;
using tests::TcpProxy;
using tests::Vhost;
using Names = std::vector<std::string>;

class Sightings : public Lookout::Listener {
public:
    void workerIsThere(const std::string& boot) override { there.push_back(boot); }
    void workerIsGone(const std::string& boot) override { gone.push_back(boot); }

    Names there;
    Names gone;
};

// The broker is a real one, the times are made up.
class LookoutTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LookoutTest);
    CPPUNIT_TEST(whoHasAQueueIsThere);
    CPPUNIT_TEST(whoHasNoneIsGoneAfterPatienceOnly);
    CPPUNIT_TEST(whoComesBackInTimeIsNotGone);
    CPPUNIT_TEST(oneIsGoneWhileTheOtherIsThere);
    CPPUNIT_TEST(pingsKeepTheirInterval);
    CPPUNIT_TEST(lostPingsTellNothing);
    CPPUNIT_TEST(beingCutOffStartsTheCountAgain);
    CPPUNIT_TEST(whoIsNoLongerWantedIsForgotten);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        vhost_.emplace();
        proxy_.emplace(RabbitMq::shared().port());
        watcher_.emplace();
        publisher_.emplace(tests::linkTo(vhost_->uriAt(proxy_->port())), exchange, *watcher_);
        publisher_->open();
        publisher_->waitFirst(tests::soon());
        watcher_->waitConnected(1);
        sightings_ = {};
        now_ = base::SteadyTime(std::chrono::hours(1000));
        lookout_.emplace(*publisher_, exchange, sightings_);
    }
    void tearDown() override {
        publisher_.reset();  // before what its confirms point to
        lookout_.reset();
        proxy_.reset();
        vhost_.reset();
    }

    void whoHasAQueueIsThere() {
        appear("a");
        look({"a"});
        CPPUNIT_ASSERT(sightings_.there.empty());  // nobody has answered when it is asked
        look({"a"});
        CPPUNIT_ASSERT(sightings_.there == Names{"a"});
        CPPUNIT_ASSERT(sightings_.gone.empty());
        CPPUNIT_ASSERT_EQUAL(1, takePings("a"));
    }

    void whoHasNoneIsGoneAfterPatienceOnly() {
        look({"a"});
        look({"a"});  // here it is known to be away
        const base::SteadyTime away = now_;
        while (now_ + Lookout::interval < away + Lookout::patience) {
            look({"a"}, Lookout::interval);
            CPPUNIT_ASSERT(sightings_.gone.empty());
        }
        lookAt(away + Lookout::patience - std::chrono::nanoseconds(1), {"a"});
        CPPUNIT_ASSERT(sightings_.gone.empty());
        // Its time is up, and the ping that is sent now has the last word.
        lookAt(away + Lookout::patience, {"a"});
        CPPUNIT_ASSERT(sightings_.gone.empty());
        lookAt(away + Lookout::patience + std::chrono::nanoseconds(1), {"a"});
        CPPUNIT_ASSERT(sightings_.gone == Names{"a"});
        CPPUNIT_ASSERT(sightings_.there.empty());
    }

    void whoComesBackInTimeIsNotGone() {
        look({"a"});
        look({"a"});
        look({"a"}, Lookout::patience / 2);
        appear("a");
        look({"a"}, Lookout::interval);
        look({"a"}, Lookout::interval);
        CPPUNIT_ASSERT(sightings_.there == Names{"a"});
        vhost_->deleteQueue(controlQueue("a"));
        look({"a"}, Lookout::interval);
        look({"a"}, Lookout::interval);  // away again, and from here it counts
        look({"a"}, Lookout::patience - Lookout::interval);
        CPPUNIT_ASSERT(sightings_.gone.empty());
        look({"a"}, Lookout::interval);
        CPPUNIT_ASSERT(sightings_.gone == Names{"a"});
    }

    void oneIsGoneWhileTheOtherIsThere() {
        appear("a");
        for (int i = 0; i < 3; ++i) look({"a", "b"}, Lookout::interval);
        look({"a", "b"}, Lookout::patience);
        CPPUNIT_ASSERT(sightings_.gone == Names{"b"});
        CPPUNIT_ASSERT(sightings_.there == (Names{"a", "a", "a"}));
    }

    void pingsKeepTheirInterval() {
        appear("a");
        look({"a"});
        look({"a"}, Lookout::interval - std::chrono::nanoseconds(1));
        look({"a"}, std::chrono::nanoseconds(0));
        CPPUNIT_ASSERT_EQUAL(1, takePings("a"));
        CPPUNIT_ASSERT(sightings_.there == Names{"a"});  // one ping is told once
        look({"a"}, std::chrono::nanoseconds(1));
        CPPUNIT_ASSERT_EQUAL(1, takePings("a"));
    }

    // Whoever is cut off knows nothing of others.
    void lostPingsTellNothing() {
        proxy_->refuse();
        proxy_->cut();
        watcher_->waitDisconnected(1);
        for (int i = 0; i < 20; ++i) look({"a"}, Lookout::patience);
        CPPUNIT_ASSERT(sightings_.gone.empty());
        CPPUNIT_ASSERT(sightings_.there.empty());
    }

    void beingCutOffStartsTheCountAgain() {
        look({"a"});
        look({"a"});
        look({"a"}, Lookout::patience - 2 * Lookout::interval);
        proxy_->refuse();
        proxy_->cut();
        watcher_->waitDisconnected(1);
        // That ping is lost: what was known of it is no longer.
        look({"a"}, Lookout::interval);
        look({"a"}, Lookout::patience);
        CPPUNIT_ASSERT(sightings_.gone.empty());
        proxy_->forward();
        watcher_->waitConnected(2);
        look({"a"}, Lookout::interval);
        look({"a"}, Lookout::interval);
        look({"a"}, Lookout::patience - std::chrono::nanoseconds(1));
        CPPUNIT_ASSERT(sightings_.gone.empty());
        look({"a"}, std::chrono::nanoseconds(1));
        CPPUNIT_ASSERT(sightings_.gone == Names{"a"});
    }

    void whoIsNoLongerWantedIsForgotten() {
        look({"a"});
        look({"a"});
        look({}, Lookout::patience);
        look({"a"});
        CPPUNIT_ASSERT(sightings_.gone.empty());
        look({"a"});
        look({"a"}, Lookout::patience);
        look({"a"});
        CPPUNIT_ASSERT(sightings_.gone == Names{"a"});
    }

private:
    static constexpr auto exchange = "nameko-rpc";

    // The queue of a process of that name, as a host declares it.
    void appear(const std::string& boot) {
        const std::string queue = controlQueue(boot);
        vhost_->declareQueue(queue);
        vhost_->broker().api("POST",
                             "bindings/" + vhost_->name() + "/e/" + exchange + "/q/" + queue,
                             R"({"routing_key":")" + boot + "\"}");
        vhost_->waitForBinding(queue, boot);
    }

    void look(const std::set<std::string>& boots,
              std::chrono::nanoseconds later = std::chrono::nanoseconds(1)) {
        lookAt(now_ + later, boots);
    }

    // A look, and the outcomes of its pings: the broker confirms what comes by one key in turn.
    void lookAt(base::SteadyTime now, const std::set<std::string>& boots) {
        now_ = now;
        lookout_->tick(now, boots);
        tests::Outcomes outcomes;
        for (const std::string& boot : boots) {
            Message marker = tests::textMessage(boot);
            marker.exchange = exchange;
            publisher_->publish(std::move(marker), false, outcomes.next());
        }
        outcomes.wait();
    }

    // How many came since the last time.
    int takePings(const std::string& boot) {
        int pings = 0;
        for (const auto& message : vhost_->take(controlQueue(boot), 100)) {
            const base::Json* type = message.properties.find("type");
            if (type == nullptr) continue;
            CPPUNIT_ASSERT_EQUAL(std::string(pingType), type->asString());
            CPPUNIT_ASSERT(message.body.empty());
            ++pings;
        }
        return pings;
    }

    std::optional<Vhost> vhost_;
    std::optional<TcpProxy> proxy_;
    std::optional<tests::Watcher> watcher_;
    std::optional<Publisher> publisher_;
    std::optional<Lookout> lookout_;
    Sightings sightings_;
    base::SteadyTime now_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LookoutTest);

}  // namespace errand::transport_amqp
