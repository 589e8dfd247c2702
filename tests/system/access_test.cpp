// SPDX-License-Identifier: Apache-2.0
// A server that asks for tokens, made by the real `errand token`, from outside.
#include <sys/stat.h>

#include <string>

#include "system/over_tls.h"
#include "system/with_server.h"

namespace errand::tests {

class AccessTest : public WithServer {
    CPPUNIT_TEST_SUITE(AccessTest);
    CPPUNIT_TEST(whoHasATokenHasItsOwnJobs);
    CPPUNIT_TEST(tokensComeAndGoWithoutARestart);
    CPPUNIT_TEST(streamsEndWithTheirToken);
    CPPUNIT_TEST(keysAreEachCallersOwnAcrossARestart);
    CPPUNIT_TEST(whatMayNotBeMailedIsRefusedAtTheDoor);
    CPPUNIT_TEST(theClientTakesItsTokenFromTheEnvironment);
    CPPUNIT_TEST(whoDidWhatIsWrittenDown);
    CPPUNIT_TEST(aNetworkIsServedWithTokensAndTlsAlone);
    CPPUNIT_TEST(whatDoesNotFitIsOneLineAtTheStart);
    CPPUNIT_TEST(otherNamesForLoopbackAreRefused);
    CPPUNIT_TEST_SUITE_END();

    const TemporaryDirectory own_;
    const std::string file_ = own_ / "tokens";

    // The text of a new token.
    std::string make(const std::string& name, const std::string& scopes) const {
        const Ended made =
            runToEnd({"token", "new", name, "--scope", scopes, "--file", file_}, {}, "errand");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(made.err, 0, made.code);
        return made.out.substr(0, made.out.find('\n'));
    }

    static Answer ask(const Server& server, const std::string& token, const std::string& method,
                      const std::string& path, const std::string& body = {},
                      const Fields& more = {}) {
        Fields fields = more;
        if (!token.empty()) fields["Authorization"] = "Bearer " + token;
        if (!body.empty()) fields["Content-Type"] = "application/json";
        return Http(server.port()).send(method, path, body, fields);
    }

    static std::string submit(const Server& server, const std::string& token) {
        const Answer answer =
            ask(server, token, "POST", "/jobs", computation("sum", "30", "10", "a@b.c"));
        CPPUNIT_ASSERT_EQUAL(202, answer.status);
        return member(answer.json(), "id");
    }

    static std::size_t countOf(const Answer& list) {
        CPPUNIT_ASSERT_EQUAL(200, list.status);
        return list.json().find("jobs")->asArray().size();
    }

