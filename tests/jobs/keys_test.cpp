// SPDX-License-Identifier: Apache-2.0
#include "jobs/keys.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/job_table.h"
#include "jobs/keys_in_use.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

class KeysTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeysTest);
    CPPUNIT_TEST(whatWasNotedIsFoundInOrder);
    CPPUNIT_TEST(unknownKeyIsNotFound);
    CPPUNIT_TEST(oldUseDoesNotCountAndGivesWay);
    CPPUNIT_TEST(oldKeysAreForgottenAFewAtATime);
    CPPUNIT_TEST(bytesPassAsTheyAre);
    CPPUNIT_TEST(keyIsUsedByOneAtATime);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        table_.emplace();
        keys_.emplace(table_->database);
    }
    void tearDown() override {
        keys_.reset();
        table_.reset();
    }

    void whatWasNotedIsFoundInOrder() {
        const std::vector<Job> jobs{JobTable::make(), JobTable::make(), JobTable::make()};
        keys_->note({"k", "print"}, jobs, at(5));
        const auto use = keys_->find("k", at(5));
        CPPUNIT_ASSERT(use);
        CPPUNIT_ASSERT_EQUAL("print"s, use->fingerprint);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), use->jobs.size());
        for (std::size_t i = 0; i < 3; ++i) CPPUNIT_ASSERT(use->jobs[i] == jobs[i].id);
    }

    void unknownKeyIsNotFound() {
        keys_->note({"k", "print"}, {}, at(5));
        CPPUNIT_ASSERT(!keys_->find("K", at(0)));
        CPPUNIT_ASSERT(!keys_->find("", at(0)));
    }

    void oldUseDoesNotCountAndGivesWay() {
        keys_->note({"k", "old"}, {}, at(5));
        CPPUNIT_ASSERT(!keys_->find("k", at(5.1)));
        keys_->note({"k", "new"}, {}, at(6));
        CPPUNIT_ASSERT_EQUAL("new"s, keys_->find("k", at(5.1))->fingerprint);
    }

    void oldKeysAreForgottenAFewAtATime() {
        for (int i = 0; i < 5; ++i) keys_->note({std::to_string(i), "print"}, {}, at(i));
        keys_->forget(at(4), 3);
        CPPUNIT_ASSERT_EQUAL("3 4"s, left());
        CPPUNIT_ASSERT_EQUAL(1, keys_->forget(at(4), 3));
        CPPUNIT_ASSERT_EQUAL("4"s, left());
    }

    void bytesPassAsTheyAre() {
        const std::string print("\0\xff'\"\n", 5);
        keys_->note({"k'\"", print}, {}, at(0));
        CPPUNIT_ASSERT(keys_->find("k'\"", at(0))->fingerprint == print);
    }

    void keyIsUsedByOneAtATime() {
        KeysInUse inUse;
        {
            const KeysInUse::Use first(inUse, "k");
            const KeysInUse::Use second(inUse, "k");
            const KeysInUse::Use other(inUse, "l");
            CPPUNIT_ASSERT(first.mine() && other.mine());
            CPPUNIT_ASSERT(!second.mine());
        }
        CPPUNIT_ASSERT(KeysInUse::Use(inUse, "k").mine());
    }

private:
    std::string left() {
        return valueOf(table_->database, "SELECT group_concat(key, ' ') FROM idempotency_keys");
    }

    std::optional<JobTable> table_;
    std::optional<Keys> keys_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeysTest);
