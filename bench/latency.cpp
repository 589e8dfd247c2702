// SPDX-License-Identifier: Apache-2.0
// Submits computations to a running errandd at a fixed rate, whether or not it keeps up (an open
// loop), then asks for each job and prints how long it took from created_at to finished_at, by the
// job's own times: the 50th and 99th percentile in microseconds, the number of jobs, and how many
// milliseconds the last request went out behind its time.
//
// usage: latency PORT [RATE] [SECONDS]
#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/Thread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "job_time.h"

namespace {

using Clock = std::chrono::steady_clock;

// At 1,000 a second a connection is free for 16 ms a request: enough for many commits.
constexpr int connections = 16;
constexpr int patienceMs = 10000;  // for the last jobs to finish, on failure only
const std::string body = R"({"service":"compute","method":"compute",)"
                         R"("kwargs":{"operation":"sum","value":30,"other":10}})";

struct Load {
    std::uint16_t port = 0;
    std::int64_t rate = 1000;
    std::int64_t total = 0;
    Clock::time_point begin;
    std::atomic<std::int64_t> next{0};    // which request a free connection takes
    std::atomic<std::int64_t> lateUs{0};  // of the last request that went out
    std::mutex mutex;
    std::vector<std::string> paths;  // of the accepted jobs; guarded by mutex
    std::vector<double> times;       // microseconds; guarded by mutex
};

std::string exchange(Poco::Net::HTTPClientSession& session, Poco::Net::HTTPRequest& request,
                     const std::string& content, Poco::Net::HTTPResponse& response) {
    request.setContentLength(static_cast<std::streamsize>(content.size()));
    session.sendRequest(request) << content;
    std::string answer;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), answer);
    return answer;
}

// Sends the requests whose turn comes up on one kept connection.
void submit(Load& load) {
    Poco::Net::HTTPClientSession session("127.0.0.1", load.port);
    session.setKeepAlive(true);
    std::vector<std::string> paths;
    for (auto i = load.next++; i < load.total; i = load.next++) {
        const auto due = load.begin + std::chrono::microseconds(i * 1000000 / load.rate);
        std::this_thread::sleep_until(due);
        load.lateUs =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - due).count();
        Poco::Net::HTTPRequest request("POST", "/jobs", "HTTP/1.1");
        request.setContentType("application/json");
        Poco::Net::HTTPResponse response;
        exchange(session, request, body, response);
        if (response.getStatus() == 202) paths.push_back(response.get("Location"));
    }
    const std::lock_guard lock(load.mutex);
    load.paths.insert(load.paths.end(), paths.begin(), paths.end());
}

// How long the job at the path took; absent when it has not succeeded in time.
std::optional<double> latencyOf(Poco::Net::HTTPClientSession& session, const std::string& path) {
    const auto deadline = Clock::now() + std::chrono::milliseconds(patienceMs);
    while (Clock::now() < deadline) {
        Poco::Net::HTTPRequest request("GET", path, "HTTP/1.1");
        Poco::Net::HTTPResponse response;
        const std::string job = exchange(session, request, "", response);
        const auto created = timeOf(job, "created_at");
        const auto finished = timeOf(job, "finished_at");
        if (created && finished && job.find("\"succeeded\"") != std::string::npos) {
            return static_cast<double>(*finished - *created);
        }
        Poco::Thread::sleep(10);
    }
    return std::nullopt;
}

void collect(Load& load) {
    Poco::Net::HTTPClientSession session("127.0.0.1", load.port);
    session.setKeepAlive(true);
    for (const auto& path : load.paths) {
        if (const auto taken = latencyOf(session, path)) load.times.push_back(*taken);
    }
    std::sort(load.times.begin(), load.times.end());
}

int run(Load& load) {
    load.begin = Clock::now() + std::chrono::milliseconds(100);  // while the threads start
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < connections; ++i) threads.emplace_back([&load] { submit(load); });
    }
    collect(load);
    const auto count = load.times.size();
    if (count == 0 || count != static_cast<std::size_t>(load.total)) {
        std::fprintf(stderr, "latency: %zu of %lld jobs succeeded\n", count,
                     static_cast<long long>(load.total));
        return 1;
    }
    std::printf("%.0f %.0f %zu %.1f\n", load.times[count / 2], load.times[count * 99 / 100], count,
                static_cast<double>(load.lateUs) / 1000);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: latency PORT [RATE] [SECONDS]\n");
        return 2;
    }
    Load load;
    load.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    if (argc > 2) load.rate = std::max(1, std::atoi(argv[2]));
    load.total = load.rate * (argc > 3 ? std::max(1, std::atoi(argv[3])) : 5);
    return run(load);
}
