// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <filesystem>
#include <string>

#include "system/receiver.h"
#include "system/with_server.h"

namespace errand::tests {

class WebhookTest : public WithServer {
    CPPUNIT_TEST_SUITE(WebhookTest);
    CPPUNIT_TEST(anEventArrivesSignedAsOthersVerifyIt);
    CPPUNIT_TEST(theSecretIsTheOwnersAndStaysOutOfTheLog);
    CPPUNIT_TEST(aFailedDeliveryIsTriedAgainUnderTheSameId);
    CPPUNIT_TEST(receiversInsideAreRefusedBeforeAJobExists);
    CPPUNIT_TEST(certificatesAreChecked);
    CPPUNIT_TEST(theEndOfAJobIsTold);
    CPPUNIT_TEST(theDocumentedReceiverVerifies);
    CPPUNIT_TEST(killedMidDeliveryItIsDeliveredAgainUnderTheSameId);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* loopback = "webhook.allow=127.0.0.0/8";

    static std::string delivery(const std::string& url) {
        return R"({"service":"webhook","method":"deliver","kwargs":{"url":")" + url +
               R"(","event":"tea.made","data":{"cups":2}}})";
    }

    std::string secret() { return readFile(server().dataDirectory() + "/webhook-secret"); }

    // What the receiver's side computes, in another language and from the documentation alone.
    static std::string pythonsSignature(const std::string& secret, const Delivery& got) {
        const char* program = R"(
import base64, hashlib, hmac, sys
secret, name, time, body = sys.argv[1:]
key = base64.b64decode(secret.strip().removeprefix("whsec_"))
text = f"{name}.{time}.{body}".encode()
print("v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode(), end="")
)";
        return runToEnd({"-c", program, secret, got.field("webhook-id"),
                         got.field("webhook-timestamp"), got.body},
                        {}, "/usr/bin/python3")
            .out;
    }

    void anEventArrivesSignedAsOthersVerifyIt() {
        Receiver receiver;
        start({{loopback}});
        const std::string id = submit(http(), delivery(receiver.url()));
        const base::Json job = waitFor(http(), id);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"status":204})"), member(job, "result"));
        const Delivery got = receiver.waitForRequest(1);
        CPPUNIT_ASSERT_EQUAL(id, got.field("webhook-id"));
        CPPUNIT_ASSERT_EQUAL(pythonsSignature(secret(), got), got.field("webhook-signature"));
        const base::Json body = base::Json::parse(got.body);
        CPPUNIT_ASSERT_EQUAL(std::string("tea.made"), member(body, "type"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"cups":2})"), member(body, "data"));
        // To the millisecond, as the job's id has it.
        CPPUNIT_ASSERT_EQUAL(member(job, "created_at").substr(0, 23),
                             member(body, "timestamp").substr(0, 23));
        CPPUNIT_ASSERT_EQUAL(std::string("compute,mail"),
                             server().readyLine().substr(server().readyLine().rfind('=') + 1));
    }

    void theSecretIsTheOwnersAndStaysOutOfTheLog() {
        Receiver receiver;
        start({{loopback}});
        const std::string file = server().dataDirectory() + "/webhook-secret";
        CPPUNIT_ASSERT(!std::filesystem::exists(file));
        waitFor(http(), submit(http(), delivery(receiver.url())));
        CPPUNIT_ASSERT(std::filesystem::status(file).permissions() ==
                       (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
        const std::string text = secret().substr(0, secret().find('\n'));
        checkHolds("secret", text, "whsec_");
        CPPUNIT_ASSERT_EQUAL(0, server().terminate());
        checkHolds("log", server().stderrText(), file);
        CPPUNIT_ASSERT_EQUAL(std::string::npos, server().stderrText().find(text));
    }

    void aFailedDeliveryIsTriedAgainUnderTheSameId() {
        Receiver receiver;
        receiver.answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
        start({{loopback}});
        const std::string id = submit(http(), delivery(receiver.url()));
        const Delivery first = receiver.waitForRequest(1);
        const base::Json waiting = waitFor(http(), id, "queued");
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"type":"TryAgain","message":"the receiver answered 500"})"),
            member(waiting, "error"));
        CPPUNIT_ASSERT_EQUAL(std::string("10"), member(waiting, "max_attempts"));
        const Delivery second = receiver.waitForRequest(2);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), member(waitFor(http(), id), "attempt"));
        CPPUNIT_ASSERT_EQUAL(first.field("webhook-id"), second.field("webhook-id"));
        CPPUNIT_ASSERT_EQUAL(first.body, second.body);
        CPPUNIT_ASSERT_EQUAL(pythonsSignature(secret(), second), second.field("webhook-signature"));
    }

    void receiversInsideAreRefusedBeforeAJobExists() {
        const Receiver receiver;
        start();
        const std::string port = ':' + std::to_string(receiver.port()) + '/';
        for (const std::string& url :
             {receiver.url(), receiver.url("localhost"), receiver.url("a.localhost"),
              "http://[::1]" + port, "http://[::ffff:127.0.0.1]" + port, "http://127.1" + port,
              "http://2130706433" + port, "http://0x7f.1" + port, "http://[64:ff9b::7f00:1]" + port,
              "http://user:word@127.0.0.1" + port, std::string("http://169.254.169.254/latest"),
              std::string("http://10.0.0.1/"), std::string("ftp://example.com/")}) {
            checkFields(url, http().post("/jobs", delivery(url)), {"url"});
        }
        CPPUNIT_ASSERT(listJobs(http()).empty());
        CPPUNIT_ASSERT_EQUAL(0, receiver.connections());
    }

    void certificatesAreChecked() {
        Certificates ours;
        Certificates theirs;
        Receiver good(ours.issue("DNS:localhost"));
        const Receiver bad(theirs.issue("DNS:localhost"));
        start({{loopback, "webhook.ca=" + ours.authority(), "webhook.httpsOnly=true"}});
        const std::string id = submit(http(), delivery(bad.url("localhost")));
        waitFor(http(), submit(http(), delivery(good.url("localhost"))));
        const base::Json waiting = waitFor(http(), id, "queued");
        checkHolds("error", member(waiting, "error"), "the receiver's certificate is refused: ");
        CPPUNIT_ASSERT(bad.requests().empty());
        const Receiver plain;
        checkFields("http", http().post("/jobs", delivery(plain.url())), {"url"});
    }

    // A computation whose end is to be told to that URL.
    static std::string told(const std::string& operation, const std::string& url) {
        return R"({"service":"compute","method":"compute","kwargs":{"operation":")" + operation +
               R"(","value":30,"other":0},"notify":{"webhook":")" + url + R"("}})";
    }

    void theEndOfAJobIsTold() {
        Receiver receiver;
        start({{loopback}});
        const std::string good = submit(http(), told("sum", receiver.url()));
        const base::Json first = base::Json::parse(receiver.waitForRequest(1).body);
        CPPUNIT_ASSERT_EQUAL(std::string("job.succeeded"), member(first, "type"));
        CPPUNIT_ASSERT_EQUAL(good, member(*first.find("data"), "id"));
        CPPUNIT_ASSERT_EQUAL(std::string("30"), member(*first.find("data"), "result"));
        CPPUNIT_ASSERT_EQUAL(member(*first.find("data"), "finished_at"),
                             member(first, "timestamp"));
        const std::string bad = submit(http(), told("div", receiver.url()));
        const base::Json second = base::Json::parse(receiver.waitForRequest(2).body);
        CPPUNIT_ASSERT_EQUAL(std::string("job.failed"), member(second, "type"));
        CPPUNIT_ASSERT_EQUAL(bad, member(*second.find("data"), "id"));
        checkHolds("error", member(*second.find("data"), "error"), "ZeroDivisionError");
        for (const base::Json& job : listJobs(http(), "service=webhook")) {
            const std::string parent = member(job, "parent_id");
            CPPUNIT_ASSERT_MESSAGE(parent, parent == good || parent == bad);
        }
        checkFields("inside", http().post("/jobs", told("sum", "http://10.0.0.1/")),
                    {"notify.webhook"});
    }

    // The receiver of docs/api.md, as it stands there.
    void theDocumentedReceiverVerifies() {
        const TemporaryDirectory directory;
        const std::string text = readFile(ERRAND_SOURCE "/docs/api.md");
        const std::size_t begin = text.find("# receiver.py");
        CPPUNIT_ASSERT(begin != std::string::npos);
        writeFile(directory / "receiver.py", text.substr(begin, text.find("```", begin) - begin));
        writeFile(directory / "secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
        Process receiver("/usr/bin/python3", {directory / "receiver.py", directory / "secret", "0"},
                         directory / "errors");
        const std::string port = receiver.readLine().value_or("").substr(18);
        const std::string body = delivery("http://127.0.0.1:" + port + "/");
        start({{loopback, "webhook.secrets=@" + (directory / "secret")}});
        waitFor(http(), submit(http(), body));
        checkHolds("good", receiver.readLine().value_or(""), R"(verified {"type":"tea.made",)");
        // Signed with another one.
        start({{loopback}});
        const std::string id = submit(http(), body);
        checkHolds("bad", receiver.readLine().value_or(""), R"(refused {"type":"tea.made",)");
        checkHolds("error", member(waitFor(http(), id, "queued"), "error"), "answered 401");
        receiver.signal(SIGKILL);
    }

    void killedMidDeliveryItIsDeliveredAgainUnderTheSameId() {
        const TemporaryDirectory data;
        Receiver receiver;
        receiver.answer({"", Reaction::Then::hang});
        Server dying({{loopback}, data.path()});
        Http before(dying.port());
        const std::string id = submit(before, delivery(receiver.url()));
        const Delivery first = receiver.waitForRequest(1);
        dying.kill();
        Server next({{loopback}, data.path()});
        const Delivery second = receiver.waitForRequest(2);
        Http again(next.port());
        const base::Json job = waitFor(again, id);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        CPPUNIT_ASSERT_EQUAL(first.field("webhook-id"), second.field("webhook-id"));
        CPPUNIT_ASSERT_EQUAL(first.body, second.body);
        CPPUNIT_ASSERT_EQUAL(pythonsSignature(readFile(data / "webhook-secret"), second),
                             second.field("webhook-signature"));
        next.stop();
        // Told once: what has been answered is not told again.
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, receiver.requests().size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebhookTest);

}  // namespace errand::tests
