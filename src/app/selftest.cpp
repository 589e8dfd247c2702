// SPDX-License-Identifier: Apache-2.0
#include "app/selftest.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <thread>

#include "app/backup.h"
#include "app/child_server.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/mutex.h"
#include "base/system.h"
#include "base/worker.h"
#include "jobs/job.h"
#include "store/database.h"
#include "store/statement.h"

namespace errand::app {
namespace {

namespace net = Poco::Net;
using std::chrono::milliseconds;

// How long a round lasts until the kill, at random, so that it comes at any point of a commit.
constexpr milliseconds shortestRound{30};
constexpr milliseconds longestRound{430};
// For what is left in the end.
constexpr std::chrono::minutes patience{2};

// What was promised: the job's id, and the number whose successor it computes.
class Promises {
public:
    std::int64_t next() noexcept { return ++last_; }
    void note(const std::string& id, std::int64_t value) {
        const base::MutexLock lock(mutex_);
        values_[id] = value;
    }
    std::map<std::string, std::int64_t> all() const {
        const base::MutexLock lock(mutex_);
        return values_;
    }
    std::size_t count() const {
        const base::MutexLock lock(mutex_);
        return values_.size();
    }

private:
    std::atomic<std::int64_t> last_{0};
    mutable base::Mutex mutex_;
    std::map<std::string, std::int64_t> values_ GUARDED_BY(mutex_);
};

// Submits one after another until the server has gone. What it was not answered it was not
// promised.
void submitUntilKilled(int port, Promises& promises) {
    net::HTTPClientSession session("127.0.0.1", static_cast<Poco::UInt16>(port));
    session.setKeepAlive(true);
    session.setTimeout(Poco::Timespan(10, 0));
    try {
        while (true) {
            const std::int64_t value = promises.next();
            const std::string body =
                R"({"operation":"sum","other":1,"value":)" + std::to_string(value) + "}";
            net::HTTPRequest request("POST", "/jobs", "HTTP/1.1");
            request.setContentType("application/json");
            request.setContentLength(static_cast<std::streamsize>(body.size()));
            session.sendRequest(request) << body;
            net::HTTPResponse response;
            std::string answer;
            Poco::StreamCopier::copyToString(session.receiveResponse(response), answer);
            if (response.getStatus() != net::HTTPResponse::HTTP_ACCEPTED) continue;
            promises.note(base::Json::parse(answer).find("id")->asString(), value);
        }
    } catch (const Poco::Exception&) {  // killed
    } catch (const base::JsonError&) {  // in the midst of its answer: not answered
    }
}

milliseconds roundTime() {
    unsigned dice = 0;
    base::fillRandom(&dice, sizeof dice);
    return shortestRound + milliseconds(dice % (longestRound - shortestRound).count());
}

void runRound(const std::string& directory, const std::string& plugins, int clients,
              Promises& promises) {
    ChildServer server(directory, plugins);
    std::vector<std::unique_ptr<base::Worker>> workers;
    for (int i = 0; i < clients; ++i) {
        workers.push_back(std::make_unique<base::Worker>("client"));
        workers.back()->start([&] { submitUntilKilled(server.port(), promises); });
    }
    std::this_thread::sleep_for(roundTime());
    server.kill();
    for (const auto& worker : workers) worker->join();
}

std::int64_t unfinished(const std::string& directory) {
    store::Database database(directory + "/errand.db", store::Database::Role::source);
    return store::readNumber(database, "SELECT count(*) FROM jobs WHERE state < 2");
}

// A last start, without a kill, until all has ended.
bool finish(const std::string& directory, const std::string& plugins) {
    ChildServer server(directory, plugins);
    const auto limit = std::chrono::steady_clock::now() + patience;
    while (unfinished(directory) > 0) {
        if (std::chrono::steady_clock::now() > limit) return false;
        std::this_thread::sleep_for(milliseconds(50));
    }
    return true;
}

struct Account {
    std::size_t lost = 0;     // promised, and not there
    std::size_t wrong = 0;    // there, and not done or with another answer
    std::size_t doubled = 0;  // submitted once, and there twice
};

Account settle(const std::string& directory, std::map<std::string, std::int64_t> promised) {
    store::Database database(directory + "/errand.db", store::Database::Role::source);
    store::Statement jobs(database, "SELECT id, state, kwargs, result FROM jobs");
    std::map<std::int64_t, int> seen;
    Account account;
    while (jobs.step()) {
        const std::int64_t value =
            std::stoll(base::Json::parse(jobs.text(2)).find("value")->asDigits());
        if (++seen[value] > 1) ++account.doubled;
        const auto found = promised.find(jobs.id(0).toString());
        if (found == promised.end()) continue;
        const bool right = jobs.integer(1) == static_cast<int>(jobs::JobState::succeeded) &&
                           found->second == value && jobs.text(3) == std::to_string(value + 1);
        if (!right) ++account.wrong;
        promised.erase(found);
    }
    account.lost = promised.size();
    return account;
}

// Milliseconds that an append of 4 KiB takes until it is on disk, sorted.
std::vector<double> measureSyncs(const std::string& directory, int count) {
    const std::string path = directory + "/syncs";
    const std::string page(4096, 'x');
    std::ofstream file(path, std::ios::binary);
    std::vector<double> times;
    for (int i = 0; i < count; ++i) {
        const auto begun = std::chrono::steady_clock::now();
        file << page << std::flush;
        base::syncFile(path);
        const std::chrono::duration<double, std::milli> taken =
            std::chrono::steady_clock::now() - begun;
        times.push_back(taken.count());
    }
    std::ranges::sort(times);
    std::filesystem::remove(path);
    return times;
}

std::string rounded(double time) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f ms", time);
    return text;
}

}  // namespace

bool testCrashes(const Config& config, const CrashTest& test, std::ostream& out) {
    const std::string directory = config.jobs.directory + "/selftest-" +
                                  base::Id::generate(base::Clock::system().now()).toString();
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) throw Refusal("cannot make " + directory + ": " + error.message());
    const std::vector<double> syncs = measureSyncs(directory, test.syncs);
    out << "fsync: median " << rounded(syncs[syncs.size() / 2]) << ", p99 "
        << rounded(syncs[syncs.size() * 99 / 100]) << std::endl;
    Promises promises;
    for (int i = 0; i < test.rounds; ++i)
        runRound(directory, config.pluginsDirectory, test.clients, promises);
    const bool ended = finish(directory, config.pluginsDirectory);
    const Account account = settle(directory, promises.all());
    const jobs::StoreCheck check = checkDirectory(directory);
    for (const std::string& finding : check.findings) out << finding << '\n';
    out << "killed " << test.rounds << " times; " << promises.count() << " jobs acknowledged, "
        << account.lost << " lost, " << account.wrong << " wrong, " << account.doubled << " doubled"
        << (ended ? "" : "; not all have ended") << std::endl;
    const bool well = ended && check.findings.empty() && account.lost == 0 && account.wrong == 0 &&
                      account.doubled == 0 && promises.count() > 0;
    if (well)
        std::filesystem::remove_all(directory, error);
    else
        out << "what there is to look into is left in " << directory << std::endl;
    return well;
}

}  // namespace errand::app
