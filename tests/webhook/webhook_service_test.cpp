// SPDX-License-Identifier: Apache-2.0
#include "webhook/webhook_service.h"

#include <cppunit/extensions/HelperMacros.h>

#include "system/receiver.h"
#include "tests/webhook/delivering.h"
#include "webhook/schedule.h"

namespace errand::webhook {

using base::Json;
using tests::Delivery;
using tests::Reaction;
using tests::Receiver;

class WebhookServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WebhookServiceTest);
    CPPUNIT_TEST(anEventArrivesSigned);
    CPPUNIT_TEST(whatIsNotToldComesFromTheJob);
    CPPUNIT_TEST(eachAttemptHasTheSameIdAndBody);
    CPPUNIT_TEST(rotatedSecretsSignTogether);
    CPPUNIT_TEST(theTraceGoesOn);
    CPPUNIT_TEST(goneIsFinal);
    CPPUNIT_TEST(everyOtherAnswerIsTriedAgain);
    CPPUNIT_TEST(retryAfterIsHeeded);
    CPPUNIT_TEST(pausesGrowWithTheAttempts);
    CPPUNIT_TEST(troubleConcernsThisJobAlone);
    CPPUNIT_TEST(aReceiverInsideIsRefusedForGood);
    CPPUNIT_TEST(aCancelledDeliveryEnds);
    CPPUNIT_TEST(checkRefusesWhatCanBeKnown);
    CPPUNIT_TEST(checkSeesPositionsToo);
    CPPUNIT_TEST(deliveriesAreQueuedOnTheStandardsSchedule);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        ignoreSigpipe();
        settings_.allow = {"127.0.0.0/8"};
        settings_.secrets = {secret};
        settings_.timeout = patience;
    }

