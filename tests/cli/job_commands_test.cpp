// SPDX-License-Identifier: Apache-2.0
#include "cli/job_commands.h"

#include <cppunit/extensions/HelperMacros.h>

#include "cli/exit_code.h"
#include "cli/failure.h"
#include "commands.h"

namespace errand::cli {

class JobCommandsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobCommandsTest);
    CPPUNIT_TEST(jobIsShownAndItsStateIsTheCode);
    CPPUNIT_TEST(waitEndsWithTheJob);
    CPPUNIT_TEST(jobThatIsNotReadyInTimeIsSaid);
    CPPUNIT_TEST(jsonIsTheServersOwn);
    CPPUNIT_TEST(retryAndCancelAskForIt);
    CPPUNIT_TEST(manyAreRetriedByAFilter);
    CPPUNIT_TEST(refusalIsAFailureOrJson);
    CPPUNIT_TEST(onlyIdsAreAskedFor);
    CPPUNIT_TEST_SUITE_END();

    const std::string id_ = "01a20494-6d20-701d-b03f-6a6c4b9a2ce4";

    static HttpAnswer is(const std::string& state) { return {200, jobJson(state), {}}; }

    void jobIsShownAndItsStateIsTheCode() {
        for (const auto& [state, code] : std::vector<std::pair<std::string, int>>{
                 {"succeeded", exitOk}, {"running", exitOk}, {"failed", exitFailed}}) {
            const TinyServer server({is(state)});
            const Ran ran = run(jobCommand(), {id_}, server);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(state, code, ran.code);
            CPPUNIT_ASSERT(ran.out.find("state:    " + state + '\n') != std::string::npos);
            CPPUNIT_ASSERT_EQUAL(std::string(), ran.err);
        }
    }

    void waitEndsWithTheJob() {
        TinyServer server({is("queued"), is("running"), is("cancelled")});
        const Ran ran = run(jobCommand(), {id_, "--wait"}, server);
        CPPUNIT_ASSERT_EQUAL(exitFailed, ran.code);
        CPPUNIT_ASSERT(ran.out.find("state:    cancelled\n") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string::npos, ran.out.find("running"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), server.asked().size());
    }

    void jobThatIsNotReadyInTimeIsSaid() {
        const TinyServer server({is("running")});
        const Ran ran = run(jobCommand(), {id_, "--wait", "--timeout", "0.02"}, server);
        CPPUNIT_ASSERT_EQUAL(exitTryAgain, ran.code);
        CPPUNIT_ASSERT_EQUAL(std::string("errand: the job has not ended within 0.02 s\n"), ran.err);
        CPPUNIT_ASSERT_THROW(run(jobCommand(), {id_, "--timeout", "1"}, server), UsageError);
    }

    void jsonIsTheServersOwn() {
        const TinyServer server({is("succeeded")});
        CPPUNIT_ASSERT_EQUAL(jobJson("succeeded") + '\n',
                             run(jobCommand(), {id_, "--json"}, server).out);
    }

    void retryAndCancelAskForIt() {
        TinyServer server({is("queued")});
        CPPUNIT_ASSERT_EQUAL(exitOk, run(retryCommand(), {id_}, server).code);
        CPPUNIT_ASSERT_EQUAL(exitOk, run(cancelCommand(), {id_}, server).code);
        const std::vector<Asked> asked = server.asked();
        CPPUNIT_ASSERT_EQUAL("POST /jobs/" + id_ + "/retry", asked.at(0).line);
        CPPUNIT_ASSERT_EQUAL("DELETE /jobs/" + id_, asked.at(1).line);
    }

    void manyAreRetriedByAFilter() {
        TinyServer server({{200, R"({"retried":12})", {}}});
        const Ran ran = run(retryCommand(), {"--service", "mail", "--state=failed"}, server);
        CPPUNIT_ASSERT_EQUAL(exitOk, ran.code);
        CPPUNIT_ASSERT_EQUAL(std::string("retried: 12\n"), ran.out);
        CPPUNIT_ASSERT_EQUAL(std::string("POST /jobs/retry?state=failed&service=mail"),
                             server.asked().at(0).line);
        CPPUNIT_ASSERT_EQUAL(std::string("{\"retried\":12}\n"),
                             run(retryCommand(), {"--tag=a", "--json"}, server).out);
        CPPUNIT_ASSERT_THROW(run(retryCommand(), {id_, "--tag=a"}, server), UsageError);
        CPPUNIT_ASSERT_THROW(run(retryCommand(), {}, server), UsageError);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), server.asked().size());
    }

    void refusalIsAFailureOrJson() {
        const TinyServer server(
            {{409, R"({"title":"Conflict","detail":"the job has finished already"})", {}}});
        CPPUNIT_ASSERT_THROW(run(cancelCommand(), {id_}, server), Failure);
        const Ran ran = run(cancelCommand(), {id_, "--json"}, server);
        CPPUNIT_ASSERT_EQUAL(exitFailed, ran.code);
        CPPUNIT_ASSERT_EQUAL(std::string("{\"error\":{\"type\":\"Conflict\",\"message\":"
                                         "\"the job has finished already\"}}\n"),
                             ran.out);
    }

    void onlyIdsAreAskedFor() {
        TinyServer server({is("queued")});
        for (const char* word : {"", "7", "../livez", "01a20494-6d20-701d-b03f-6a6c4b9a2ce4x"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(word, run(jobCommand(), {word}, server), UsageError);
        }
        CPPUNIT_ASSERT_THROW(run(retryCommand(), {}, server), UsageError);
        CPPUNIT_ASSERT_THROW(run(cancelCommand(), {id_, id_}, server), UsageError);
        CPPUNIT_ASSERT(server.asked().empty());
        // In either case, as the server takes it.
        CPPUNIT_ASSERT_EQUAL(
            exitOk, run(jobCommand(), {"01A20494-6D20-701D-B03F-6A6C4B9A2CE4"}, server).code);
        CPPUNIT_ASSERT_EQUAL("GET /jobs/" + id_, server.asked().at(0).line);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobCommandsTest);

}  // namespace errand::cli
