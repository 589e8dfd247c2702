// SPDX-License-Identifier: Apache-2.0
#include "jobs/crash_marks.h"

#include <algorithm>

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include "base/forked.h"
#include "base/worker.h"
#include "jobs/job_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;

class CrashMarksTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashMarksTest);
    CPPUNIT_TEST(newFileHasNoMarks);
    CPPUNIT_TEST(marksAreThereForTheNextRun);
    CPPUNIT_TEST(clearedMarksAreGone);
    CPPUNIT_TEST(wipeForgetsAll);
    CPPUNIT_TEST(marksSurviveKill);
    CPPUNIT_TEST(slotsAreUsedAgain);
    CPPUNIT_TEST(marksBeyondTheSlotsGoUnnoticed);
    CPPUNIT_TEST(threadsSetAndClearAtATime);
    CPPUNIT_TEST(fileThatCannotBeMadeIsNamed);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        store_.emplace();
        path_ = store_->directory() + "/errand.marks";
    }
    void tearDown() override { store_.reset(); }

    void newFileHasNoMarks() {
        CrashMarks marks(path_);
        CPPUNIT_ASSERT(marks.left().empty());
    }

    void marksAreThereForTheNextRun() {
        {
            CrashMarks marks(path_);
            marks.set(a_);
            marks.set(b_);
        }
        CrashMarks marks(path_);
        CPPUNIT_ASSERT(sorted(marks.left()) == (std::vector{a_, b_}));
    }

    void clearedMarksAreGone() {
        CrashMarks marks(path_);
        const std::size_t slot = marks.set(a_);
        marks.set(b_);
        marks.clear(slot);
        CPPUNIT_ASSERT(marks.left() == std::vector{b_});
        marks.clear(CrashMarks::none);  // what never began
        CPPUNIT_ASSERT(marks.left() == std::vector{b_});
    }

    void wipeForgetsAll() {
        {
            CrashMarks marks(path_);
            marks.set(a_);
        }
        CrashMarks marks(path_);
        marks.wipe();
        CPPUNIT_ASSERT(marks.left().empty());
        marks.set(b_);
        CPPUNIT_ASSERT(marks.left() == std::vector{b_});
    }

    void marksSurviveKill() {
        forked::Process process([this] {
            CrashMarks marks(path_);
            const std::size_t done = marks.set(b_);
            marks.set(a_);
            marks.clear(done);
            ::raise(SIGKILL);
            return 0;
        });
        CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, process.wait().code);
        CrashMarks marks(path_);
        CPPUNIT_ASSERT(marks.left() == std::vector{a_});
    }

    void slotsAreUsedAgain() {
        CrashMarks marks(path_);
        for (std::size_t i = 0; i < 3 * CrashMarks::slots; ++i) {
            const std::size_t slot = marks.set(a_);
            CPPUNIT_ASSERT(slot != CrashMarks::none);
            marks.clear(slot);
        }
    }

    void marksBeyondTheSlotsGoUnnoticed() {
        CrashMarks marks(path_);
        std::vector<std::size_t> taken;
        for (std::size_t i = 0; i < CrashMarks::slots; ++i) taken.push_back(marks.set(a_));
        std::sort(taken.begin(), taken.end());
        CPPUNIT_ASSERT(std::unique(taken.begin(), taken.end()) == taken.end());
        CPPUNIT_ASSERT_EQUAL(CrashMarks::none, marks.set(b_));
        CPPUNIT_ASSERT_EQUAL(CrashMarks::slots, marks.left().size());
        marks.clear(taken.front());
        CPPUNIT_ASSERT_EQUAL(taken.front(), marks.set(b_));
    }

    void threadsSetAndClearAtATime() {
        CrashMarks marks(path_);
        {
            base::Worker one("one"), two("two");
            for (base::Worker* worker : {&one, &two}) {
                worker->start([&] {
                    for (int i = 0; i < 2000; ++i) marks.clear(marks.set(a_));
                });
            }
        }
        CPPUNIT_ASSERT(marks.left().empty());
    }

    void fileThatCannotBeMadeIsNamed() {
        const std::string path = store_->directory() + "/missing/errand.marks";
        try {
            CrashMarks marks(path);
            CPPUNIT_FAIL("made");
        } catch (const Poco::Exception& error) {
            CPPUNIT_ASSERT(error.displayText().find(path) != std::string::npos);
        }
    }

private:
    static std::vector<base::Id> sorted(std::vector<base::Id> ids) {
        std::sort(ids.begin(), ids.end());
        return ids;
    }

    const base::Id a_ = base::Id::generate(at(0));
    const base::Id b_ = base::Id::generate(at(1));
    std::optional<TemporaryStore> store_;
    std::string path_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CrashMarksTest);
