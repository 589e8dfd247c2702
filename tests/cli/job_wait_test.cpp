// SPDX-License-Identifier: Apache-2.0
#include "cli/job_wait.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <memory>

#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/job_text.h"
#include "tiny_server.h"

namespace errand::cli {

class JobWaitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobWaitTest);
    CPPUNIT_TEST(endedJobIsAnsweredAtOnce);
    CPPUNIT_TEST(pausesGrowToALimit);
    CPPUNIT_TEST(retryAfterIsHonoured);
    CPPUNIT_TEST(limitEndsTheWait);
    CPPUNIT_TEST(serverMayGoAwayForAWhile);
    CPPUNIT_TEST(serverThatComesBackIsAskedAgain);
    CPPUNIT_TEST(serverThatWasNeverThereIsNotWaitedFor);
    CPPUNIT_TEST(refusalsEndTheWait);
    CPPUNIT_TEST_SUITE_END();

    using Milliseconds = std::chrono::milliseconds;

    std::chrono::steady_clock::time_point now_{};
    std::vector<Milliseconds> slept_;
    std::function<void()> atPause_;

    Patience patience(std::optional<Milliseconds> limit = std::nullopt) {
        return {limit, [this] { return now_; },
                [this](Milliseconds time) {
                    now_ += time;
                    slept_.push_back(time);
                    if (atPause_) atPause_();
                }};
    }
    static HttpAnswer is(const std::string& state) { return {200, jobJson(state), {}}; }

    void endedJobIsAnsweredAtOnce() {
        TinyServer server({is("failed")});
        Api api(server.url(), "");
        CPPUNIT_ASSERT_EQUAL(exitFailed, exitCodeOf(waitForJob(api, "7", patience())));
        CPPUNIT_ASSERT_EQUAL(std::string("GET /jobs/7"), server.asked().at(0).line);
        CPPUNIT_ASSERT(slept_.empty());
    }

    void pausesGrowToALimit() {
        std::deque<HttpAnswer> answers(20, is("running"));
        answers.push_back(is("succeeded"));
        TinyServer server(answers);
        Api api(server.url(), "");
        CPPUNIT_ASSERT_EQUAL(exitOk, exitCodeOf(waitForJob(api, "7", patience())));
        CPPUNIT_ASSERT_EQUAL(std::size_t(20), slept_.size());
        CPPUNIT_ASSERT(slept_.front() == Milliseconds(50) && slept_.back() == Milliseconds(2000));
        CPPUNIT_ASSERT(std::is_sorted(slept_.begin(), slept_.end()));
    }

    void retryAfterIsHonoured() {
        HttpAnswer busy{503, R"({"detail":"busy"})", std::chrono::seconds(9)};
        HttpAnswer bidden = is("running");
        bidden.retryAfter = std::chrono::seconds(100000);
        TinyServer server({is("queued"), busy, bidden, is("succeeded")});
        Api api(server.url(), "");
        CPPUNIT_ASSERT_EQUAL(exitOk, exitCodeOf(waitForJob(api, "7", patience())));
        CPPUNIT_ASSERT((slept_ == std::vector<Milliseconds>{Milliseconds(50), Milliseconds(9000),
                                                            Milliseconds(60000)}));
    }

    void limitEndsTheWait() {
        TinyServer server({is("queued")});
        Api api(server.url(), "");
        const base::Json job = waitForJob(api, "7", patience(Milliseconds(300)));
        CPPUNIT_ASSERT_EQUAL(exitTryAgain, exitCodeOf(job));
        Milliseconds total{0};
        for (const Milliseconds time : slept_) total += time;
        CPPUNIT_ASSERT(total == Milliseconds(300));
    }

    void serverMayGoAwayForAWhile() {
        std::unique_ptr<TinyServer> server =
            std::make_unique<TinyServer>(std::deque<HttpAnswer>{is("running")});
        Api api(server->url(), "");
        atPause_ = [&] { server.reset(); };
        try {
            waitForJob(api, "7", patience());
            CPPUNIT_FAIL("the job has ended");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(exitUnavailable, failure.code());
        }
        CPPUNIT_ASSERT(now_.time_since_epoch() > std::chrono::seconds(30));
        CPPUNIT_ASSERT(now_.time_since_epoch() < std::chrono::seconds(40));
    }

    void serverThatComesBackIsAskedAgain() {
        using Answers = std::deque<HttpAnswer>;
        auto server = std::make_unique<TinyServer>(Answers{is("running")});
        const int port = server->port();
        Api api(server->url(), "");
        atPause_ = [&] {
            if (slept_.size() == 1) server.reset();
            if (slept_.size() == 4) {
                server = std::make_unique<TinyServer>(Answers{is("succeeded")}, nullptr, port);
            }
        };
        CPPUNIT_ASSERT_EQUAL(exitOk, exitCodeOf(waitForJob(api, "7", patience())));
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), slept_.size());
    }

    void serverThatWasNeverThereIsNotWaitedFor() {
        int port = 0;
        { port = TinyServer({is("running")}).port(); }
        Api api("http://127.0.0.1:" + std::to_string(port), "");
        CPPUNIT_ASSERT_THROW(waitForJob(api, "7", patience()), Failure);
        CPPUNIT_ASSERT(slept_.empty());
    }

    void refusalsEndTheWait() {
        TinyServer server({is("running"), {404, R"({"detail":"there is no job '7'"})", {}}});
        Api api(server.url(), "");
        try {
            waitForJob(api, "7", patience());
            CPPUNIT_FAIL("the job has ended");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(exitFailed, failure.code());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), slept_.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobWaitTest);

}  // namespace errand::cli
