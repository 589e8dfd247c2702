// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "system/hostile.h"

namespace errand::tests {

namespace {

// Many connections of which each is a descriptor and nothing more.
class Crowd {
public:
    explicit Crowd(int port) : port_(port) {
        // Each takes a descriptor of the test's.
        rlimit wanted = before_;
        wanted.rlim_cur = wanted.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &wanted);
        // The rest is for the test itself and its good client.
        const auto most = static_cast<std::size_t>(std::min<rlim_t>(wanted.rlim_max, 1 << 20));
        room_ = most - std::min<std::size_t>(500, most / 2);
    }
    ~Crowd() {
        for (const int end : ends_) ::close(end);
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    // As many as wanted, or as the limit on descriptors allows.
    std::size_t atMost(std::size_t wanted) const { return std::min(wanted, room_); }
    std::size_t size() const { return ends_.size(); }

    void add() { ends_.push_back(connect()); }

    // Those that the server has ended begin anew: how many there were.
    std::size_t renew() {
        std::size_t ended = 0;
        for (int& end : ends_) {
            pollfd polled{end, POLLIN | POLLRDHUP, 0};
            if (::poll(&polled, 1, 0) <= 0) continue;
            ::close(end);
            end = connect();
            ++ended;
        }
        return ended;
    }

    void sendToAll(const std::string& bytes) {
        for (const int end : ends_)
            ::send(end, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }

private:
    static rlimit limit() {
        rlimit now{};
        ::getrlimit(RLIMIT_NOFILE, &now);
        return now;
    }

    // Does not wait until it is through.
    int connect() const {
        const int end = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        CPPUNIT_ASSERT(end >= 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port_));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        (void)::connect(end, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        return end;
    }

    const int port_;
    const rlimit before_ = limit();
    std::size_t room_ = 0;
    std::vector<int> ends_;
};

const std::string head =
    "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

}  // namespace

// Many more clients than the server has threads, none of which lets its thread go.
class HostileCrowdTest : public Hostile {
    CPPUNIT_TEST_SUITE(HostileCrowdTest);
    CPPUNIT_TEST(tenThousandSilentConnectionsStarveNobody);
    CPPUNIT_TEST(silentConnectionsThatComeAgainStarveNobody);
    CPPUNIT_TEST(slowHeadsStarveNobody);
    CPPUNIT_TEST(slowBodiesStarveNobody);
    CPPUNIT_TEST(stoppedBodiesStarveNobody);
    CPPUNIT_TEST_SUITE_END();

    void tenThousandSilentConnectionsStarveNobody() {
        startHostile();
        Crowd crowd(server().port());
        const std::size_t wanted = crowd.atMost(10000);
        if (wanted < 10000) std::cout << " (only " << wanted << " descriptors)";
        while (crowd.size() < wanted) crowd.add();
        good().waitFor(40);
        // None of them has said a word, and none has been taken for a request.
        CPPUNIT_ASSERT_EQUAL(200, http().get("/livez").status);
    }

    void silentConnectionsThatComeAgainStarveNobody() {
        startHostile({"http.threads=8", "http.maxConnections=500"});
        Crowd crowd(server().port());
        while (crowd.size() < crowd.atMost(2000)) crowd.add();
        std::size_t renewed = 0;
        const auto limit = std::chrono::steady_clock::now() + generous;
        while (renewed < 5000) {
            CPPUNIT_ASSERT(std::chrono::steady_clock::now() < limit);
            renewed += crowd.renew();
        }
        good().waitFor(20);
    }

    void slowHeadsStarveNobody() { starve("GET /livez HTTP/1.1\r\nX-A: ", "a"); }

    void slowBodiesStarveNobody() {
        starve(head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n");
    }

    // Most of a body at once would have bought a quarter of an hour of silence.
    void stoppedBodiesStarveNobody() {
        starve(head + "Content-Length: 60000\r\n\r\n" + std::string(59000, ' '), "");
    }

    // Three for each thread begin a request and then send a little now and then.
    void starve(const std::string& begin, const std::string& drip) {
        startHostile({"http.threads=8"});
        Crowd crowd(server().port());
        while (crowd.size() < 24) crowd.add();
        crowd.sendToAll(begin);
        auto served = std::async(std::launch::async, [this] { good().waitFor(4); });
        while (served.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready)
            crowd.sendToAll(drip);
        served.get();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HostileCrowdTest);

}  // namespace errand::tests
