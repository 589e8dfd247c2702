// SPDX-License-Identifier: Apache-2.0
// Parked is parked clients over real sockets, with the fakes that they wait for; a Peer is one such
// client seen from both ends.
//
// Threads: one.
// Owns: the fakes and the clients.
// Errors: Poco exceptions when there is no loopback.
#pragma once

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <memory>
#include <string>
#include <vector>

#include <Poco/Timespan.h>

#include "http/fake_jobs.h"
#include "http/news.h"
#include "http/parked_client.h"
#include "http/socket_pair.h"

namespace errand::http {

struct Peer {
    Peer(std::uint64_t token, const Settings& settings, base::PollSet& set, Outbox& outbox,
         bool withBody = true)
        : client(token, std::make_unique<PlainChannel>(pair.end(0), settings.slice),
                 {withBody, false, 1}, {}, settings, set, outbox) {
        pair.end(0) = Poco::Net::StreamSocket();  // the client has it now
        pair.end(1).setReceiveTimeout(Poco::Timespan(20, 0));
    }

    // All that it has been told since it was last asked; "" when nothing.
    std::string hear() {
        std::string heard;
        client.flush(now);
        while (true) {
            int onTheWay = 0;
            ::ioctl(descriptor, SIOCOUTQ, &onTheWay);
            const auto more = pair.receivedBy(1, true);
            if (more && more->empty()) break;
            if (more) heard += *more;
            if (!more && onTheWay == 0 && (client.unsent() == 0 || client.broken())) break;
            if (client.unsent() > 0) client.flush(now);
        }
        return heard;
    }

    // Whether the other side has ended.
    bool over() { return pair.receivedBy(1) == std::string(); }

    base::SteadyTime now{std::chrono::seconds(1000)};
    SocketPair pair;
    const int descriptor = pair.descriptor(0);  // the client's
    ParkedClient client;
};

struct Parked {
    Parked() { news.begin(jobs.watch(news)); }
    ~Parked() { jobs.unwatch(news); }
    Parked(const Parked&) = delete;
    Parked& operator=(const Parked&) = delete;

    std::unique_ptr<Peer> peer(bool withBody = true) {
        return std::make_unique<Peer>(++lastToken, settings, set, outbox, withBody);
    }

    // A new job; its id.
    base::Id submit(const std::string& service = "compute") {
        jobs::NewJob job;
        job.service = service;
        job.method = "m";
        job.tags = {"t-" + service};
        std::vector<jobs::NewJob> list;
        list.push_back(std::move(job));
        return jobs.submit(std::move(list)).jobs.front().id;
    }

    const base::SteadyTime now{std::chrono::seconds(1000)};
    Settings settings;
    FixedClock clock;
    FakeJobs jobs;
    base::PollSet set;
    News news{set};
    Outbox outbox;
    std::uint64_t lastToken = 0;
};

}  // namespace errand::http
