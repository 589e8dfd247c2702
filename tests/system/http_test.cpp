// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "system/with_server.h"

namespace errand::tests {

namespace {

std::string post(const std::string& body, const std::string& fields = {}) {
    return "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

}  // namespace

// HTTP/1.1 as clients of all kinds speak it.
class HttpTest : public WithServer {
    CPPUNIT_TEST_SUITE(HttpTest);
    CPPUNIT_TEST(headIsGetWithoutTheBody);
    CPPUNIT_TEST(optionsNameWhatIsOffered);
    CPPUNIT_TEST(otherMethodsAreRefusedWithThoseOffered);
    CPPUNIT_TEST(chunkedBodiesAreTaken);
    CPPUNIT_TEST(connectionIsKeptForManyRequests);
    CPPUNIT_TEST(oldClientsGetOneAnswer);
    CPPUNIT_TEST(requestsInOneWriteAreAnsweredInOrder);
    CPPUNIT_TEST(requestsInPiecesAreAnswered);
    CPPUNIT_TEST(clientsThatAskAreToldToGoOn);
    CPPUNIT_TEST(clientsThatAskInVainNeedNotSend);
    CPPUNIT_TEST(healthIsAnswered);
    CPPUNIT_TEST(answersAboutJobsAreNotKept);
    CPPUNIT_TEST(writtenDatesAreHttpDates);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { start(); }

private:
    void headIsGetWithoutTheBody() {
        const std::string id = submit(http(), computation("sum", "30", "10"));
        waitFor(http(), id);
        RawSocket socket(server().port());
        for (const std::string& path : {std::string("/"), std::string("/jobs"), "/jobs/" + id,
                                        std::string("/livez"), std::string("/none")}) {
            const Answer whole = http().get(path);
            socket.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            const auto head = socket.receive(true);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, whole.status, head->status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, whole.type(), head->type());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::to_string(whole.body.size()),
                                         head->field("Content-Length"));
        }
        // Not a byte of body came: the connection still speaks HTTP.
        socket.send(get("/livez"));
        CPPUNIT_ASSERT_EQUAL(200, socket.receive()->status);
    }

    void optionsNameWhatIsOffered() {
        const struct {
            const char *path, *allow;
        } cases[] = {{"/jobs", "POST, GET, HEAD, DELETE, OPTIONS"},
                     {"/compute", "POST, OPTIONS"},
                     {"/jobs/x", "GET, HEAD, DELETE, OPTIONS"},
                     {"/jobs/x/retry", "POST, OPTIONS"},
                     {"/livez", "GET, HEAD, OPTIONS"},
                     {"/", "GET, HEAD, OPTIONS"}};
        for (const auto& c : cases) {
            const Answer answer = http().send("OPTIONS", c.path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.path, 204, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string(c.allow), answer.field("Allow"));
            CPPUNIT_ASSERT(!answer.fields.has("Content-Length"));
        }
        checkProblem("no such path", http().send("OPTIONS", "/none"), 404);
        RawSocket socket(server().port());
        socket.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(204, socket.receive()->status);
    }

