// SPDX-License-Identifier: Apache-2.0
#include "http/job_audience.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/parked.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

using jobs::JobState;
using std::chrono::seconds;

class JobAudienceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobAudienceTest);
    CPPUNIT_TEST(aStreamBeginsWithTheJobAsItIs);
    CPPUNIT_TEST(whatTheClientKnowsIsNotToldAgain);
    CPPUNIT_TEST(everyChangeIsToldAndTheEndEndsIt);
    CPPUNIT_TEST(aJobThatIsGoneEndsItsStreams);
    CPPUNIT_TEST(whoWaitsIsAnsweredWhenReady);
    CPPUNIT_TEST(whoWaitsIsAnsweredInTime);
    CPPUNIT_TEST(aJobThatIsGoneIsNotFound);
    CPPUNIT_TEST(anAnswerToHeadHasNoBody);
    CPPUNIT_TEST(allAreAnsweredAtAStop);
    CPPUNIT_TEST(oneThatEndsEarlyIsAnswered);
    CPPUNIT_TEST(oneLoadServesAll);
    CPPUNIT_TEST(whoLeavesIsForgotten);
    CPPUNIT_TEST(whenTheStoreCannotBeReadAllAreTold);
    CPPUNIT_TEST(silentStreamsAreShownThatTheyLive);
    CPPUNIT_TEST_SUITE_END();

    Parked parked_;
    JobAudience audience_{parked_.jobs, parked_.news, parked_.clock};
    base::Id id_ = parked_.submit();
    const base::SteadyTime now_ = parked_.now;

    std::int64_t sequence() { return parked_.jobs.find(id_)->sequence; }

    std::unique_ptr<Peer> watch(std::int64_t seen = -1) {
        auto peer = parked_.peer();
        audience_.add(peer->client, WatchJob{sequence(), seen}, now_);
        return peer;
    }

    // For the end of the job.
    std::unique_ptr<Peer> wait(seconds limit = seconds(10), bool withBody = true) {
        auto peer = parked_.peer(withBody);
        const auto ready = [](const jobs::Job& job) { return isFinished(job.state); };
        const auto answer = [](const jobs::Job& job) {
            Response response;
            response.body = toString(job.state);
            return response;
        };
        audience_.add(peer->client, AwaitJob{id_, sequence(), limit, ready, answer}, now_);
        return peer;
    }

    void tell() { audience_.tell(parked_.news.take().followed, now_); }

    void become(JobState state) {
        parked_.jobs.becomes(id_, state);
        tell();
    }

    void aStreamBeginsWithTheJobAsItIs() {
        const auto peer = watch();
        const std::string head = peer->hear();
        CPPUNIT_ASSERT(head.starts_with("HTTP/1.1 200 OK\r\n"));
        CPPUNIT_ASSERT(head.ends_with("\r\n\r\nretry: 2000\n\n"));
        tell();
        const std::string event = peer->hear();
        CPPUNIT_ASSERT(event.starts_with("id: 1\nevent: queued\ndata: {\"id\":"));
        ASSERT_CONTAINS("\"kwargs\":", event);
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string(), peer->hear());
    }

    void whatTheClientKnowsIsNotToldAgain() {
        const auto peer = watch(1);
        peer->hear();
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string(), peer->hear());
        become(JobState::running);
        CPPUNIT_ASSERT(peer->hear().starts_with("id: 2\nevent: running\n"));
    }

    void everyChangeIsToldAndTheEndEndsIt() {
        const auto peer = watch();
        tell();
        peer->hear();
        become(JobState::running);
        CPPUNIT_ASSERT(peer->hear().starts_with("id: 2\nevent: running\n"));
        become(JobState::running);  // its progress, perhaps
        CPPUNIT_ASSERT(peer->hear().starts_with("id: 3\nevent: running\n"));
        CPPUNIT_ASSERT(!peer->client.finished());
        become(JobState::failed);
        CPPUNIT_ASSERT(peer->hear().starts_with("id: 4\nevent: failed\n"));
        CPPUNIT_ASSERT(peer->over());
        become(JobState::queued);  // by a retry, of which that stream does not tell
        CPPUNIT_ASSERT_EQUAL(std::string(), peer->hear());
    }

    void aJobThatIsGoneEndsItsStreams() {
        const auto peer = watch();
        peer->hear();
        parked_.jobs.jobs.clear();
        tell();
        CPPUNIT_ASSERT_EQUAL(std::string(), peer->hear());
        CPPUNIT_ASSERT(peer->over());
    }

    void whoWaitsIsAnsweredWhenReady() {
        const auto peer = wait();
        tell();
        become(JobState::running);
        CPPUNIT_ASSERT_EQUAL(std::string(), peer->hear());
        become(JobState::succeeded);
        const std::string answer = peer->hear();
        CPPUNIT_ASSERT(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        ASSERT_CONTAINS("Preference-Applied: wait=10\r\n", answer);
        ASSERT_CONTAINS("Connection: close\r\n", answer);
        CPPUNIT_ASSERT(answer.ends_with("\r\n\r\nsucceeded"));
        CPPUNIT_ASSERT(peer->over());
        CPPUNIT_ASSERT(!audience_.nextLimit());
        // What has happened between the handler's look and now counts too.
        const auto late = wait();
        tell();
        CPPUNIT_ASSERT(late->hear().ends_with("succeeded"));
    }

    void whoWaitsIsAnsweredInTime() {
        const auto later = wait(seconds(20));
        const auto sooner = wait(seconds(10));
        tell();
        CPPUNIT_ASSERT(audience_.nextLimit() == now_ + seconds(10));
        audience_.answerLate(now_ + seconds(9));
        CPPUNIT_ASSERT_EQUAL(std::string(), sooner->hear());
        audience_.answerLate(now_ + seconds(10));
        CPPUNIT_ASSERT(sooner->hear().ends_with("queued"));
        CPPUNIT_ASSERT_EQUAL(std::string(), later->hear());
        CPPUNIT_ASSERT(audience_.nextLimit() == now_ + seconds(20));
    }

    void aJobThatIsGoneIsNotFound() {
        const auto first = wait();
        const auto second = wait();
        const std::string id = id_.toString();
        parked_.jobs.jobs.clear();
        CPPUNIT_ASSERT(audience_.answer(second->client, now_));
        tell();
        for (Peer* peer : {first.get(), second.get()}) {
            const std::string answer = peer->hear();
            CPPUNIT_ASSERT(answer.starts_with("HTTP/1.1 404 Not Found\r\n"));
            ASSERT_CONTAINS(id, answer);
        }
    }

    void anAnswerToHeadHasNoBody() {
        const auto peer = wait(seconds(10), false);
        audience_.answerAll(now_);
        const std::string answer = peer->hear();
        ASSERT_CONTAINS("Content-Length: 6\r\n", answer);
        CPPUNIT_ASSERT(answer.ends_with("\r\n\r\n"));
    }

    void allAreAnsweredAtAStop() {
        const auto one = wait();
        const auto other = wait(seconds(5));
        const auto stream = watch(1);
        stream->hear();
        audience_.answerAll(now_);
        CPPUNIT_ASSERT(one->hear().ends_with("queued"));
        CPPUNIT_ASSERT(other->hear().ends_with("queued"));
        CPPUNIT_ASSERT_EQUAL(std::string(), stream->hear());
        CPPUNIT_ASSERT(!stream->client.finished());
    }

    void oneThatEndsEarlyIsAnswered() {
        const auto peer = wait();
        const auto stream = watch();
        CPPUNIT_ASSERT(audience_.answer(peer->client, now_));
        CPPUNIT_ASSERT(peer->hear().ends_with("queued"));
        CPPUNIT_ASSERT(!audience_.answer(peer->client, now_));
        CPPUNIT_ASSERT(!audience_.answer(stream->client, now_));
    }

    void oneLoadServesAll() {
        const auto first = watch(1);
        const auto second = watch(1);
        const auto third = wait();
        tell();
        const int before = parked_.jobs.loads;
        become(JobState::succeeded);
        CPPUNIT_ASSERT_EQUAL(before + 1, parked_.jobs.loads);
        ASSERT_CONTAINS("event: succeeded\n", first->hear());
        ASSERT_CONTAINS("event: succeeded\n", second->hear());
        CPPUNIT_ASSERT(third->hear().ends_with("succeeded"));
    }

    void whoLeavesIsForgotten() {
        const auto first = watch(1);
        const auto second = watch(1);
        const auto third = wait();
        tell();
        audience_.remove(first->client);
        audience_.remove(third->client);
        audience_.remove(third->client);
        CPPUNIT_ASSERT(!audience_.nextLimit());
        first->hear();
        second->hear();
        become(JobState::running);
        CPPUNIT_ASSERT_EQUAL(std::string(), first->hear());
        ASSERT_CONTAINS("event: running\n", second->hear());
        audience_.remove(second->client);
        parked_.jobs.becomes(id_, JobState::failed);
        CPPUNIT_ASSERT(parked_.news.take().followed.empty());
    }

    void whenTheStoreCannotBeReadAllAreTold() {
        const auto peer = wait();
        const auto stream = watch();
        stream->hear();
        parked_.jobs.failure = "no disk";
        CPPUNIT_ASSERT_THROW(tell(), Poco::IOException);
        audience_.apologize(now_);
        CPPUNIT_ASSERT(peer->hear().starts_with("HTTP/1.1 500 "));
        CPPUNIT_ASSERT_EQUAL(std::string(), stream->hear());
        CPPUNIT_ASSERT(stream->over());
        parked_.jobs.failure.clear();
        parked_.jobs.becomes(id_, JobState::failed);
        CPPUNIT_ASSERT(parked_.news.take().followed.empty());
    }

    void silentStreamsAreShownThatTheyLive() {
        const auto stream = watch();
        const auto peer = wait();
        stream->hear();
        audience_.beat(now_ + seconds(14), seconds(15));
        CPPUNIT_ASSERT_EQUAL(std::string(), stream->hear());
        audience_.beat(now_ + seconds(15), seconds(15));
        CPPUNIT_ASSERT_EQUAL(std::string(":\n\n"), stream->hear());
        CPPUNIT_ASSERT_EQUAL(std::string(), peer->hear());
        audience_.beat(now_ + seconds(16), seconds(15));
        CPPUNIT_ASSERT_EQUAL(std::string(), stream->hear());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobAudienceTest);

}  // namespace
}  // namespace errand::http
