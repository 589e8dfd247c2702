// SPDX-License-Identifier: Apache-2.0
// Submits computations to a running errandd at a fixed rate, each due a moment later, and waits for
// each: for one by a long poll, for the next by its event stream. Prints for either way how long it
// took from finished_at, by the job's own time, until the client had the bytes: the 50th and 99th
// percentile in microseconds and the number of jobs. And how many jobs do not count, since they
// were done too soon after the client had asked.
//
// usage: delivery PORT [RATE] [JOBS-EACH-WAY]
#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/NullStream.h>
#include <Poco/StreamCopier.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "job_time.h"

namespace {

namespace net = Poco::Net;
using Clock = std::chrono::steady_clock;

// A job takes a client some 50 ms: enough of them for 300 jobs a second.
constexpr int clients = 16;
constexpr int patienceSeconds = 20;  // on failure only
// From the submit until the job is due: its client has long been waiting when it is done.
const std::string body = R"({"service":"compute","method":"compute","delay":0.05,)"
                         R"("kwargs":{"operation":"sum","value":30,"other":10}})";
// Who asked later than that before the end may not have been waiting yet.
constexpr std::int64_t leadUs = 5000;

struct Way {
    std::string suffix;  // of the job's path
    std::string field;
    std::string end;  // of the bytes that tell the outcome
    std::vector<double> times{};
};

struct Load {
    std::uint16_t port = 0;
    std::int64_t rate = 200;
    std::int64_t total = 0;
    Clock::time_point begin;
    std::atomic<std::int64_t> next{0};    // which job a free client takes
    std::atomic<std::int64_t> missed{0};  // which were done too soon
    std::atomic<bool> failed{false};
    std::mutex mutex;
    // Their times are guarded by mutex.
    std::array<Way, 2> ways{Way{"", "Prefer: wait=20", "}"},
                            Way{"/events", "Accept: text/event-stream", "\n\n"}};
};

std::int64_t nowUs() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// The path of a new job.
std::string submit(net::HTTPClientSession& session) {
    net::HTTPRequest request("POST", "/jobs", "HTTP/1.1");
    request.setContentType("application/json");
    request.setContentLength(static_cast<std::streamsize>(body.size()));
    session.sendRequest(request) << body;
    net::HTTPResponse response;
    Poco::NullOutputStream nothing;
    Poco::StreamCopier::copyStream(session.receiveResponse(response), nothing);
    if (response.getStatus() != 202) throw Poco::IOException("POST /jobs", response.getReason());
    return response.get("Location");
}

// Asks for the job in that way, and takes note of when the outcome came.
void await(Load& load, Way& way, const std::string& path) {
    // What waits has a connection of its own, which ends with the answer.
    net::StreamSocket socket(net::SocketAddress("127.0.0.1", load.port));
    socket.setReceiveTimeout(Poco::Timespan(patienceSeconds, 0));
    const std::string request =
        "GET " + path + way.suffix + " HTTP/1.1\r\nHost: localhost\r\n" + way.field + "\r\n\r\n";
    socket.sendBytes(request.data(), static_cast<int>(request.size()));
    const std::int64_t asked = nowUs();
    std::string answer;
    std::array<char, 4096> part{};
    while (true) {
        const int size = socket.receiveBytes(part.data(), static_cast<int>(part.size()));
        const std::int64_t came = nowUs();
        if (size <= 0) throw Poco::IOException(path + ": it ended with " + answer);
        answer.append(part.data(), static_cast<std::size_t>(size));
        if (!answer.ends_with(way.end)) continue;
        const auto finished = timeOf(answer, "finished_at");
        if (!finished) continue;
        if (asked + leadUs > *finished) {
            ++load.missed;
            return;
        }
        const std::lock_guard lock(load.mutex);
        way.times.push_back(static_cast<double>(came - *finished));
        return;
    }
}

// Takes the jobs whose turn comes up.
void work(Load& load) try {
    net::HTTPClientSession session("127.0.0.1", load.port);
    session.setKeepAlive(true);
    for (auto i = load.next++; i < load.total && !load.failed; i = load.next++) {
        std::this_thread::sleep_until(load.begin +
                                      std::chrono::microseconds(i * 1000000 / load.rate));
        await(load, load.ways[static_cast<std::size_t>(i % 2)], submit(session));
    }
} catch (const Poco::Exception& error) {
    std::fprintf(stderr, "delivery: %s\n", error.displayText().c_str());
    load.failed = true;
}

int run(Load& load) {
    load.begin = Clock::now() + std::chrono::milliseconds(100);  // while the threads start
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < clients; ++i) threads.emplace_back([&load] { work(load); });
    }
    if (load.failed) return 1;
    if (load.missed * 100 > load.total) {
        std::fprintf(stderr, "delivery: %lld of %lld jobs were done before they were waited for\n",
                     static_cast<long long>(load.missed), static_cast<long long>(load.total));
        return 1;
    }
    for (Way& way : load.ways) {
        std::sort(way.times.begin(), way.times.end());
        const auto count = way.times.size();
        std::printf("%.0f %.0f %zu\n", way.times[count / 2], way.times[count * 99 / 100], count);
    }
    std::printf("%lld\n", static_cast<long long>(load.missed));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: delivery PORT [RATE] [JOBS-EACH-WAY]\n");
        return 2;
    }
    Load load;
    load.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    if (argc > 2) load.rate = std::max(1, std::atoi(argv[2]));
    // With 100 of each way a percentile has a job, and one may be missed.
    load.total = 2 * std::max<std::int64_t>(100, argc > 3 ? std::atoi(argv[3]) : 5000);
    return run(load);
}