private:
    static constexpr const char* secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static constexpr const char* older = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    static rpc::Call call(const std::string& url, int attempt, Json::Object more = {}) {
        rpc::Call made;
        made.service = "webhook";
        made.method = "deliver";
        Json::Object kwargs{
            {"url", url}, {"event", "job.succeeded"}, {"data", Json::Object{{"id", "a"}}}};
        kwargs.insert(kwargs.end(), more.begin(), more.end());
        made.arguments.kwargs = Json(kwargs).toString();
        if (attempt > 0) made.job = rpc::JobHeader{Running::job(), attempt, attempt, false};
        return made;
    }

    rpc::Reply deliver(const std::string& url, int attempt = 1, Json::Object more = {}) {
        NoCaller nobody;
        rpc::Context context(call(url, attempt, std::move(more)), nobody);
        context.begin(std::chrono::steady_clock::now());
        return WebhookService(settings_).handle(context);
    }

    // Why it is tried again, and after how many seconds at least.
    std::pair<std::string, std::int64_t> again(const rpc::Reply& reply) {
        const rpc::TryAgainReply* trouble = reply.tryAgain();
        CPPUNIT_ASSERT(trouble != nullptr);
        CPPUNIT_ASSERT(trouble->scope == rpc::Scope::job);
        return {trouble->reason, trouble->after.value().count() / 1000};
    }

    static void checkSignature(const Delivery& got, const std::string& signature,
                               const std::string& with) {
        const std::int64_t time = std::stoll(got.field("webhook-timestamp"));
        CPPUNIT_ASSERT_EQUAL(Secret::parse(with)->sign(got.field("webhook-id"), time, got.body),
                             signature);
    }

    void anEventArrivesSigned() {
        Receiver receiver;
        const auto before = std::chrono::system_clock::now() - std::chrono::seconds(1);
        const rpc::Reply reply =
            deliver(receiver.url(), 1, {{"id", "job-1"}, {"timestamp", "2026-11-22T17:38:41Z"}});
        const auto after = std::chrono::system_clock::now();
        CPPUNIT_ASSERT(reply.result() != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"status":204})"), reply.result()->json);
        const Delivery got = receiver.waitForRequest(1);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"type":"job.succeeded","timestamp":"2026-11-22T17:38:41.000000Z",)"
                        R"("data":{"id":"a"}})"),
            got.body);
        CPPUNIT_ASSERT_EQUAL(std::string("job-1"), got.field("webhook-id"));
        const std::chrono::system_clock::time_point sent{
            std::chrono::seconds(std::stoll(got.field("webhook-timestamp")))};
        CPPUNIT_ASSERT(sent >= before && sent <= after);
        checkSignature(got, got.field("webhook-signature"), secret);
    }

    void whatIsNotToldComesFromTheJob() {
        Receiver receiver;
        CPPUNIT_ASSERT(deliver(receiver.url()).result() != nullptr);
        const Delivery got = receiver.waitForRequest(1);
        CPPUNIT_ASSERT_EQUAL(Running::job().toString(), got.field("webhook-id"));
        const Json body = Json::parse(got.body);
        // What the first bits of that id say.
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-23T02:13:27.263000Z"),
                             body.find("timestamp")->asString());
        // A call that is no job's is delivered as well.
        CPPUNIT_ASSERT(deliver(receiver.url(), 0).result() != nullptr);
        CPPUNIT_ASSERT(base::Id::parse(receiver.waitForRequest(2).field("webhook-id")));
    }

    void eachAttemptHasTheSameIdAndBody() {
        Receiver receiver;
        receiver.answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
        CPPUNIT_ASSERT(deliver(receiver.url(), 1).tryAgain() != nullptr);
        CPPUNIT_ASSERT(deliver(receiver.url(), 2).result() != nullptr);
        const Delivery first = receiver.waitForRequest(1);
        const Delivery second = receiver.waitForRequest(2);
        CPPUNIT_ASSERT_EQUAL(first.field("webhook-id"), second.field("webhook-id"));
        CPPUNIT_ASSERT_EQUAL(first.body, second.body);
        checkSignature(second, second.field("webhook-signature"), secret);
    }

    void rotatedSecretsSignTogether() {
        Receiver receiver;
        settings_.secrets = {secret, older};
        CPPUNIT_ASSERT(deliver(receiver.url()).result() != nullptr);
        const Delivery got = receiver.waitForRequest(1);
        const std::string all = got.field("webhook-signature");
        const std::size_t space = all.find(' ');
        checkSignature(got, all.substr(0, space), secret);
        checkSignature(got, all.substr(space + 1), older);
    }

    void theTraceGoesOn() {
        Receiver receiver;
        const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        for (const std::string& text : {trace, std::string(), "00-a\r\nHost: b" + trace}) {
            rpc::Call made = call(receiver.url(), 1);
            made.trace = text;
            NoCaller nobody;
            rpc::Context context(made, nobody);
            context.begin(std::chrono::steady_clock::now());
            CPPUNIT_ASSERT(WebhookService(settings_).handle(context).result() != nullptr);
        }
        CPPUNIT_ASSERT_EQUAL(trace, receiver.waitForRequest(1).field("traceparent"));
        CPPUNIT_ASSERT_EQUAL(std::string(), receiver.waitForRequest(2).field("traceparent"));
        CPPUNIT_ASSERT_EQUAL(std::string(), receiver.waitForRequest(3).field("traceparent"));
    }

    void goneIsFinal() {
        Receiver receiver;
        receiver.answer("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");
        const rpc::Reply reply = deliver(receiver.url());
        CPPUNIT_ASSERT(reply.error() != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("WebhookGone"), reply.error()->type);
    }

    void everyOtherAnswerIsTriedAgain() {
        Receiver receiver;
        for (const int status : {300, 304, 400, 401, 404, 408, 409, 429, 500, 502, 503, 504}) {
            receiver.answer("HTTP/1.1 " + std::to_string(status) +
                            " Words\r\nContent-Length: 0\r\n\r\n");
            const auto [reason, pause] = again(deliver(receiver.url()));
            const std::string wanted = "the receiver answered " + std::to_string(status);
            CPPUNIT_ASSERT_MESSAGE(reason, reason.starts_with(wanted));
            CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, pause);
        }
        receiver.answer("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(
            std::string("the receiver answered 302; redirections are not followed"),
            again(deliver(receiver.url())).first);
    }

    void retryAfterIsHeeded() {
        Receiver receiver;
        for (const char* status : {"429", "503", "500"}) {
            receiver.answer(std::string("HTTP/1.1 ") + status +
                            " Wait\r\nRetry-After: 77\r\nContent-Length: 0\r\n\r\n");
            CPPUNIT_ASSERT_EQUAL(std::int64_t{77}, again(deliver(receiver.url())).second);
        }
        receiver.answer("HTTP/1.1 429 Wait\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, again(deliver(receiver.url())).second);
    }

    void pausesGrowWithTheAttempts() {
        Receiver receiver;
        receiver.answer("");
        receiver.answer("");
        const auto second = again(deliver(receiver.url(), 2)).second;
        CPPUNIT_ASSERT(second >= 300 && second <= 330);
        const auto ninth = again(deliver(receiver.url(), 9)).second;
        CPPUNIT_ASSERT(ninth >= 86'400 && ninth <= 95'040);
    }

    void troubleConcernsThisJobAlone() {
        int port = 0;
        {
            const Receiver receiver;
            port = receiver.port();
        }
        CPPUNIT_ASSERT_EQUAL(
            std::string("no connection: Connection refused"),
            again(deliver("http://127.0.0.1:" + std::to_string(port) + "/")).first);
        Receiver hanging;
        hanging.answer({"", Reaction::Then::hang});
        settings_.timeout = std::chrono::milliseconds(200);
        CPPUNIT_ASSERT_EQUAL(std::string("no answer in time"), again(deliver(hanging.url())).first);
        const std::string unknown = again(deliver("http://nobody.invalid/")).first;
        CPPUNIT_ASSERT_MESSAGE(unknown, unknown.starts_with("the name nobody.invalid "));
    }

    void aReceiverInsideIsRefusedForGood() {
        const Receiver receiver;
        settings_.allow.clear();
        const rpc::Reply reply = deliver(receiver.url());
        CPPUNIT_ASSERT(reply.error() != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("WebhookRefused"), reply.error()->type);
        CPPUNIT_ASSERT_EQUAL(0, receiver.connections());
    }

    void aCancelledDeliveryEnds() {
        Receiver receiver;
        receiver.answer({"", Reaction::Then::hang});
        NoCaller nobody;
        rpc::Context context(call(receiver.url(), 1), nobody);
        context.begin(std::chrono::steady_clock::now());
        base::Worker canceller("canceller");
        canceller.start([&] {
            receiver.waitForRequest(1);
            context.cancel();
        });
        const rpc::Reply reply = WebhookService(settings_).handle(context);
        canceller.join();
        CPPUNIT_ASSERT(reply.error() != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("Cancelled"), reply.error()->type);
    }

    static std::string wrong(const WebhookService& service, const std::string& args,
                             const std::string& kwargs) {
        std::string all;
        for (const rpc::FieldError& error :
             service.find("deliver")->check(Json::parse(args), Json::parse(kwargs))) {
            all += error.field + ' ' + error.message + '\n';
        }
        return all;
    }

    void checkRefusesWhatCanBeKnown() {
        const WebhookService service(settings_);
        const auto of = [&](const std::string& url) {
            return wrong(service, "[]", R"({"event":"a.b","data":{},"url":")" + url + "\"}");
        };
        CPPUNIT_ASSERT_EQUAL(std::string(), of("https://hooks.example.com/a"));
        CPPUNIT_ASSERT_EQUAL(std::string(), of("http://127.0.0.1:8000/"));
        CPPUNIT_ASSERT_EQUAL(std::string("url must begin with http:// or https://\n"),
                             of("ftp://a"));
        for (const char* url :
             {"http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data"}) {
            const std::string text = of(url);
            CPPUNIT_ASSERT_MESSAGE(url + text,
                                   text.starts_with("url leads to an address that is "));
        }
        settings_.httpsOnly = true;
        CPPUNIT_ASSERT_EQUAL(std::string("url must begin with https:// (webhook.httpsOnly)\n"),
                             wrong(WebhookService(settings_), "[]",
                                   R"({"event":"a","data":{},"url":"http://a.example"})"));
        const std::string all =
            wrong(service, "[]", R"({"url":5,"event":"","data":[],"id":"a.b","timestamp":"now"})");
        for (const char* field : {"url ", "event ", "data ", "id ", "timestamp "}) {
            CPPUNIT_ASSERT_MESSAGE(all, all.find(field) != std::string::npos);
        }
    }

    void checkSeesPositionsToo() {
        const WebhookService service(settings_);
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             wrong(service, R"(["http://a.example/","a",{},null,null])", "{}"));
        const std::string text = wrong(service, R"(["http://10.0.0.1/","a",{}])", "{}");
        CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("url leads to"));
    }

    void deliveriesAreQueuedOnTheStandardsSchedule() {
        settings_.timeout = Settings().timeout;
        const WebhookService service(settings_);
        CPPUNIT_ASSERT_EQUAL(std::string("webhook"), service.name());
        CPPUNIT_ASSERT_EQUAL(8, service.workers());
        const rpc::Method* method = service.find("deliver");
        CPPUNIT_ASSERT(method->queued);
        CPPUNIT_ASSERT_EQUAL(10, method->policy.maxAttempts);
        CPPUNIT_ASSERT(method->policy.timeout > settings_.timeout);
        std::string names;
        for (const auto& parameter : method->parameters) {
            names += parameter.name + (parameter.required ? " " : "? ");
        }
        CPPUNIT_ASSERT_EQUAL(std::string("url event data id? timestamp? "), names);
    }

    Settings settings_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebhookServiceTest);

}  // namespace errand::webhook
