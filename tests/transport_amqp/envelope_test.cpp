// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/envelope.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"
#include "rpc/error.h"
#include "transport_amqp/names.h"

namespace errand::transport_amqp {

class EnvelopeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EnvelopeTest);
    CPPUNIT_TEST(callIsWrappedAsNamekoDoes);
    CPPUNIT_TEST(castHasNoAddressForReplies);
    CPPUNIT_TEST(jobsHeadersComeBack);
    CPPUNIT_TEST(onlyJobsHaveAWindow);
    CPPUNIT_TEST(headersOfNoJobAreNoJob);
    CPPUNIT_TEST(timeoutIsOneThatCanBeWaitedFor);
    CPPUNIT_TEST(contextPassesUnchangedWithoutNone);
    CPPUNIT_TEST(brokersHeadersAreNoContext);
    CPPUNIT_TEST(stackOfForeignShapesIsRead);
    CPPUNIT_TEST(withoutCorrelationIdItGetsOneOfItsOwn);
    CPPUNIT_TEST(methodIsWhatFollowsTheService);
    CPPUNIT_TEST(contentTypeIsJsonInAnyCase);
    CPPUNIT_TEST(otherContentTypesAreRefusedByName);
    CPPUNIT_TEST(compressedBodiesAreRefused);
    CPPUNIT_TEST(replyIsWrappedAsNamekoReadsIt);
    CPPUNIT_TEST(noteNamesItsCallAndType);
    CPPUNIT_TEST(headersAreReadByKind);
    CPPUNIT_TEST_SUITE_END();

