// SPDX-License-Identifier: Apache-2.0
#include "jobs/agenda.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/job_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

class AgendaTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AgendaTest);
    CPPUNIT_TEST(emptyTableHasNoAppointments);
    CPPUNIT_TEST(nextRunAtIsTheEarliestOfTheService);
    CPPUNIT_TEST(whatAClaimLeavesIsNotNext);
    CPPUNIT_TEST(nextSuspectIsTheEarliestOfAnyService);
    CPPUNIT_TEST(nextExpiryIsTheEarliestOfQueuedJobs);
    CPPUNIT_TEST(expiredJobsComeInBatches);
    CPPUNIT_TEST(expiredJobsCarryWhatTheirFailureCastNeeds);
    CPPUNIT_TEST(dueJobsAreCounted);
    CPPUNIT_TEST(servicesAreThoseWithQueuedJobs);
    CPPUNIT_TEST(everyQuestionIsAnsweredFromAnIndex);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        table_.emplace();
        agenda_.emplace(table_->database);
    }
    void tearDown() override {
        agenda_.reset();
        table_.reset();
    }

    void emptyTableHasNoAppointments() {
        CPPUNIT_ASSERT(!agenda_->nextRunAt("alpha", at(0)));
        CPPUNIT_ASSERT(!agenda_->nextSuspect(at(0)));
        CPPUNIT_ASSERT(!agenda_->nextExpiry());
        CPPUNIT_ASSERT(agenda_->expired(at(1e6), 9).empty());
        CPPUNIT_ASSERT(agenda_->services().empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, agenda_->countDue("alpha", at(1e6)));
    }

    void nextRunAtIsTheEarliestOfTheService() {
        table_->queued("alpha", 5);
        table_->queued("alpha", 3);
        table_->queued("beta", 1);
        Job running;
        table_->running(running);
        CPPUNIT_ASSERT(agenda_->nextRunAt("alpha", at(0)) == at(3));
        CPPUNIT_ASSERT(agenda_->nextRunAt("beta", at(0)) == at(1));
        CPPUNIT_ASSERT(!agenda_->nextRunAt("mail", at(0)));
    }

    // Else a claim would be due at once, again and again, that finds nothing.
    void whatAClaimLeavesIsNotNext() {
        expireAt(table_->queued("alpha", 1), 10);
        table_->set(table_->queued("alpha", 2).sequence, "crashes = 1");
        table_->queued("alpha", 30);
        CPPUNIT_ASSERT(agenda_->nextRunAt("alpha", at(9)) == at(1));
        CPPUNIT_ASSERT(agenda_->nextRunAt("alpha", at(10)) == at(30));
        CPPUNIT_ASSERT(table_->jobs->claim("alpha", at(10), 9).empty());
    }

    void nextSuspectIsTheEarliestOfAnyService() {
        table_->queued("alpha", 1);
        table_->set(table_->queued("alpha", 5).sequence, "crashes = 1");
        table_->set(table_->queued("beta", 4).sequence, "crashes = 2");
        CPPUNIT_ASSERT(agenda_->nextSuspect(at(0)) == at(4));
        table_->set(3, "expires_at = " + number(at(9)));
        CPPUNIT_ASSERT(agenda_->nextSuspect(at(9)) == at(5));
    }

    void nextExpiryIsTheEarliestOfQueuedJobs() {
        table_->queued();
        expireAt(table_->queued("alpha", 100), 20);
        expireAt(table_->queued("beta"), 30);
        Job running;
        table_->running(running);
        expireAt(running, 10);
        CPPUNIT_ASSERT(agenda_->nextExpiry() == at(20));
    }

    void expiredJobsComeInBatches() {
        for (int i = 0; i < 5; ++i) expireAt(table_->queued(), 10);
        expireAt(table_->queued(), 11);
        CPPUNIT_ASSERT(agenda_->expired(at(9), 9).empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, agenda_->expired(at(10), 3).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, agenda_->expired(at(10), 9).size());
    }

    void expiredJobsCarryWhatTheirFailureCastNeeds() {
        const Job job = table_->queued("beta", 3);
        expireAt(job, 10);
        const ClaimedJob expired = agenda_->expired(at(10), 9).at(0);
        CPPUNIT_ASSERT_EQUAL(job.sequence, expired.sequence);
        CPPUNIT_ASSERT(expired.id == job.id);
        CPPUNIT_ASSERT_EQUAL("beta.work"s, expired.service + '.' + expired.method);
        CPPUNIT_ASSERT(expired.arguments == job.arguments);
        CPPUNIT_ASSERT(!expired.counted());
    }

    void dueJobsAreCounted() {
        for (int i = 0; i < 4; ++i) table_->queued("alpha", i);
        table_->queued("beta");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, agenda_->countDue("alpha", at(2)));
    }

    void servicesAreThoseWithQueuedJobs() {
        for (const auto* service : {"c", "a", "b", "a", "c"}) table_->queued(service);
        Job running;
        table_->running(running);
        CPPUNIT_ASSERT(agenda_->services() == (std::vector<std::string>{"a", "b", "c"}));
    }

    // Millions may wait: none of these may look at all of them.
    void everyQuestionIsAnsweredFromAnIndex() {
        int seen = 0;
        for (sqlite3_stmt* sql = nullptr;
             (sql = sqlite3_next_stmt(table_->database.handle(), sql)) != nullptr;) {
            const std::string text = sqlite3_sql(sql);
            if (!text.starts_with("SELECT") && !text.starts_with("WITH")) continue;
            store::Statement plan(table_->database, "EXPLAIN QUERY PLAN " + text);
            while (plan.step()) {
                const std::string step = plan.text(3);
                const bool whole =
                    step.starts_with("SCAN jobs") && step.find("USING") == std::string::npos;
                CPPUNIT_ASSERT_MESSAGE(text + ": " + step, !whole);
                seen += step.find("INDEX jobs_") != std::string::npos ? 1 : 0;
            }
        }
        CPPUNIT_ASSERT(seen >= 6);
    }

private:
    static std::string number(base::Time time) {
        return std::to_string(time.time_since_epoch().count());
    }
    void expireAt(const Job& job, double seconds) {
        table_->set(job.sequence, "expires_at = " + number(at(seconds)));
    }

    std::optional<JobTable> table_;
    std::optional<Agenda> agenda_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AgendaTest);