    void whoHasATokenHasItsOwnJobs() {
        const std::string alice = make("alice", "submit");
        const std::string bob = make("bob", "submit");
        const std::string auditor = make("auditor", "read");
        Server server({.settings = {"http.tokens=" + file_}});
        const std::string id = submit(server, alice);
        CPPUNIT_ASSERT_EQUAL(401, ask(server, "", "GET", "/jobs/" + id).status);
        CPPUNIT_ASSERT_EQUAL(404, ask(server, bob, "GET", "/jobs/" + id).status);
        CPPUNIT_ASSERT_EQUAL(404, ask(server, bob, "DELETE", "/jobs/" + id).status);
        CPPUNIT_ASSERT_EQUAL(403, ask(server, auditor, "DELETE", "/jobs/" + id).status);
        // It waits for the end, and its mail is alice's as well.
        const Answer done = ask(server, alice, "GET", "/jobs/" + id, {}, {{"Prefer", "wait=30"}});
        CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), member(done.json(), "state"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), countOf(ask(server, alice, "GET", "/jobs")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                             countOf(ask(server, alice, "GET", "/jobs?parent=" + id)));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), countOf(ask(server, bob, "GET", "/jobs")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), countOf(ask(server, auditor, "GET", "/jobs")));
        CPPUNIT_ASSERT_EQUAL(200, ask(server, "", "GET", "/livez").status);
        CPPUNIT_ASSERT_EQUAL(200, ask(server, "", "GET", "/").status);
        server.stop();
    }

    void tokensComeAndGoWithoutARestart() {
        const std::string first = make("first", "submit");
        Server server({.settings = {"http.tokens=" + file_}});
        CPPUNIT_ASSERT_EQUAL(200, ask(server, first, "GET", "/jobs").status);
        const std::string second = make("second", "submit");
        const auto waitFor = [&](const std::string& token, int status) {
            const auto limit = std::chrono::steady_clock::now() + generous;
            while (ask(server, token, "GET", "/jobs").status != status) {
                CPPUNIT_ASSERT(std::chrono::steady_clock::now() < limit);
                pauseBetweenLooks();
            }
        };
        waitFor(second, 200);
        CPPUNIT_ASSERT_EQUAL(
            0, runToEnd({"token", "revoke", "first", "--file", file_}, {}, "errand").code);
        waitFor(first, 401);
        // A file that does not fit changes nothing.
        writeFile(file_, readFile(file_) + "nonsense\n");
        CPPUNIT_ASSERT_EQUAL(200, ask(server, second, "GET", "/jobs").status);
        server.stop();
    }

    void streamsEndWithTheirToken() {
        const std::string token = make("alice", "submit");
        Server server({.settings = {"http.tokens=" + file_}});
        Poco::Net::StreamSocket stream = connectTo(server.port());
        stream.setReceiveTimeout(Poco::Timespan(generous.count(), 0));
        const std::string request =
            "GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token +
            "\r\n\r\n";
        stream.sendBytes(request.data(), static_cast<int>(request.size()));
        std::string received;
        char bytes[4096];
        const auto more = [&] {
            const int size = stream.receiveBytes(bytes, sizeof bytes);
            received.append(bytes, static_cast<std::size_t>(std::max(0, size)));
            return size > 0;
        };
        while (received.find("text/event-stream") == received.npos) CPPUNIT_ASSERT(more());
        runToEnd({"token", "revoke", "alice", "--file", file_}, {}, "errand");
        while (more()) {
        }
        CPPUNIT_ASSERT_EQUAL(401, ask(server, token, "GET", "/jobs").status);
        server.stop();
    }

    void whatMayNotBeMailedIsRefusedAtTheDoor() {
        Server server({.settings = {"mail.domains=example.org", "http.jobRates=mail=2/1h"}});
        const auto post = [&](const std::string& path, const std::string& body) {
            return ask(server, "", "POST", path, body);
        };
        checkFields(
            "mail",
            post("/jobs", R"({"service":"mail","method":"send","kwargs":{"to":"a@b.example",)"
                          R"("subject":"s","contents":"c"}})"),
            {"to"});
        checkFields("compute", post("/compute", computation("sum", "1", "2", "a@b.example")),
                    {"email"});
        const std::string good = computation("sum", "1", "2", "a@example.org");
        for (const int status : {200, 200, 429})
            CPPUNIT_ASSERT_EQUAL(status, post("/compute", good).status);
        CPPUNIT_ASSERT_EQUAL(202, post("/jobs", good).status);
        server.stop();
    }

    void keysAreEachCallersOwnAcrossARestart() {
        const std::string alice = make("alice", "submit");
        const std::string bob = make("bob", "submit");
        const std::string body = computation("sum", "30", "10");
        const Fields key{{"Idempotency-Key", "\"order-1\""}};
        std::string ids[2];
        const TemporaryDirectory data;
        for (int run = 0; run < 2; ++run) {
            Server server({.settings = {"http.tokens=" + file_}, .directory = data / "data"});
            int at = 0;
            for (const std::string& token : {alice, bob}) {
                const Answer answer = ask(server, token, "POST", "/jobs", body, key);
                CPPUNIT_ASSERT_EQUAL(202, answer.status);
                std::string& id = ids[at++];
                if (run == 1) CPPUNIT_ASSERT_EQUAL(id, member(answer.json(), "id"));
                id = member(answer.json(), "id");
            }
            CPPUNIT_ASSERT(ids[0] != ids[1]);
            server.stop();
        }
    }

    void theClientTakesItsTokenFromTheEnvironment() {
        const std::string alice = make("alice", "submit");
        Server server({.settings = {"http.tokens=" + file_}});
        std::vector<std::string> words{"submit", "compute.compute", "sum",   "30",
                                       "10",     "--wait",          "--url", server.url()};
        const Ended without = runToEnd(words, {}, "errand");
        CPPUNIT_ASSERT_MESSAGE(without.err, without.code != 0);
        checkHolds("its words", without.err, "a token is needed");
        const Ended with = runToEnd(words, {{"ERRAND_TOKEN", alice}}, "errand");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(with.err, 0, with.code);
        server.stop();
    }

    void whoDidWhatIsWrittenDown() {
        const std::string alice = make("alice", "submit");
        Server server({.settings = {"http.tokens=" + file_}});
        const std::string id = submit(server, alice);
        ask(server, alice, "DELETE", "/jobs/" + id);
        ask(server, "errand_wrong", "GET", "/jobs?tag=hidden");
        ask(server, "", "POST", "/session", R"({"token":")" + alice + "\"}",
            {{"Content-Type", "application/json"}});
        server.stop();
        const std::string log = server.stderrText();
        checkHolds("the log", log,
                   "audit POST '/jobs' 202 by alice from 127.0.0.1: /jobs/" + id + '\n');
        checkHolds("the log", log, "audit DELETE '/jobs/" + id + "' ");
        checkHolds("the log", log, "audit GET '/jobs' 401 from 127.0.0.1");
        checkHolds("the log", log, "audit alice logged in from 127.0.0.1");
        CPPUNIT_ASSERT_EQUAL(std::string::npos, log.find(alice.substr(20)));
        CPPUNIT_ASSERT_EQUAL(std::string::npos, log.find("errand_wrong"));
        CPPUNIT_ASSERT_EQUAL(std::string::npos, log.find("hidden"));
    }

    static std::string refusal(std::vector<std::string> settings) {
        const TemporaryDirectory data;
        const Ended ended = runToEnd(serverArguments(data / "data", settings), {}, "errandd");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.err, 1, ended.code == 0 ? 0 : 1);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.err, std::ptrdiff_t{1},
                                     std::ranges::count(ended.err, '\n'));
        return ended.err;
    }

    void aNetworkIsServedWithTokensAndTlsAlone() {
        make("alice", "submit");
        const std::string everywhere = "http.host=0.0.0.0";
        checkHolds("without", refusal({everywhere}), "set http.tokens");
        checkHolds(
            "in the clear",
            refusal({everywhere, "http.tokens=" + file_, "http.tls.certificate=", "http.tls.key="}),
            "set http.tls.certificate and http.tls.key, or http.trustedProxies");
        const KeyPair& pair = serverIdentity();
        for (const std::vector<std::string>& enough :
             {std::vector<std::string>{"http.trustedProxies=127.0.0.1"},
              std::vector<std::string>{"http.tls.certificate=" + pair.certificate,
                                       "http.tls.key=" + pair.key}}) {
            std::vector<std::string> settings = enough;
            settings.push_back(everywhere);
            settings.push_back("http.tokens=" + file_);
            Server server({.settings = settings});
            server.stop();
        }
    }

    void whatDoesNotFitIsOneLineAtTheStart() {
        make("alice", "submit");
        const KeyPair& pair = serverIdentity();
        checkHolds("a missing file", refusal({"http.tokens=" + (own_ / "missing")}), "missing");
        ::chmod(file_.c_str(), 0644);
        checkHolds("readable by others", refusal({"http.tokens=" + file_}), file_);
        checkHolds("a missing certificate",
                   refusal({"http.tls.certificate=" + (own_ / "missing"), "http.tls.key="}),
                   "http.tls.certificate: ");
        checkHolds("no key", refusal({"http.tls.certificate=" + pair.certificate, "http.tls.key="}),
                   "holds no private key");
        checkHolds("an origin", refusal({"http.corsOrigins=app.example.com"}), "http.corsOrigins");
        checkHolds("a network", refusal({"http.trustedProxies=10.0.0.0/99"}),
                   "http.trustedProxies");
        checkHolds("a rate", refusal({"http.rate=many"}), "http.rate");
    }

    // A page of anybody's may have a name that leads here: DNS rebinding.
    void otherNamesForLoopbackAreRefused() {
        start();
        for (const char* host : {"localhost:1", "127.0.0.1", "[::1]:5000"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(host, 200,
                                         http().send("GET", "/livez", {}, {{"Host", host}}).status);
        for (const char* host : {"evil.example", "localhost.evil.example:5000"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(host, 421,
                                         http().send("GET", "/livez", {}, {{"Host", host}}).status);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AccessTest);

}  // namespace errand::tests
