// SPDX-License-Identifier: Apache-2.0
#include "http/event_feed.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/parked.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

using jobs::JobState;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The numbers of the events in a stream's text, with their names: "3:running 5:failed".
std::string eventsIn(std::string_view text) {
    std::string found;
    std::size_t at = 0;
    while ((at = text.find("\nevent: ", at)) != std::string_view::npos) {
        const auto line = text.rfind("id: ", at);
        const auto begin = at + 8;
        at = text.find('\n', begin);
        if (!found.empty()) found += ' ';
        found.append(text.substr(line + 4, begin - 8 - line - 4)).append(":");
        found.append(text.substr(begin, at - begin));
    }
    return found;
}

class EventFeedTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EventFeedTest);
    CPPUNIT_TEST(itBeginsWithWhatComes);
    CPPUNIT_TEST(whoComesForTheFirstTimeLearnsWhereItStands);
    CPPUNIT_TEST(filtersLetThroughWhatListsWouldShow);
    CPPUNIT_TEST(changesAreGatheredForAMoment);
    CPPUNIT_TEST(aJobThatHasChangedSinceComesLater);
    CPPUNIT_TEST(whoComesAgainHearsTheLatestOfEachJobOnce);
    CPPUNIT_TEST(whoComesAgainGoesOnLive);
    CPPUNIT_TEST(longAbsencesAreToldPageByPage);
    CPPUNIT_TEST(whoDoesNotReadIsNotReadTo);
    CPPUNIT_TEST(whatIsNotKnownAnyMoreIsSaid);
    CPPUNIT_TEST(numbersOfAnotherStoreAreSaid);
    CPPUNIT_TEST(whatWasTooMuchToGatherIsReadFromTheStore);
    CPPUNIT_TEST(oneLoadServesAll);
    CPPUNIT_TEST(silentOnesLearnHowFarTheyAre);
    CPPUNIT_TEST(whoLeavesIsForgotten);
    CPPUNIT_TEST(theEndEndsAll);
    CPPUNIT_TEST_SUITE_END();

    Parked parked_;
    EventFeed feed_{parked_.jobs, parked_.news, parked_.clock, milliseconds(50)};
    base::SteadyTime now_ = parked_.now;

    std::unique_ptr<Peer> join(jobs::Filter filter = {}, std::optional<std::int64_t> seen = {}) {
        auto peer = parked_.peer();
        feed_.add(peer->client, WatchJobs{std::move(filter), seen}, now_);
        return peer;
    }

    // As the thread does it, some time after the last.
    void tell() {
        now_ += milliseconds(50);
        feed_.tell(parked_.news.take(), now_);
    }

    void itBeginsWithWhatComes() {
        const base::Id id = parked_.submit();
        const auto peer = join();
        tell();
        const std::string head = peer->hear();
        CPPUNIT_ASSERT(head.starts_with("HTTP/1.1 200 OK\r\n"));
        ASSERT_CONTAINS("\r\n\r\nretry: 2000\n\n", head);
        CPPUNIT_ASSERT_EQUAL(std::string(), eventsIn(head));
        parked_.jobs.becomes(id, JobState::running);
        parked_.submit();
        tell();
        const std::string events = peer->hear();
        CPPUNIT_ASSERT_EQUAL(std::string("2:running 3:queued"), eventsIn(events));
        CPPUNIT_ASSERT(!contains(events, "kwargs"));
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string(), peer->hear());
    }

    // Else one that is cut off before its first event would miss what comes until it is back.
    void whoComesForTheFirstTimeLearnsWhereItStands() {
        parked_.submit();
        parked_.submit();
        CPPUNIT_ASSERT(join()->hear().ends_with("\n\nid: 2\n\n"));
    }

    void filtersLetThroughWhatListsWouldShow() {
        const base::Id parent = parked_.submit();
        jobs::Job job = *parked_.jobs.find(parked_.submit("mail"));
        job.parent = parent;
        job.state = JobState::failed;
        const auto shown = [&](const jobs::Filter& filter) { return letsThrough(filter, job); };
        CPPUNIT_ASSERT(shown({}));
        CPPUNIT_ASSERT(shown({JobState::failed, "mail", "m", parent, "t-mail", {}, {}, {}}));
        CPPUNIT_ASSERT(!shown({JobState::queued, {}, {}, {}, {}, {}, {}, {}}));
        CPPUNIT_ASSERT(!shown({{}, "compute", {}, {}, {}, {}, {}, {}}));
        CPPUNIT_ASSERT(!shown({{}, {}, "n", {}, {}, {}, {}, {}}));
        CPPUNIT_ASSERT(!shown({{}, {}, {}, job.id, {}, {}, {}, {}}));
        CPPUNIT_ASSERT(!shown({{}, {}, {}, {}, "t", {}, {}, {}}));
        const auto mails = join({{}, "mail", {}, {}, {}, {}, {}, {}});
        const auto all = join();
        parked_.submit();
        parked_.jobs.becomes(job);
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string("4:failed"), eventsIn(mails->hear()));
        CPPUNIT_ASSERT_EQUAL(std::string("3:queued 4:failed"), eventsIn(all->hear()));
    }

    void changesAreGatheredForAMoment() {
        const auto peer = join();
        const base::Id id = parked_.submit();
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string("1:queued"), eventsIn(peer->hear()));
        CPPUNIT_ASSERT(feed_.isGathering(now_));
        CPPUNIT_ASSERT(feed_.nextTime(now_) == now_ + milliseconds(50));
        parked_.jobs.becomes(id, JobState::running);
        feed_.tell(parked_.news.take(), now_ + milliseconds(20));
        parked_.jobs.becomes(id, JobState::succeeded);
        feed_.tell(parked_.news.take(), now_ + milliseconds(49));
        CPPUNIT_ASSERT_EQUAL(std::string(), peer->hear());
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string("3:succeeded"), eventsIn(peer->hear()));
        CPPUNIT_ASSERT(!feed_.isGathering(now_ + milliseconds(50)));
        CPPUNIT_ASSERT(!feed_.nextTime(now_ + milliseconds(50)));
    }

    // Told with its new number now, it would hide another's change in between.
    void aJobThatHasChangedSinceComesLater() {
        const auto peer = join();
        const base::Id busy = parked_.submit();
        const base::Id other = parked_.submit();
        News::Edition first = parked_.news.take();
        parked_.jobs.becomes(other, JobState::running);
        parked_.jobs.becomes(busy, JobState::running);
        now_ += milliseconds(50);
        feed_.tell(std::move(first), now_);
        CPPUNIT_ASSERT_EQUAL(std::string(), eventsIn(peer->hear()));
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string("3:running 4:running"), eventsIn(peer->hear()));
    }

    void whoComesAgainHearsTheLatestOfEachJobOnce() {
        const base::Id one = parked_.submit();
        const base::Id other = parked_.submit();
        parked_.submit("mail");
        parked_.jobs.becomes(one, JobState::running);
        parked_.jobs.becomes(other, JobState::running);
        parked_.jobs.becomes(one, JobState::succeeded);
        const auto all = join({}, 0);
        const auto some = join({{}, "compute", {}, {}, {}, {}, {}, {}}, 4);
        CPPUNIT_ASSERT(feed_.nextTime(now_) == std::nullopt);
        std::string heard = all->hear() + some->hear();
        CPPUNIT_ASSERT(feed_.nextTime(now_) == now_);
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string("3:queued 5:running 6:succeeded"), eventsIn(all->hear()));
        CPPUNIT_ASSERT_EQUAL(std::string("5:running 6:succeeded"), eventsIn(some->hear()));
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string(), all->hear());
        CPPUNIT_ASSERT(!feed_.isGathering(now_));
        CPPUNIT_ASSERT(!contains(heard, "event: "));
    }

    void whoComesAgainGoesOnLive() {
        const base::Id id = parked_.submit();
        const auto peer = join({}, 0);
        peer->hear();
        parked_.jobs.becomes(id, JobState::running);  // between its coming and the replay
        tell();
        std::string heard = peer->hear();
        parked_.jobs.becomes(id, JobState::failed);
        tell();
        heard += peer->hear();
        CPPUNIT_ASSERT_EQUAL(std::string("2:running 3:failed"), eventsIn(heard));
        // One that has missed nothing is live at once.
        const auto up = join({}, 3);
        up->hear();
        CPPUNIT_ASSERT(feed_.nextTime(now_ + seconds(1)) == std::nullopt);
        parked_.submit();
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string("4:queued"), eventsIn(up->hear()));
    }

    void longAbsencesAreToldPageByPage() {
        const base::Id first = parked_.submit();
        for (int i = 0; i < 1200; ++i) parked_.submit();
        parked_.jobs.becomes(first, JobState::running);
        const auto peer = join({}, 0);
        peer->hear();
        std::string heard;
        int pages = 0;
        while (feed_.nextTime(now_ + seconds(1))) {
            tell();
            heard += eventsIn(peer->hear()) + ' ';
            ++pages;
        }
        CPPUNIT_ASSERT_EQUAL(3, pages);
        CPPUNIT_ASSERT(heard.starts_with("2:queued 3:queued 4:queued "));
        CPPUNIT_ASSERT(heard.ends_with(" 1200:queued 1201:queued 1202:running "));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t(1201), std::count(heard.begin(), heard.end(), ':'));
        CPPUNIT_ASSERT(!peer->client.broken());
    }

    void whoDoesNotReadIsNotReadTo() {
        for (int i = 0; i < 1200; ++i) parked_.submit();
        const auto peer = join({}, 0);
        const auto other = join({}, 0);
        other->hear();
        tell();
        const std::size_t unsent = peer->client.unsent();  // its head alone
        CPPUNIT_ASSERT(unsent > 0 && unsent < 1000);
        CPPUNIT_ASSERT(eventsIn(other->hear()).starts_with("1:queued 2:queued "));
        peer->hear();
        tell();  // the first page for the one, who is the farthest behind
        CPPUNIT_ASSERT(eventsIn(peer->hear()).starts_with("1:queued 2:queued "));
        CPPUNIT_ASSERT_EQUAL(std::string(), eventsIn(other->hear()));
        tell();  // the second for both
        CPPUNIT_ASSERT(eventsIn(peer->hear()).starts_with("501:queued "));
        CPPUNIT_ASSERT(eventsIn(other->hear()).starts_with("501:queued "));
    }

    void whatIsNotKnownAnyMoreIsSaid() {
        for (int i = 0; i < 5; ++i) parked_.submit();
        parked_.jobs.forgotten = 3;
        const auto late = join({}, 2);
        const auto timely = join({}, 3);
        late->hear();
        timely->hear();
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string("id: 5\nevent: reset\ndata: {}\n\n"), late->hear());
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string("4:queued 5:queued"), eventsIn(timely->hear()));
        parked_.submit();
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string("6:queued"), eventsIn(late->hear()));
        CPPUNIT_ASSERT_EQUAL(std::string("6:queued"), eventsIn(timely->hear()));
    }

    void numbersOfAnotherStoreAreSaid() {
        parked_.submit();
        for (const std::int64_t seen : {std::int64_t(2), std::int64_t(INT64_MAX), std::int64_t(-1)})
            CPPUNIT_ASSERT(join({}, seen)->hear().ends_with("id: 1\nevent: reset\ndata: {}\n\n"));
    }

    void whatWasTooMuchToGatherIsReadFromTheStore() {
        const auto peer = join();
        peer->hear();
        parked_.submit();
        parked_.submit();
        News::Edition lost = parked_.news.take();
        lost.changes.clear();
        lost.incomplete = true;
        feed_.tell(std::move(lost), now_);
        CPPUNIT_ASSERT_EQUAL(std::string("1:queued 2:queued"), eventsIn(peer->hear()));
        parked_.submit();
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string("3:queued"), eventsIn(peer->hear()));
    }

    void oneLoadServesAll() {
        std::vector<std::unique_ptr<Peer>> peers;
        for (int i = 0; i < 20; ++i) peers.push_back(join());
        parked_.submit();
        parked_.submit();
        tell();
        CPPUNIT_ASSERT_EQUAL(1, parked_.jobs.loads);
        for (const auto& peer : peers)
            CPPUNIT_ASSERT_EQUAL(std::string("1:queued 2:queued"), eventsIn(peer->hear()));
    }

    void silentOnesLearnHowFarTheyAre() {
        const auto peer = join({{}, "mail", {}, {}, {}, {}, {}, {}});
        parked_.submit();
        tell();
        peer->hear();
        feed_.beat(parked_.now + seconds(14), seconds(15));
        CPPUNIT_ASSERT_EQUAL(std::string(), peer->hear());
        feed_.beat(parked_.now + seconds(15), seconds(15));
        CPPUNIT_ASSERT_EQUAL(std::string(":\n\nid: 1\n\n"), peer->hear());
    }

    void whoLeavesIsForgotten() {
        const auto one = join();
        const auto other = join();
        feed_.remove(one->client);
        feed_.remove(one->client);
        one->hear();
        other->hear();
        parked_.submit();
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string(), one->hear());
        CPPUNIT_ASSERT_EQUAL(std::string("1:queued"), eventsIn(other->hear()));
        feed_.remove(other->client);
        parked_.submit();
        CPPUNIT_ASSERT(parked_.news.take().changes.empty());
        // Nothing of before is left for the next.
        const auto next = join();
        next->hear();
        parked_.submit();
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string("3:queued"), eventsIn(next->hear()));
    }

    void theEndEndsAll() {
        const auto peer = join();
        feed_.end(now_);
        peer->hear();
        CPPUNIT_ASSERT(peer->over());
        parked_.submit();
        CPPUNIT_ASSERT(parked_.news.take().changes.empty());
        tell();
        CPPUNIT_ASSERT(!feed_.nextTime(now_ + seconds(1)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EventFeedTest);

}  // namespace
}  // namespace errand::http
