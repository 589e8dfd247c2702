// SPDX-License-Identifier: Apache-2.0
#include "cli/api.h"

#include <cppunit/extensions/HelperMacros.h>

#include "cli/exit_code.h"
#include "cli/failure.h"
#include "system/certificates.h"
#include "tiny_server.h"

namespace errand::cli {

class ApiTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiTest);
    CPPUNIT_TEST(requestsAreWhatTheyShouldBe);
    CPPUNIT_TEST(pathOfTheUrlComesFirst);
    CPPUNIT_TEST(problemsAreOneLineWithTheirFields);
    CPPUNIT_TEST(statusDecidesTheCode);
    CPPUNIT_TEST(answersOfOthersAreNotShown);
    CPPUNIT_TEST(serverThatIsAwayIsSaid);
    CPPUNIT_TEST(badUrlsAreRefused);
    CPPUNIT_TEST(httpsIsVerified);
    CPPUNIT_TEST_SUITE_END();

    using Answers = std::deque<HttpAnswer>;

    template <class Action>
    static Failure failure(Action action) {
        try {
            action();
        } catch (const Failure& caught) {
            return caught;
        }
        return {0, "none", "no failure"};
    }

    void requestsAreWhatTheyShouldBe() {
        TinyServer server({{200, R"({"a":1})", std::chrono::seconds(7)}, {202, "[]", {}}});
        Api api(server.url(), "");
        const HttpAnswer answer = api.send("GET", "/jobs?limit=5");
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT(answer.retryAfter == std::chrono::seconds(7));
        CPPUNIT_ASSERT(api.ask("POST", "/jobs", "{}").isArray());
        CPPUNIT_ASSERT(api.ask("POST", "/jobs/1/retry").isArray());
        const std::vector<Asked> asked = server.asked();
        CPPUNIT_ASSERT_EQUAL(std::string("GET /jobs?limit=5"), asked[0].line);
        CPPUNIT_ASSERT_EQUAL(std::string("POST /jobs"), asked[1].line);
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), asked[1].body);
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"), asked[1].type);
        CPPUNIT_ASSERT_EQUAL(std::string(), asked[2].body);
    }

    void pathOfTheUrlComesFirst() {
        TinyServer server({{200, "{}", {}}});
        Api(server.url() + "/errand/", "").ask("GET", "/jobs");
        CPPUNIT_ASSERT_EQUAL(std::string("GET /errand/jobs"), server.asked().at(0).line);
    }

    void problemsAreOneLineWithTheirFields() {
        TinyServer server(
            {{422,
              R"({"title":"Unprocessable Content","detail":"value: must, and 1 more","errors":[)"
              R"({"field":"value","message":"must\u001b"},{"field":"email","message":"too"}]})",
              {}}});
        Api api(server.url(), "");
        const Failure failed = failure([&] { api.ask("POST", "/jobs", "{}"); });
        CPPUNIT_ASSERT_EQUAL(std::string("value: must\\x1b; email: too"),
                             std::string(failed.what()));
        CPPUNIT_ASSERT_EQUAL(std::string("Unprocessable Content"), failed.type());
        const auto line = [](const std::string& json) {
            return problemLine(base::Json::parse(json), 409);
        };
        CPPUNIT_ASSERT_EQUAL(std::string("it is so"), line(R"({"detail":"it is so"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("Conflict"), line(R"({"title":"Conflict","errors":[]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("the server answers 409"), line("[]"));
    }

    void statusDecidesTheCode() {
        for (const auto& [status, code] : std::vector<std::pair<int, int>>{{400, exitFailed},
                                                                           {404, exitFailed},
                                                                           {409, exitFailed},
                                                                           {422, exitFailed},
                                                                           {401, exitNoPermission},
                                                                           {403, exitNoPermission},
                                                                           {429, exitTryAgain},
                                                                           {503, exitTryAgain},
                                                                           {507, exitTryAgain},
                                                                           {301, exitFailed}}) {
            TinyServer server({{status, R"({"detail":"no"})", {}}});
            Api api(server.url(), "");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(status), code,
                                         failure([&] { api.ask("GET", "/"); }).code());
        }
    }

    void answersOfOthersAreNotShown() {
        TinyServer server({{502, "<html>\x1b[2J</html>", {}}});
        Api api(server.url(), "");
        const Failure failed = failure([&] { api.ask("GET", "/jobs"); });
        CPPUNIT_ASSERT_EQUAL(exitUnavailable, failed.code());
        CPPUNIT_ASSERT_EQUAL("127.0.0.1:" + std::to_string(server.port()) +
                                 " answers as no errandd does: status 502",
                             std::string(failed.what()));
    }

    void serverThatIsAwayIsSaid() {
        int port = 0;
        { port = TinyServer({{200, "{}", {}}}).port(); }
        Api api("http://127.0.0.1:" + std::to_string(port), "");
        const Failure failed = failure([&] { api.ask("GET", "/jobs"); });
        CPPUNIT_ASSERT_EQUAL(exitUnavailable, failed.code());
        CPPUNIT_ASSERT_EQUAL(
            "no answer from http://127.0.0.1:" + std::to_string(port) + ": Connection refused",
            std::string(failed.what()));
    }

    void badUrlsAreRefused() {
        for (const char* url : {"", "127.0.0.1:5000", "ftp://host", "http://", "http://h:x"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(url, Api(url, ""), UsageError);
        }
        const Failure failed = failure([] { Api("https://localhost", "/nowhere/ca.pem"); });
        CPPUNIT_ASSERT_EQUAL(exitUsage, failed.code());
        CPPUNIT_ASSERT(std::string(failed.what()).find("--ca") != std::string::npos);
    }

    void httpsIsVerified() {
        tests::Certificates ours;
        tests::Certificates theirs;
        const auto serverWith = [](const tests::KeyPair& pair) {
            return Poco::Net::Context::Ptr(new Poco::Net::Context(  // POCO owns it
                Poco::Net::Context::TLS_SERVER_USE, pair.key, pair.certificate, "",
                Poco::Net::Context::VERIFY_NONE));
        };
        const auto ask = [](const TinyServer& server, const std::string& host,
                            const std::string& ca) {
            return failure([&] {
                       Api("https://" + host + ':' + std::to_string(server.port()), ca)
                           .ask("GET", "/jobs");
                   })
                .code();
        };
        const TinyServer server({{200, "{}", {}}}, serverWith(ours.issue("DNS:localhost")));
        CPPUNIT_ASSERT_EQUAL(0, ask(server, "localhost", ours.authority()));
        CPPUNIT_ASSERT_EQUAL(exitUnavailable, ask(server, "localhost", theirs.authority()));
        CPPUNIT_ASSERT_EQUAL(exitUnavailable, ask(server, "localhost", ""));
        CPPUNIT_ASSERT_EQUAL(exitUnavailable, ask(server, "127.0.0.1", ours.authority()));
        const TinyServer expired({{200, "{}", {}}}, serverWith(ours.issue("DNS:localhost", true)));
        CPPUNIT_ASSERT_EQUAL(exitUnavailable, ask(expired, "localhost", ours.authority()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiTest);

}  // namespace errand::cli