    void otherMethodsAreRefusedWithThoseOffered() {
        const struct {
            const char *method, *path, *allow;
        } cases[] = {{"GET", "/compute", "POST, OPTIONS"},
                     {"PUT", "/jobs", "POST, GET, HEAD, DELETE, OPTIONS"},
                     {"PATCH", "/jobs/x", "GET, HEAD, DELETE, OPTIONS"},
                     {"DELETE", "/livez", "GET, HEAD, OPTIONS"},
                     {"TRACE", "/", "GET, HEAD, OPTIONS"}};
        for (const auto& c : cases) {
            const Answer answer = http().send(c.method, c.path);
            checkProblem(c.method, answer, 405, c.method);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.path, std::string(c.allow), answer.field("Allow"));
        }
        checkProblem("BREW", http().send("BREW", "/"), 501, "BREW");
    }

    void chunkedBodiesAreTaken() {
        const std::string body = computation("sum", "30", "10");
        RawSocket socket(server().port());
        socket.send(
            "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Transfer-Encoding: chunked\r\n\r\n1;name=value\r\n" +
            body.substr(0, 1) + "\r\n");
        // 0x10, in small and in capital letters, with zeros before it.
        socket.send("0010\r\n" + body.substr(1, 16) + "\r\n");
        const std::string rest = body.substr(17);
        char size[8];
        std::snprintf(size, sizeof(size), "%zX", rest.size());
        socket.send(size + ("\r\n" + rest) + "\r\n0\r\nX-Trailer: ignored\r\n\r\n" + get("/livez"));
        const auto answer = socket.receive();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer->body, 202, answer->status);
        CPPUNIT_ASSERT_EQUAL(200, socket.receive()->status);
        const base::Json job = waitFor(http(), member(answer->json(), "id"));
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(job, "result"));
    }

    void connectionIsKeptForManyRequests() {
        RawSocket socket(server().port());
        for (int i = 0; i < 300; ++i) {
            socket.send(get("/livez"));
            const auto answer = socket.receive();
            CPPUNIT_ASSERT(answer.has_value());
            CPPUNIT_ASSERT_EQUAL(200, answer->status);
        }
        socket.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("close"), socket.receive()->field("Connection"));
        CPPUNIT_ASSERT(socket.closed());
    }

    void oldClientsGetOneAnswer() {
        RawSocket once(server().port());
        once.send("GET /livez HTTP/1.0\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), once.receiveAll().size());
        RawSocket kept(server().port());
        for (int i = 0; i < 2; ++i) {
            kept.send("GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            CPPUNIT_ASSERT_EQUAL(std::string("keep-alive"), kept.receive()->field("Connection"));
        }
    }

    void requestsInOneWriteAreAnsweredInOrder() {
        RawSocket socket(server().port());
        std::string all;
        for (int i = 0; i < 10; ++i) {
            all += post(computation("sum", std::to_string(i), "0"));
            all += get("/none/" + std::to_string(i));
        }
        socket.send(all);
        for (int i = 0; i < 10; ++i) {
            const auto accepted = socket.receive();
            CPPUNIT_ASSERT_EQUAL(202, accepted->status);
            const base::Json job = waitFor(http(), member(accepted->json(), "id"));
            CPPUNIT_ASSERT_EQUAL(std::to_string(i), member(job, "result"));
            checkProblem("in order", *socket.receive(), 404, "/none/" + std::to_string(i));
        }
    }

    void requestsInPiecesAreAnswered() {
        RawSocket socket(server().port());
        const std::string both = post(computation("sum", "30", "10")) + get("/livez");
        for (const char byte : both) socket.send({&byte, 1});
        CPPUNIT_ASSERT_EQUAL(202, socket.receive()->status);
        CPPUNIT_ASSERT_EQUAL(200, socket.receive()->status);
    }

    void clientsThatAskAreToldToGoOn() {
        const std::string request =
            post(computation("sum", "30", "10"), "Expect: 100-continue\r\n");
        const std::size_t head = request.find("\r\n\r\n") + 4;
        RawSocket socket(server().port());
        socket.send(request.substr(0, head));
        CPPUNIT_ASSERT_EQUAL(100, socket.receive()->status);
        socket.send(request.substr(head));
        CPPUNIT_ASSERT_EQUAL(202, socket.receive()->status);
        // Whoever does not wait is not told.
        socket.send(request);
        CPPUNIT_ASSERT_EQUAL(202, socket.receive()->status);
    }

    void clientsThatAskInVainNeedNotSend() {
        const struct {
            std::string line;
            int status;
        } cases[] = {{"POST /none", 404}, {"PUT /jobs", 405}, {"POST /compute", 415}};
        for (const auto& c : cases) {
            RawSocket socket(server().port());
            socket.send(c.line +
                        " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                        "Content-Length: 5\r\n\r\n");
            const std::vector<Answer> answers = socket.receiveAll();
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), answers.size());
            checkProblem(c.line, answers.front(), c.status);
        }
    }

    void healthIsAnswered() {
        const Answer live = http().get("/livez");
        CPPUNIT_ASSERT_EQUAL(200, live.status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"status":"ok"})"), live.body);
        const Answer ready = http().get("/readyz");
        CPPUNIT_ASSERT_EQUAL(200, ready.status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"status":"ok","missing":[]})"), ready.body);
    }

    void answersAboutJobsAreNotKept() {
        for (const char* path : {"/jobs", "/readyz", "/none"}) {
            const Answer answer = http().get(path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::string("no-store"),
                                         answer.field("Cache-Control"));
            CPPUNIT_ASSERT_EQUAL(std::string("nosniff"), answer.field("X-Content-Type-Options"));
        }
    }

    void writtenDatesAreHttpDates() {
        const std::string date = http().get("/livez").field("Date");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(date, std::size_t(29), date.size());
        CPPUNIT_ASSERT_MESSAGE(date, date.ends_with(" GMT"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HttpTest);

}  // namespace errand::tests
