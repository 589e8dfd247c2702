// SPDX-License-Identifier: Apache-2.0
#include "access/sessions.h"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <thread>
#include <vector>

namespace errand::access {

using namespace std::chrono_literals;

class SessionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SessionsTest);
    CPPUNIT_TEST(aSessionIsFoundByItsId);
    CPPUNIT_TEST(aSessionEndsAfterItsLifetime);
    CPPUNIT_TEST(useDoesNotPutOffTheEnd);
    CPPUNIT_TEST(whoLogsOutIsOut);
    CPPUNIT_TEST(otherIdsAreNoSessions);
    CPPUNIT_TEST(theOldestEndsWhenThereAreTooMany);
    CPPUNIT_TEST(aTokenHasSoMany);
    CPPUNIT_TEST(aKeyIsAsGoodAsItsId);
    CPPUNIT_TEST(thoseWhoseTimeHasPassedMakeRoom);
    CPPUNIT_TEST(threadsDoNotDisturbEachOther);
    CPPUNIT_TEST_SUITE_END();

    Sessions sessions_;
    const base::SteadyTime begin_{1000s};

    void aSessionIsFoundByItsId() {
        const std::string one = sessions_.begin("alice", begin_);
        const std::string other = sessions_.begin("bob", begin_);
        CPPUNIT_ASSERT(isSecret(one));
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), sessions_.find(one, begin_).value());
        CPPUNIT_ASSERT_EQUAL(std::string("bob"), sessions_.find(other, begin_).value());
    }

    void aSessionEndsAfterItsLifetime() {
        const std::string id = sessions_.begin("alice", begin_);
        CPPUNIT_ASSERT(sessions_.find(id, begin_ + 12h - 1ns));
        CPPUNIT_ASSERT(!sessions_.find(id, begin_ + 12h));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, sessions_.count());
    }

    void useDoesNotPutOffTheEnd() {
        const std::string id = sessions_.begin("alice", begin_);
        for (int hour = 0; hour < 12; ++hour) {
            CPPUNIT_ASSERT(sessions_.find(id, begin_ + std::chrono::hours(hour)));
        }
        CPPUNIT_ASSERT(!sessions_.find(id, begin_ + 12h));
    }

    void whoLogsOutIsOut() {
        const std::string id = sessions_.begin("alice", begin_);
        const std::string other = sessions_.begin("alice", begin_);
        sessions_.end(id);
        sessions_.end(id);
        CPPUNIT_ASSERT(!sessions_.find(id, begin_));
        CPPUNIT_ASSERT(sessions_.find(other, begin_));
    }

    void otherIdsAreNoSessions() {
        const std::string id = sessions_.begin("alice", begin_);
        for (const std::string& other :
             {std::string(), std::string("alice"), id + 'a', id.substr(1), makeSecret(),
              id.substr(0, 42) + '\0', std::string(1'000'000, 'a')}) {
            CPPUNIT_ASSERT(!sessions_.find(other, begin_));
            sessions_.end(other);
        }
        CPPUNIT_ASSERT(sessions_.find(id, begin_));
    }

    void aTokenHasSoMany() {
        const std::string others = sessions_.begin("bob", begin_);
        const std::string oldest = sessions_.begin("alice", begin_);
        const std::string second = sessions_.begin("alice", begin_);
        for (std::size_t i = 2; i <= Sessions::mostOfAToken; ++i) sessions_.begin("alice", begin_);
        CPPUNIT_ASSERT(!sessions_.find(oldest, begin_));
        CPPUNIT_ASSERT(sessions_.find(second, begin_));
        CPPUNIT_ASSERT(sessions_.find(others, begin_));
        CPPUNIT_ASSERT_EQUAL(Sessions::mostOfAToken + 1, sessions_.count());
    }

    void aKeyIsAsGoodAsItsId() {
        const std::string id = sessions_.begin("alice", begin_);
        const Digest key = Sessions::keyOf(id).value();
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), sessions_.find(key, begin_).value());
        CPPUNIT_ASSERT(!Sessions::keyOf("alice"));
        sessions_.end(id);
        CPPUNIT_ASSERT(!sessions_.find(key, begin_));
    }

    void theOldestEndsWhenThereAreTooMany() {
        const std::string oldest = sessions_.begin("a", begin_);
        const std::string second = sessions_.begin("b", begin_);
        for (std::size_t i = 2; i < Sessions::most; ++i)
            sessions_.begin(std::to_string(i / 50), begin_);
        CPPUNIT_ASSERT(sessions_.find(oldest, begin_));
        const std::string last = sessions_.begin("d", begin_);
        CPPUNIT_ASSERT(!sessions_.find(oldest, begin_));
        CPPUNIT_ASSERT(sessions_.find(second, begin_));
        CPPUNIT_ASSERT(sessions_.find(last, begin_));
        CPPUNIT_ASSERT_EQUAL(Sessions::most, sessions_.count());
    }

    void thoseWhoseTimeHasPassedMakeRoom() {
        for (int i = 0; i < 10; ++i) sessions_.begin("a", begin_);
        const std::string later = sessions_.begin("b", begin_ + 1h);
        sessions_.begin("c", begin_ + 12h);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sessions_.count());
        CPPUNIT_ASSERT(sessions_.find(later, begin_ + 12h));
    }

    void threadsDoNotDisturbEachOther() {
        std::atomic<int> wrong{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, name = std::to_string(i)] {
                for (int j = 0; j < 500; ++j) {
                    const std::string id = sessions_.begin(name, begin_);
                    if (sessions_.find(id, begin_) != name) ++wrong;
                    sessions_.end(id);
                    if (sessions_.find(id, begin_)) ++wrong;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(0, wrong.load());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, sessions_.count());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionsTest);

}  // namespace errand::access
