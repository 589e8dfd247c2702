// SPDX-License-Identifier: Apache-2.0
#include "jobs/job.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace errand::jobs;
using namespace std::string_literals;

class JobTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobTest);
    CPPUNIT_TEST(statesHaveWordsBothWays);
    CPPUNIT_TEST(otherWordsAreNoStates);
    CPPUNIT_TEST(threeStatesAreFinished);
    CPPUNIT_TEST(numbersAreThoseOfTheTable);
    CPPUNIT_TEST_SUITE_END();

public:
    void statesHaveWordsBothWays() {
        const std::pair<JobState, std::string> words[] = {{JobState::queued, "queued"},
                                                          {JobState::running, "running"},
                                                          {JobState::succeeded, "succeeded"},
                                                          {JobState::failed, "failed"},
                                                          {JobState::cancelled, "cancelled"}};
        for (const auto& [state, word] : words) {
            CPPUNIT_ASSERT_EQUAL(word, std::string(toString(state)));
            CPPUNIT_ASSERT(parseState(word) == state);
        }
    }

    void otherWordsAreNoStates() {
        for (const auto* word : {"", "Queued", "queued ", "done", "0", "canceled"}) {
            CPPUNIT_ASSERT(!parseState(word));
        }
    }

    void threeStatesAreFinished() {
        CPPUNIT_ASSERT(!isFinished(JobState::queued) && !isFinished(JobState::running));
        CPPUNIT_ASSERT(isFinished(JobState::succeeded) && isFinished(JobState::failed) &&
                       isFinished(JobState::cancelled));
    }

    void numbersAreThoseOfTheTable() {
        CPPUNIT_ASSERT_EQUAL(0, static_cast<int>(JobState::queued));
        CPPUNIT_ASSERT_EQUAL(4, static_cast<int>(JobState::cancelled));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobTest);
