// SPDX-License-Identifier: Apache-2.0
#include "http/job_json.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

class JobJsonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobJsonTest);
    CPPUNIT_TEST(aNewJobHasEveryMemberInOrder);
    CPPUNIT_TEST(anEndedJobShowsHowItEnded);
    CPPUNIT_TEST(whatASubmitMayLeaveOutIsThereWhereItWasGiven);
    CPPUNIT_TEST(progressIsAnObjectInListsToo);
    CPPUNIT_TEST(foreignWordsStayJson);
    CPPUNIT_TEST(listsLeaveOutWhatMayBeLong);
    CPPUNIT_TEST(pageSaysHowFarItLooked);
    CPPUNIT_TEST_SUITE_END();

    static jobs::Job newJob() {
        jobs::Job job;
        job.id = *base::Id::parse("01900000-0000-7000-8000-000000000001");
        job.service = "compute";
        job.method = "compute";
        job.arguments = {"[1]", R"({"value":123456789012345678901234567890})"};
        job.maxAttempts = 3;
        job.createdAt = job.runAt = FixedClock().now();
        return job;
    }

    static std::string written(const jobs::Job& job) {
        std::string out;
        appendJob(out, job);
        return out;
    }

    void aNewJobHasEveryMemberInOrder() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"id":"01900000-0000-7000-8000-000000000001","service":"compute",)"
                R"("method":"compute","args":[1],)"
                R"("kwargs":{"value":123456789012345678901234567890},"state":"queued",)"
                R"("result":null,"error":null,"attempt":0,"max_attempts":3,"progress":null,)"
                R"("cancel_requested":false,"tags":[],"created_at":"2026-11-22T17:38:41.000123Z",)"
                R"("run_at":"2026-11-22T17:38:41.000123Z","started_at":null,"finished_at":null,)"
                R"("parent_id":null})"),
            written(newJob()));
    }

    void anEndedJobShowsHowItEnded() {
        jobs::Job job = newJob();
        job.state = jobs::JobState::succeeded;
        job.result = std::string(300, '9');
        job.error = rpc::ErrorReply{"ValueError", "a \"b\""};
        job.attempt = 2;
        job.cancelRequested = true;
        job.tags = {"a", "\xc3\xa4\""};
        job.startedAt = job.finishedAt = job.createdAt;
        job.parent = job.id;
        const std::string text = written(job);
        ASSERT_CONTAINS(R"("state":"succeeded","result":)" + job.result + ',', text);
        ASSERT_CONTAINS(R"("error":{"type":"ValueError","message":"a \"b\""},"attempt":2)", text);
        ASSERT_CONTAINS(R"("cancel_requested":true,"tags":["a",")"
                        "\xc3\xa4"
                        R"(\""])",
                        text);
        ASSERT_CONTAINS(R"("finished_at":"2026-11-22T17:38:41.000123Z","parent_id":"0190)", text);
    }

    void whatASubmitMayLeaveOutIsThereWhereItWasGiven() {
        jobs::Job job = newJob();
        job.priority = jobs::Priority::high;
        job.notify = R"({"webhook":"https://a.example/"})";
        job.trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        const base::Json full = base::Json::parse(written(job));
        CPPUNIT_ASSERT_EQUAL(std::string("high"), full.find("priority")->asString());
        CPPUNIT_ASSERT_EQUAL(job.notify, full.find("notify")->toString());
        CPPUNIT_ASSERT_EQUAL(job.trace, full.find("traceparent")->asString());
        std::string listed;
        appendListedJob(listed, job);
        const base::Json brief = base::Json::parse(listed);
        CPPUNIT_ASSERT_EQUAL(std::string("high"), brief.find("priority")->asString());
        CPPUNIT_ASSERT(!brief.find("notify") && !brief.find("traceparent"));
    }

    void progressIsAnObjectInListsToo() {
        jobs::Job job = newJob();
        job.progress = R"({"fraction":0.2500,"text":"a \"quarter\""})";
        jobs::Page page;
        page.jobs = {job};
        std::string list;
        appendPage(list, page, "");
        for (const std::string& text : {written(job), list}) {
            base::Json::parse(text);
            ASSERT_CONTAINS(R"(,"progress":)" + job.progress + R"(,"cancel_requested":)", text);
        }
    }

    void foreignWordsStayJson() {
        jobs::Job job = newJob();
        job.error = rpc::ErrorReply{"X", "\xff\x01"};
        base::Json::parse(written(job));
    }

    void listsLeaveOutWhatMayBeLong() {
        jobs::Page page;
        page.jobs = {newJob(), newJob()};
        std::string out;
        appendPage(out, page, "");
        const base::Json json = base::Json::parse(out);
        CPPUNIT_ASSERT(json.find("next")->isNull());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), json.find("jobs")->asArray().size());
        const base::Json& job = json.find("jobs")->asArray().front();
        CPPUNIT_ASSERT_EQUAL(std::size_t(15), job.asObject().size());
        for (const char* name : {"args", "kwargs", "result"}) CPPUNIT_ASSERT(!job.find(name));
        out.clear();
        appendPage(out, {}, "1f0a");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"jobs":[],"next":"1f0a"})"), out);
    }

    void pageSaysHowFarItLooked() {
        jobs::Page page;
        page.scannedTo = FixedClock().now();
        std::string out;
        appendPage(out, page, "1f0a");
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"jobs":[],"next":"1f0a","scanned_to":"2026-11-22T17:38:41.000123Z"})"),
            out);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobJsonTest);

}  // namespace
}  // namespace errand::http
