// SPDX-License-Identifier: Apache-2.0
#include <cppunit/extensions/HelperMacros.h>

#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/job_commands.h"
#include "commands.h"

namespace errand::cli {

class SubmitCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SubmitCommandTest);
    CPPUNIT_TEST(bodyHoldsWhatWasGiven);
    CPPUNIT_TEST(idIsPrinted);
    CPPUNIT_TEST(waitShowsTheJob);
    CPPUNIT_TEST(answerWithoutAnIdIsAFailure);
    CPPUNIT_TEST(wordsThatMakeNoSenseAreNotSent);
    CPPUNIT_TEST_SUITE_END();

    static HttpAnswer is(const std::string& state) { return {202, jobJson(state), {}}; }

    void bodyHoldsWhatWasGiven() {
        TinyServer server({is("queued")});
        run(submitCommand(), {"compute.compute", "sum", "30", "-10"}, server);
        run(submitCommand(),
            {"mail.send", "--kwargs", R"({"to":"a@b.c"})", "--delay", "2.5", "--tag", "a", "--tag",
             "b c"},
            server);
        const std::vector<Asked> asked = server.asked();
        CPPUNIT_ASSERT_EQUAL(std::string("POST /jobs"), asked.at(0).line);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"service":"compute","method":"compute",)"
                                         R"("args":["sum",30,-10],"kwargs":{}})"),
                             asked.at(0).body);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"service":"mail","method":"send","args":[],"kwargs":{"to":"a@b.c"},)"
                        R"("delay":2.5,"tags":["a","b c"]})"),
            asked.at(1).body);
    }

    void idIsPrinted() {
        const TinyServer server({is("queued")});
        const Ran ran = run(submitCommand(), {"a.b"}, server);
        CPPUNIT_ASSERT_EQUAL(exitOk, ran.code);
        CPPUNIT_ASSERT_EQUAL(std::string("01a20494-6d20-701d-b03f-6a6c4b9a2ce4\n"), ran.out);
        CPPUNIT_ASSERT_EQUAL(jobJson("queued") + '\n',
                             run(submitCommand(), {"a.b", "--json"}, server).out);
    }

    void waitShowsTheJob() {
        TinyServer server({is("queued"), is("running"), is("failed")});
        const Ran ran = run(submitCommand(), {"a.b", "--wait"}, server);
        CPPUNIT_ASSERT_EQUAL(exitFailed, ran.code);
        CPPUNIT_ASSERT(ran.out.find("state:    failed\n") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("GET /jobs/01a20494-6d20-701d-b03f-6a6c4b9a2ce4"),
                             server.asked().at(2).line);
    }

    void answerWithoutAnIdIsAFailure() {
        const TinyServer server({{202, R"({"id":"../x"})", {}}});
        CPPUNIT_ASSERT_THROW(run(submitCommand(), {"a.b"}, server), Failure);
    }

    void wordsThatMakeNoSenseAreNotSent() {
        TinyServer server({is("queued")});
        using Words = std::vector<std::string>;
        for (const Words& words : {Words{},
                                   {"a"},
                                   {"a.b", "--delay", "soon"},
                                   {"a.b", "--delay", "1s"},
                                   {"a.b", "--delay="},
                                   {"a.b", "--kwargs", "1"},
                                   {"a.b", "--timeout", "5"},
                                   {"a.b", "--tag", "\xFF"},
                                   {"a.b", "\xFF"}}) {
            CPPUNIT_ASSERT_THROW(run(submitCommand(), words, server), UsageError);
        }
        CPPUNIT_ASSERT(server.asked().empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SubmitCommandTest);

}  // namespace errand::cli