public:
    void callIsWrappedAsNamekoDoes() {
        rpc::Call call = sample();
        call.callIdStack = {"web.get.1", "maths.sum.2\""};
        const Message message = wrapCall(call, "nameko-rpc", "reply-key", true);
        CPPUNIT_ASSERT_EQUAL(std::string("nameko-rpc"), message.exchange);
        CPPUNIT_ASSERT_EQUAL(std::string("maths.sum"), message.routingKey);
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"), message.contentType.value());
        CPPUNIT_ASSERT_EQUAL(std::string("utf-8"), message.contentEncoding.value());
        CPPUNIT_ASSERT_EQUAL(std::string("c1"), message.correlationId.value());
        CPPUNIT_ASSERT_EQUAL(std::string("reply-key"), message.replyTo.value());
        CPPUNIT_ASSERT(!message.type && !message.expiration && message.persistent);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"args": [1], "kwargs": {"k":2}})"), message.body);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), message.headers.size());
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["web.get.1","maths.sum.2\""])"),
                             message.headers.at("nameko.call_id_stack"));
        const rpc::Call read = readEnvelope(message, "maths");
        CPPUNIT_ASSERT_EQUAL(call.id, read.id);
        CPPUNIT_ASSERT_EQUAL(call.service, read.service);
        CPPUNIT_ASSERT_EQUAL(call.method, read.method);
        CPPUNIT_ASSERT(read.callIdStack == call.callIdStack);
        CPPUNIT_ASSERT(!read.job && read.context.empty());
        CPPUNIT_ASSERT(readArguments(message) == call.arguments);
    }

    void castHasNoAddressForReplies() {
        const Message message = wrapCall(sample(), "ex", "", false);
        CPPUNIT_ASSERT(!message.replyTo);
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), message.headers.at(callIdStackHeader));
    }

    void jobsHeadersComeBack() {
        rpc::Call call = sampleJob();
        Message message = wrapCall(call, "ex", "r", false);
        CPPUNIT_ASSERT_EQUAL('"' + call.job->job.toString() + '"',
                             message.headers.at("errand.job"));
        CPPUNIT_ASSERT(!message.headers.contains(againHeader));
        CPPUNIT_ASSERT(!message.headers.contains(aloneHeader));
        const rpc::Call read = readEnvelope(message, "maths");
        CPPUNIT_ASSERT(read.job->job == call.job->job);
        CPPUNIT_ASSERT_EQUAL(call.job->claim, read.job->claim);
        CPPUNIT_ASSERT_EQUAL(3, read.job->attempt);
        CPPUNIT_ASSERT(!read.job->alone);
        CPPUNIT_ASSERT(read.timeout == 60s);
        CPPUNIT_ASSERT(read.context.empty());
        call.job->alone = true;
        message = wrapCall(call, "ex", "r", true);
        CPPUNIT_ASSERT(flagHeader(message, againHeader));
        CPPUNIT_ASSERT(readEnvelope(message, "maths").job->alone);
    }

    // Errand's own are for Errand alone: what the broker drops, Nameko's caller would wait for.
    void onlyJobsHaveAWindow() {
        rpc::Call call = sample();
        call.window = 5s;
        CPPUNIT_ASSERT(!wrapCall(call, "ex", "r", false).expiration);
        call = sampleJob();
        CPPUNIT_ASSERT(!wrapCall(call, "ex", "r", false).expiration);
        call.window = 5s;
        CPPUNIT_ASSERT(wrapCall(call, "ex", "r", false).expiration == 5000ms);
    }

    void headersOfNoJobAreNoJob() {
        for (const char* id : {"\"\"", "\"no id\"", "5", "null", "no JSON"}) {
            Message message = wrapCall(sampleJob(), "ex", "r", false);
            message.headers["errand.job"] = id;
            CPPUNIT_ASSERT(!readEnvelope(message, "maths").job);
        }
    }

    void timeoutIsOneThatCanBeWaitedFor() {
        Message message = wrapCall(sampleJob(), "ex", "r", false);
        const auto timeout = [&](const char* header) {
            message.headers[timeoutHeader] = header;
            return readEnvelope(message, "maths").timeout;
        };
        CPPUNIT_ASSERT(timeout("1") == 1ms);
        CPPUNIT_ASSERT(timeout("0") == 0ms);
        CPPUNIT_ASSERT(timeout("-5") == 0ms);
        CPPUNIT_ASSERT(timeout("\"5\"") == 0ms);
        CPPUNIT_ASSERT(timeout("9223372036854775807") < 24h * 365 * 101);
        CPPUNIT_ASSERT(timeout("9223372036854775807") > 24h * 365 * 99);
    }

    void contextPassesUnchangedWithoutNone() {
        rpc::Call call = sample();
        call.context = {{"user_id", "18446744073709551616"},
                        {"language", R"("é")"},
                        {"nested", R"({"a":[1,null,"x"]})"},
                        {"none", "null"}};
        const Message message = wrapCall(call, "ex", "r", false);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a":[1,null,"x"]})"),
                             message.headers.at("nameko.nested"));
        CPPUNIT_ASSERT(!message.headers.contains("nameko.none"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), message.headers.size());
        call.context.erase("none");
        CPPUNIT_ASSERT(readEnvelope(message, "maths").context == call.context);
    }

    void brokersHeadersAreNoContext() {
        Message message = wrapCall(sample(), "ex", "r", false);
        message.headers["x-death"] = R"([{"count":1}])";
        message.headers["other"] = "1";
        message.headers["Nameko.case"] = "1";
        message.headers["nameko.lang"] = R"("en")";
        const rpc::Call call = readEnvelope(message, "maths");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), call.context.size());
        CPPUNIT_ASSERT_EQUAL(std::string(R"("en")"), call.context.at("lang"));
        const Message onward = wrapCall(call, "ex", "r", false);
        CPPUNIT_ASSERT(!onward.headers.contains("nameko.x-death"));
        CPPUNIT_ASSERT(!onward.headers.contains("x-death"));
    }

    void stackOfForeignShapesIsRead() {
        Message message;
        message.routingKey = "maths.sum";
        CPPUNIT_ASSERT(readEnvelope(message, "maths").callIdStack.empty());
        for (const char* stack : {"5", "\"x\"", "{}", "null", "no JSON"}) {
            message.headers[callIdStackHeader] = stack;
            CPPUNIT_ASSERT(readEnvelope(message, "maths").callIdStack.empty());
        }
        message.headers[callIdStackHeader] = R"(["a",1,null,"b",["c"]])";
        CPPUNIT_ASSERT(readEnvelope(message, "maths").callIdStack ==
                       (std::vector<std::string>{"a", "b"}));
    }

    void withoutCorrelationIdItGetsOneOfItsOwn() {
        Message message;
        message.routingKey = "maths.sum";
        const std::string first = readEnvelope(message, "maths").id;
        CPPUNIT_ASSERT(base::Id::parse(first));
        CPPUNIT_ASSERT(readEnvelope(message, "maths").id != first);
        message.correlationId = "";
        CPPUNIT_ASSERT_EQUAL(std::string(), readEnvelope(message, "maths").id);
    }

    void methodIsWhatFollowsTheService() {
        const auto method = [](const char* service, const char* key) {
            Message message;
            message.routingKey = key;
            const rpc::Call call = readEnvelope(message, service);
            CPPUNIT_ASSERT_EQUAL(std::string(service), call.service);
            return call.method;
        };
        CPPUNIT_ASSERT_EQUAL(std::string("sum"), method("my-maths", "my-maths.sum"));
        CPPUNIT_ASSERT_EQUAL(std::string("sum"), method("my.maths.v1", "my.maths.v1.sum"));
        CPPUNIT_ASSERT_EQUAL(std::string("v1.sum"), method("my.maths", "my.maths.v1.sum"));
        CPPUNIT_ASSERT_EQUAL(std::string(), method("maths", "maths."));
        // Bound by hand, or sent to the queue itself.
        CPPUNIT_ASSERT_EQUAL(std::string("mathsum"), method("maths", "mathsum"));
        CPPUNIT_ASSERT_EQUAL(std::string("rpc-maths"), method("maths", "rpc-maths"));
        CPPUNIT_ASSERT_EQUAL(std::string("maths"), method("maths", "maths"));
        CPPUNIT_ASSERT_EQUAL(std::string("s\xef\xbf\xbdm"), method("maths", "maths.s\xffm"));
    }

    void contentTypeIsJsonInAnyCase() {
        Message message = wrapCall(sample(), "ex", "r", false);
        for (const char* type :
             {"application/json", "Application/JSON", "", "application/json; charset=utf-8",
              "application/json ;x=\"yaml\"", ";charset=utf-8"}) {
            message.contentType = type;
            CPPUNIT_ASSERT(readArguments(message) == sample().arguments);
        }
        message.contentType.reset();
        CPPUNIT_ASSERT(readArguments(message) == sample().arguments);
    }

    void otherContentTypesAreRefusedByName() {
        for (const char* type : {"application/x-yaml", "application/x-python-serialize",
                                 "application/jsonp", "json", "text/plain; application/json"}) {
            Message message = wrapCall(sample(), "ex", "r", false);
            message.contentType = type;
            refused(message, "the content type '" + std::string(type) +
                                 "' is not spoken here; send application/json");
        }
        Message message;
        message.contentType = "a\xff";
        refused(message,
                "the content type 'a\xef\xbf\xbd' is not spoken here; send "
                "application/json");
    }

    void compressedBodiesAreRefused() {
        Message message = wrapCall(sample(), "ex", "r", false);
        message.headers["compression"] = R"("application/x-gzip")";
        refused(message, "compressed bodies are not read here");
    }

    void replyIsWrappedAsNamekoReadsIt() {
        const Message reply = wrapReply("ex", "to", "c1", "body");
        CPPUNIT_ASSERT_EQUAL(std::string("ex"), reply.exchange);
        CPPUNIT_ASSERT_EQUAL(std::string("to"), reply.routingKey);
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"), reply.contentType.value());
        CPPUNIT_ASSERT_EQUAL(std::string("utf-8"), reply.contentEncoding.value());
        CPPUNIT_ASSERT_EQUAL(std::string("c1"), reply.correlationId.value());
        CPPUNIT_ASSERT_EQUAL(std::string("body"), reply.body);
        CPPUNIT_ASSERT(reply.headers.empty() && !reply.replyTo && !reply.type);
        CPPUNIT_ASSERT(!wrapReply("ex", "to", std::nullopt, "").correlationId);
    }

    void noteNamesItsCallAndType() {
        const Message ask = note("ex", "boot", askType, "c1", "text");
        CPPUNIT_ASSERT_EQUAL(std::string("boot"), ask.routingKey);
        CPPUNIT_ASSERT_EQUAL(std::string("errand.ask"), ask.type.value());
        CPPUNIT_ASSERT_EQUAL(std::string("c1"), ask.correlationId.value());
        CPPUNIT_ASSERT_EQUAL(std::string("text"), ask.body);
        CPPUNIT_ASSERT_EQUAL(std::string("ex"), ask.exchange);
        CPPUNIT_ASSERT(!ask.contentType && !ask.replyTo && ask.headers.empty());
    }

    void headersAreReadByKind() {
        Message message;
        setText(message, "text", "a\"b");
        message.headers["number"] = "-12";
        message.headers["huge"] = "99999999999999999999";
        message.headers["float"] = "1.5";
        message.headers["flag"] = "true";
        message.headers["no"] = "false";
        message.headers["bad"] = "NaN";
        CPPUNIT_ASSERT_EQUAL(std::string("a\"b"), textHeader(message, "text"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(-12), numberHeader(message, "number"));
        CPPUNIT_ASSERT(flagHeader(message, "flag"));
        for (const char* name : {"number", "huge", "flag", "bad", "missing"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(), textHeader(message, name));
        }
        for (const char* name : {"text", "huge", "float", "flag", "bad", "missing"}) {
            CPPUNIT_ASSERT_EQUAL(std::int64_t(0), numberHeader(message, name));
        }
        for (const char* name : {"text", "number", "no", "bad", "missing"}) {
            CPPUNIT_ASSERT(!flagHeader(message, name));
        }
    }

private:
    static rpc::Call sample() {
        rpc::Call call;
        call.id = "c1";
        call.service = "maths";
        call.method = "sum";
        call.arguments = {"[1]", R"({"k":2})"};
        return call;
    }

    static rpc::Call sampleJob() {
        rpc::Call call = sample();
        call.job.emplace();
        call.job->job = *base::Id::parse("0190163d-8694-739b-aea5-966c26f8ad91");
        call.job->claim = 5000000000;
        call.job->attempt = 3;
        call.timeout = 60s;
        return call;
    }

    static void refused(const Message& message, const std::string& text) {
        try {
            readArguments(message);
        } catch (const rpc::Error& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("MalformedRequest"), error.type());
            CPPUNIT_ASSERT_EQUAL(text, std::string(error.what()));
            return;
        }
        CPPUNIT_FAIL("taken");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EnvelopeTest);

}  // namespace errand::transport_amqp
