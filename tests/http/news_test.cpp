// SPDX-License-Identifier: Apache-2.0
#include "http/news.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>

namespace errand::http {
namespace {

using jobs::JobChange;
using std::chrono::milliseconds;

class NewsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NewsTest);
    CPPUNIT_TEST(nobodysChangesAreNotKept);
    CPPUNIT_TEST(theNewestNumberIsKnownToAll);
    CPPUNIT_TEST(onlyFollowedJobsRing);
    CPPUNIT_TEST(aJobThatChangesTwiceIsTakenOnce);
    CPPUNIT_TEST(gatheredChangesComeInOrder);
    CPPUNIT_TEST(thePatientAreNotWoken);
    CPPUNIT_TEST(whoLosesPatienceHearsOfWhatIsThere);
    CPPUNIT_TEST(tooManyChangesAreSaidToBeMissing);
    CPPUNIT_TEST(whoLeavesHearsNothing);
    CPPUNIT_TEST(whatChangedTwiceIsLoadedOnce);
    CPPUNIT_TEST_SUITE_END();

    base::PollSet set_;
    News news_{set_};

    // Whether a wait ends before its time.
    bool rung() {
        const auto begun = std::chrono::steady_clock::now();
        set_.wait(milliseconds(20000));
        return std::chrono::steady_clock::now() - begun < milliseconds(20000);
    }

    void nobodysChangesAreNotKept() {
        news_.changed({{1, 10}, {2, 11}});
        const auto edition = news_.take();
        CPPUNIT_ASSERT(edition.followed.empty());
        CPPUNIT_ASSERT(edition.changes.empty());
        CPPUNIT_ASSERT(!edition.incomplete);
    }

    void theNewestNumberIsKnownToAll() {
        news_.begin(5);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(5), news_.newest());
        news_.changed({{6, 10}, {7, 11}});
        CPPUNIT_ASSERT_EQUAL(std::int64_t(7), news_.newest());
        news_.begin(6);  // what came in while the watch began is newer
        CPPUNIT_ASSERT_EQUAL(std::int64_t(7), news_.newest());
        news_.changed({});
        CPPUNIT_ASSERT_EQUAL(std::int64_t(7), news_.newest());
    }

    void onlyFollowedJobsRing() {
        news_.follow(10);
        news_.changed({{1, 11}, {2, 12}});
        CPPUNIT_ASSERT(news_.rest(false));
        news_.changed({{3, 12}, {4, 10}});
        CPPUNIT_ASSERT(!news_.rest(true));
        CPPUNIT_ASSERT(rung());
        CPPUNIT_ASSERT(news_.take().followed == std::vector<std::int64_t>{10});
        CPPUNIT_ASSERT(news_.take().followed.empty());
        CPPUNIT_ASSERT(news_.rest(false));
    }

    void aJobThatChangesTwiceIsTakenOnce() {
        news_.follow(10);
        news_.follow(11);
        news_.changed({{1, 10}, {2, 11}, {3, 10}});
        news_.changed({{4, 10}});
        auto followed = news_.take().followed;
        std::ranges::sort(followed);
        CPPUNIT_ASSERT((followed == std::vector<std::int64_t>{10, 11}));
    }

    static std::vector<std::int64_t> numbersOf(const News::Edition& edition) {
        std::vector<std::int64_t> numbers;
        for (const JobChange& change : edition.changes) numbers.push_back(change.number);
        return numbers;
    }

    void gatheredChangesComeInOrder() {
        news_.changed({{1, 10}});
        news_.gather(true);
        news_.changed({{2, 10}, {3, 11}});
        news_.changed({{4, 10}});
        CPPUNIT_ASSERT(!news_.rest(false));
        CPPUNIT_ASSERT((numbersOf(news_.take()) == std::vector<std::int64_t>{2, 3, 4}));
        CPPUNIT_ASSERT(news_.take().changes.empty());
    }

    void thePatientAreNotWoken() {
        news_.gather(true);
        CPPUNIT_ASSERT(news_.rest(true));
        news_.changed({{1, 10}});
        CPPUNIT_ASSERT(news_.rest(true));
        // One who follows a job is.
        news_.follow(10);
        news_.changed({{2, 10}});
        CPPUNIT_ASSERT(!news_.rest(true));
        CPPUNIT_ASSERT(rung());
    }

    void whoLosesPatienceHearsOfWhatIsThere() {
        news_.gather(true);
        CPPUNIT_ASSERT(news_.rest(true));
        news_.changed({{1, 10}});
        CPPUNIT_ASSERT(!news_.rest(false));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), news_.take().changes.size());
        CPPUNIT_ASSERT(news_.rest(false));
    }

    void tooManyChangesAreSaidToBeMissing() {
        news_.gather(true);
        const std::vector<JobChange> many(600'000, JobChange{9, 10});
        news_.changed(many);
        news_.changed(many);
        news_.changed({{10, 10}});
        const auto edition = news_.take();
        CPPUNIT_ASSERT(edition.incomplete);
        CPPUNIT_ASSERT(edition.changes.empty());
        news_.changed({{11, 10}});
        const auto next = news_.take();
        CPPUNIT_ASSERT(!next.incomplete);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), next.changes.size());
    }

    void whoLeavesHearsNothing() {
        news_.follow(10);
        news_.gather(true);
        news_.changed({{1, 10}});
        news_.unfollow(10);
        news_.gather(false);
        news_.changed({{2, 10}});
        const auto edition = news_.take();
        CPPUNIT_ASSERT(edition.followed.empty());
        CPPUNIT_ASSERT(edition.changes.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), news_.newest());
    }

    void whatChangedTwiceIsLoadedOnce() {
        CPPUNIT_ASSERT(eachOnce({}).empty());
        CPPUNIT_ASSERT((std::vector<std::int64_t>{2, 3, 7} == eachOnce({7, 2, 7, 3, 2})));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NewsTest);

}  // namespace
}  // namespace errand::http
