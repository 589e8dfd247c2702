// SPDX-License-Identifier: Apache-2.0
#include "http/lobby.h"

#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <memory>
#include <thread>

#include "http/socket_pair.h"
#include "http/test_server.h"

namespace errand::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A door on a free port, a lobby behind it, and a crew that passes on whoever says something.
class House {
public:
    explicit House(Settings given = {}) : settings_(given) {
        door_.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
        door_.listen(100);
        lobby.start();
    }
    ~House() { lobby.stop(); }
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    int port() const { return door_.address().port(); }
    // The next that has something to say.
    Guest next() {
        const base::MutexLock lock(mutex_);
        const auto limit = in(seconds(20));
        while (guests_.empty()) CPPUNIT_ASSERT(came_.waitUntil(mutex_, limit));
        Guest guest = std::move(guests_.front());
        guests_.pop_front();
        return guest;
    }
    void waitForCount(std::size_t count) const {
        for (const auto limit = in(seconds(20)); lobby.count() != count; std::this_thread::yield())
            CPPUNIT_ASSERT(std::chrono::steady_clock::now() < limit);
    }

private:
    void pass(Guest guest) {
        const base::MutexLock lock(mutex_);
        guests_.push_back(std::move(guest));
        came_.notifyAll();
    }

    const Settings settings_;
    Poco::Net::ServerSocket door_;
    base::Mutex mutex_;
    base::Condition came_;
    std::deque<Guest> guests_ GUARDED_BY(mutex_);
    Crew crew_{1, [this](Guest guest) { pass(std::move(guest)); }};

public:
    Lobby lobby{settings_, door_,
                [](const Poco::Net::StreamSocket& socket) {
                    return std::make_unique<PlainChannel>(socket, milliseconds(10));
                },
                crew_};
};

std::string said(const Guest& guest) {
    char bytes[100];
    std::size_t size = 0;
    guest.channel->receive(bytes, sizeof bytes, size, Channel::Wait::no);
    return {bytes, size};
}

class LobbyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LobbyTest);
    CPPUNIT_TEST(whoSaysSomethingGoesToTheCrew);
    CPPUNIT_TEST(whoComesBackIsHeardAgain);
    CPPUNIT_TEST(whoLeavesGoesToTheCrew);
    CPPUNIT_TEST(whoSaysNothingIsClosedInTheEnd);
    CPPUNIT_TEST(whoHasNotSaidAllIsHandedOverAtItsDeadline);
    CPPUNIT_TEST(aNewcomerTakesThePlaceOfWhoRestsLongest);
    CPPUNIT_TEST(whereNobodyRestsANewcomerIsRefused);
    CPPUNIT_TEST(whoIsGoneAtOnceTakesNobodysPlace);
    CPPUNIT_TEST(aStopClosesAllAndLetsNobodyIn);
    CPPUNIT_TEST_SUITE_END();

    void whoSaysSomethingGoesToTheCrew() {
        House house;
        Client silent(house.port());
        house.waitForCount(1);
        Client client(house.port());
        client.send("hello");
        Guest guest = house.next();
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), said(guest));
        house.waitForCount(1);
    }

    void whoComesBackIsHeardAgain() {
        House house;
        Client client(house.port());
        for (const char* text : {"one", "two", "three"}) {
            client.send(text);
            Guest guest = house.next();
            CPPUNIT_ASSERT_EQUAL(std::string(text), said(guest));
            guest.served += 1;
            house.lobby.enter(std::move(guest));
            house.waitForCount(1);
        }
        client.send("four");
        CPPUNIT_ASSERT_EQUAL(3, house.next().served);
    }

    void whoLeavesGoesToTheCrew() {
        House house;
        auto client = std::make_unique<Client>(house.port());
        house.waitForCount(1);
        client.reset();
        CPPUNIT_ASSERT(!house.next().channel->discard());
    }

    void whoSaysNothingIsClosedInTheEnd() {
        Settings settings;
        settings.idleTimeout = milliseconds(30);
        House house(settings);
        Client client(house.port());
        CPPUNIT_ASSERT(client.closed());
        house.waitForCount(0);
    }

    void whoHasNotSaidAllIsHandedOverAtItsDeadline() {
        Settings settings;
        settings.headerDeadline = milliseconds(30);
        House house(settings);
        Client client(house.port());
        client.send("GET");
        Guest guest = house.next();
        guest.received = said(guest);
        guest.begun = std::chrono::steady_clock::now();
        house.lobby.enter(std::move(guest));
        CPPUNIT_ASSERT_EQUAL(std::string("GET"), house.next().received);
    }

    void aNewcomerTakesThePlaceOfWhoRestsLongest() {
        Settings settings;
        settings.threads = 1;
        settings.maxConnections = 2;
        House house(settings);
        Client first(house.port());
        house.waitForCount(1);
        Client second(house.port());
        house.waitForCount(2);
        Client third(house.port());
        CPPUNIT_ASSERT(first.closed());
        third.send("third");
        Guest guest = house.next();
        CPPUNIT_ASSERT_EQUAL(std::string("third"), said(guest));
        house.waitForCount(1);
    }

    void whereNobodyRestsANewcomerIsRefused() {
        Settings settings;
        settings.threads = 1;
        settings.maxConnections = 0;
        House house(settings);
        Client client(house.port());
        const auto answer = client.receive();
        CPPUNIT_ASSERT_EQUAL(503, answer.status);
        CPPUNIT_ASSERT(answer.head.find("Retry-After: 1\r\n") != std::string::npos);
        CPPUNIT_ASSERT(client.closed());
    }

    // Reset before they are let in, some of them.
    void whoIsGoneAtOnceTakesNobodysPlace() {
        House house;
        Client resting(house.port());
        house.waitForCount(1);
        for (int n = 0; n < 50; ++n) {
            Poco::Net::StreamSocket gone(
                Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(house.port())));
            gone.setLinger(true, 0);
        }
        Client last(house.port());
        last.send("last");
        while (said(house.next()) != "last") {
        }
        resting.send("here");
        while (said(house.next()) != "here") {
        }
    }

    void aStopClosesAllAndLetsNobodyIn() {
        House house;
        Client resting(house.port());
        Client busy(house.port());
        busy.send("x");
        Guest guest = house.next();
        house.lobby.stop();
        house.lobby.stop();
        CPPUNIT_ASSERT(resting.closed());
        house.lobby.enter(std::move(guest));
        CPPUNIT_ASSERT(busy.closed());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), house.lobby.count());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LobbyTest);

}  // namespace
}  // namespace errand::http
