// SPDX-License-Identifier: Apache-2.0
#include "base/worker.h"

#include <future>
#include <memory>
#include <stdexcept>
#include <string>

#include <Poco/AutoPtr.h>
#include <Poco/ConsoleChannel.h>
#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <cppunit/extensions/HelperMacros.h>
#include <pthread.h>

#include "base/forked.h"

using namespace errand::base;
using namespace std::string_literals;

namespace {

constexpr std::chrono::seconds limit(20);  // only matters on failure

// How a process ends whose worker runs that body, and what it logs.
forked::Ending endingOf(const std::function<void()>& body) {
    return forked::run([&] {
        Poco::Logger::root().setChannel(
            Poco::AutoPtr<Poco::Channel>(new Poco::ConsoleChannel));  // POCO owns it
        Worker worker("doomed");
        worker.start(body);
        worker.join();
        return 0;
    });
}

}  // namespace

class WorkerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WorkerTest);
    CPPUNIT_TEST(bodyRunsOnAnotherThreadUnderItsName);
    CPPUNIT_TEST(joinWaitsForTheBody);
    CPPUNIT_TEST(joinToleratesNeverStartedAndTwice);
    CPPUNIT_TEST(destructorJoins);
    CPPUNIT_TEST(workerStartsAgainAfterJoin);
    CPPUNIT_TEST(secondStartIsRefused);
    CPPUNIT_TEST(abandonedThreadOutlivesItsWorker);
    CPPUNIT_TEST(exceptionOfPocoEndsTheProcessWithAWord);
    CPPUNIT_TEST(standardExceptionEndsTheProcessWithAWord);
    CPPUNIT_TEST(anyOtherExceptionEndsTheProcessWithAWord);
    CPPUNIT_TEST(bodyThatReturnsEndsNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void bodyRunsOnAnotherThreadUnderItsName() {
        std::string name;
        pthread_t thread = ::pthread_self();
        Worker worker("a name longer than fits");
        worker.start([&] {
            char text[32] = "";
            ::pthread_getname_np(::pthread_self(), text, sizeof(text));
            name = text;
            thread = ::pthread_self();
        });
        worker.join();
        CPPUNIT_ASSERT_EQUAL("a name longer t"s, name);
        CPPUNIT_ASSERT(!::pthread_equal(thread, ::pthread_self()));
    }

    void joinWaitsForTheBody() {
        std::promise<void> go;
        bool done = false;
        Worker worker("waits");
        worker.start([&, gone = go.get_future().share()] {
            gone.wait();
            done = true;
        });
        go.set_value();
        worker.join();
        CPPUNIT_ASSERT(done);
    }

    void joinToleratesNeverStartedAndTwice() {
        Worker worker("idle");
        worker.join();
        worker.start([] {});
        worker.join();
        worker.join();
        worker.abandon();
    }

    void destructorJoins() {
        bool done = false;
        {
            Worker worker("scoped");
            worker.start([&] { done = true; });
        }
        CPPUNIT_ASSERT(done);
    }

    void workerStartsAgainAfterJoin() {
        int runs = 0;
        Worker worker("again");
        for (int i = 0; i < 3; ++i) {
            worker.start([&] { ++runs; });
            worker.join();
        }
        CPPUNIT_ASSERT_EQUAL(3, runs);
    }

    void secondStartIsRefused() {
        Worker worker("once");
        worker.start([] {});
        CPPUNIT_ASSERT_THROW(worker.start([] {}), Poco::AssertionViolationException);
    }

    void abandonedThreadOutlivesItsWorker() {
        std::promise<void> go;
        std::promise<std::string> answer;
        auto told = answer.get_future();
        {
            Worker worker("left");
            // What the thread uses lives in the function, which outlives the worker.
            auto held = std::make_shared<std::promise<std::string>>(std::move(answer));
            worker.start([gone = go.get_future().share(), held] {
                gone.wait();
                held->set_value("still here");
            });
            worker.abandon();
        }
        go.set_value();
        CPPUNIT_ASSERT(told.wait_for(limit) == std::future_status::ready);
        CPPUNIT_ASSERT_EQUAL("still here"s, told.get());
    }

    void exceptionOfPocoEndsTheProcessWithAWord() {
        const auto ending = endingOf([] { throw Poco::NotFoundException("no such thing"); });
        CPPUNIT_ASSERT_EQUAL(70, ending.code);
        CPPUNIT_ASSERT_EQUAL(
            "thread doomed ended by an exception, so the server stops: Not found: no such thing\n"s,
            ending.words);
    }

    void standardExceptionEndsTheProcessWithAWord() {
        const auto ending = endingOf([] { throw std::runtime_error("broken"); });
        CPPUNIT_ASSERT_EQUAL(70, ending.code);
        CPPUNIT_ASSERT_EQUAL("thread doomed ended by an exception, so the server stops: broken\n"s,
                             ending.words);
    }

    void anyOtherExceptionEndsTheProcessWithAWord() {
        const auto ending = endingOf([] { throw 42; });
        CPPUNIT_ASSERT_EQUAL(70, ending.code);
        CPPUNIT_ASSERT_MESSAGE(ending.words,
                               ending.words.find("of an unknown type") != std::string::npos);
    }

    void bodyThatReturnsEndsNothing() {
        const auto ending = endingOf([] {});
        CPPUNIT_ASSERT_EQUAL(0, ending.code);
        CPPUNIT_ASSERT_EQUAL(""s, ending.words);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WorkerTest);
