// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_row.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/job_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

class JobRowTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobRowTest);
    CPPUNIT_TEST(whatWasSubmittedComesBack);
    CPPUNIT_TEST(absentIsAbsent);
    CPPUNIT_TEST(outcomesComeBack);
    CPPUNIT_TEST(progressComesBackInListsToo);
    CPPUNIT_TEST(listsLeaveOutArgumentsAndResults);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatWasSubmittedComesBack() {
        Job job = JobTable::make("beta", 5);
        job.expiresAt = at(10);
        job.parent = base::Id::generate(at(0));
        job.tags = {"\"", "\xc3\xa9\n", ""};
        table_.jobs->submit(job);
        const Job read = only(jobColumns);
        CPPUNIT_ASSERT(read.id == job.id);
        CPPUNIT_ASSERT_EQUAL(job.sequence, read.sequence);
        CPPUNIT_ASSERT_EQUAL("beta.work"s, read.service + '.' + read.method);
        CPPUNIT_ASSERT(read.arguments == job.arguments);
        CPPUNIT_ASSERT(read.state == JobState::queued);
        CPPUNIT_ASSERT_EQUAL(0, read.attempt);
        CPPUNIT_ASSERT_EQUAL(3, read.maxAttempts);
        CPPUNIT_ASSERT(read.timeout == job.timeout);
        CPPUNIT_ASSERT(read.tags == job.tags);
        CPPUNIT_ASSERT(read.createdAt == job.createdAt);
        CPPUNIT_ASSERT(read.runAt == job.runAt);
        CPPUNIT_ASSERT(read.expiresAt == job.expiresAt);
        CPPUNIT_ASSERT(read.parent == job.parent);
    }

    void absentIsAbsent() {
        table_.queued();
        const Job read = only(jobColumns);
        CPPUNIT_ASSERT(!read.expiresAt && !read.parent && !read.startedAt && !read.finishedAt);
        CPPUNIT_ASSERT(!read.error && read.tags.empty() && !read.cancelRequested);
        CPPUNIT_ASSERT_EQUAL(""s, read.result);
    }

    void outcomesComeBack() {
        Job job;
        const auto settled = table_.running(job);
        table_.jobs->requestCancel(job.id);
        CPPUNIT_ASSERT(only(jobColumns).cancelRequested);
        table_.jobs->fail(settled, {"KeyError", ""});
        const Job read = only(jobColumns);
        CPPUNIT_ASSERT(read.state == JobState::failed);
        CPPUNIT_ASSERT(read.error == (rpc::ErrorReply{"KeyError", ""}));
        CPPUNIT_ASSERT(read.startedAt == at(1));
        CPPUNIT_ASSERT(read.finishedAt == at(2));
        CPPUNIT_ASSERT_EQUAL(1, read.attempt);
    }

    void progressComesBackInListsToo() {
        Job job;
        table_.running(job);
        CPPUNIT_ASSERT_EQUAL(""s, only(jobColumns).progress);
        const std::string progress = R"({"fraction":0.5,"text":"half"})";
        table_.jobs->note(job.sequence, 1, {{}, false, "", progress});
        CPPUNIT_ASSERT_EQUAL(progress, only(jobColumns).progress);
        CPPUNIT_ASSERT_EQUAL(progress, only(listedColumns).progress);
    }

    void listsLeaveOutArgumentsAndResults() {
        Job job;
        table_.jobs->succeed(table_.running(job), "40");
        CPPUNIT_ASSERT_EQUAL("40"s, only(jobColumns).result);
        const Job read = only(listedColumns);
        CPPUNIT_ASSERT(read.arguments == (rpc::Arguments{"", ""}));
        CPPUNIT_ASSERT_EQUAL(""s, read.result);
        CPPUNIT_ASSERT(read.state == JobState::succeeded);
        CPPUNIT_ASSERT(read.id == job.id);
    }

private:
    Job only(const char* columns) {
        store::Statement row(table_.database, std::string("SELECT ") + columns + " FROM jobs");
        CPPUNIT_ASSERT(row.step());
        return readJob(row);
    }

    JobTable table_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobRowTest);
