// SPDX-License-Identifier: Apache-2.0
#include "mail/mail_service.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <Poco/Exception.h>

#include "base/json.h"
#include "rpc/error.h"
#include "tests/mail/no_caller.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;

// Remembers what it was given, or fails as it was told.
class RecordingSender : public Sender {
public:
    void send(const Message& message, const rpc::Context& context) override {
        if (tryAgain) throw rpc::TryAgain("away", std::chrono::seconds(7), rpc::Scope::service);
        if (refuse) throw rpc::Error("MailRefused", "550 no such user");
        messages.push_back(message);
        repeated = context.repeated();
    }

    bool tryAgain = false;
    bool refuse = false;
    bool repeated = false;
    std::vector<Message> messages;
};

class MailServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MailServiceTest);
    CPPUNIT_TEST(aJobsMessageIsNamedAndDatedByTheJob);
    CPPUNIT_TEST(positionalArgumentsWorkToo);
    CPPUNIT_TEST(theSenderHearsThatTheCallIsRepeated);
    CPPUNIT_TEST(aCallWithoutAJobIsSentUnderAnIdOfItsOwn);
    CPPUNIT_TEST(aSendersTroublePassesThrough);
    CPPUNIT_TEST(badArgumentsNeverReachTheSender);
    CPPUNIT_TEST(checkAcceptsWhatIsFine);
    CPPUNIT_TEST(checkNamesEachBadField);
    CPPUNIT_TEST(schemasAreJsonAndStateTheLimits);
    CPPUNIT_TEST(sendIsQueuedAndTriedForDays);
    CPPUNIT_TEST(fromMustBeOnePlainMailbox);
    CPPUNIT_TEST(mailGoesToTheDomainsAlone);
    CPPUNIT_TEST(anAddressGetsSoManyMails);
    CPPUNIT_TEST_SUITE_END();

    static base::Id jobId() { return *base::Id::parse("019aaca5-88e8-7abc-8def-0123456789ab"); }

    static base::Id newId() { return base::Id::generate(base::Clock::system().now()); }

    // What becomes of a mail to the address: "" for sent.
    string outcome(MailService& service, const string& to, const base::Id& id = newId(),
                   int attempt = 1) {
        NoCaller caller;
        rpc::Call call;
        call.service = "mail";
        call.method = "send";
        call.arguments = {"[\"" + to + "\",\"s\",\"c\"]", "{}"};
        call.job = rpc::JobHeader{id, attempt, attempt};
        rpc::Context context(call, caller);
        const rpc::Reply reply = service.handle(context);
        return reply.error() ? reply.error()->type : "";
    }

    void mailGoesToTheDomainsAlone() {
        MailService service({1, "a@b.example", {"example.org", "Example.com"}}, sender_);
        for (const char* to : {"a@example.org", "a@EXAMPLE.org", "a@example.com"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(to, ""s, outcome(service, to));
        for (const char* to : {"a@example.net", "a@sub.example.org", "a@notexample.org"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(to, "RecipientRefused"s, outcome(service, to));
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), sender_.messages.size());
    }

    void anAddressGetsSoManyMails() {
        MailService service({1, "a@b.example", {}, {2, std::chrono::hours(1)}}, sender_);
        const base::Id sent = newId();
        const base::Id refused = newId();
        CPPUNIT_ASSERT_EQUAL(""s, outcome(service, "a@example.org", sent));
        CPPUNIT_ASSERT_EQUAL(""s, outcome(service, "A@example.org"));
        CPPUNIT_ASSERT_EQUAL("RecipientLimit"s, outcome(service, "a@example.org", refused));
        CPPUNIT_ASSERT_EQUAL(""s, outcome(service, "b@example.org"));
        // Its first attempt was counted; what was refused is refused again, whoever retries it.
        CPPUNIT_ASSERT_EQUAL(""s, outcome(service, "a@example.org", sent, 2));
        CPPUNIT_ASSERT_EQUAL("RecipientLimit"s, outcome(service, "a@example.org", refused, 2));
    }

    rpc::Reply send(const string& args, const string& kwargs, std::int64_t claim = 1) {
        NoCaller caller;
        rpc::Call call;
        call.service = "mail";
        call.method = "send";
        call.arguments = {args, kwargs};
        if (claim > 0) call.job = rpc::JobHeader{jobId(), claim, 1};
        rpc::Context context(call, caller);
        rpc::Reply reply = service_.handle(context);
        CPPUNIT_ASSERT(context.takeCasts().empty() && reply.casts.empty());
        return reply;
    }

    static void assertNull(const rpc::Reply& reply) {
        CPPUNIT_ASSERT(reply.result() != nullptr);
        CPPUNIT_ASSERT_EQUAL("null"s, reply.result()->json);
    }

    std::vector<rpc::FieldError> check(const string& kwargs) const {
        return service_.find("send")->check(base::Json::Array{}, base::Json::parse(kwargs));
    }

    static string kwargs(const string& to, const string& subject, const string& contents) {
        return base::Json(
                   base::Json::Object{{"to", to}, {"subject", subject}, {"contents", contents}})
            .toString();
    }

    void aJobsMessageIsNamedAndDatedByTheJob() {
        assertNull(send("[]", kwargs("name@email.com", "Grüße", "The result is: 40")));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sender_.messages.size());
        const Message& message = sender_.messages.front();
        CPPUNIT_ASSERT(message.id == jobId());
        CPPUNIT_ASSERT(message.date == creationTime(jobId()));
        CPPUNIT_ASSERT_EQUAL("errand@example.org"s, message.from.address);
        CPPUNIT_ASSERT_EQUAL("name@email.com"s, message.to.address);
        CPPUNIT_ASSERT_EQUAL("Grüße"s, message.subject);
        CPPUNIT_ASSERT_EQUAL("The result is: 40"s, message.contents);
        CPPUNIT_ASSERT(!sender_.repeated);
    }

    void positionalArgumentsWorkToo() {
        assertNull(send(R"(["a@b.c","subject","contents"])", "{}"));
        CPPUNIT_ASSERT_EQUAL("subject"s, sender_.messages.at(0).subject);
        CPPUNIT_ASSERT_EQUAL("contents"s, sender_.messages.at(0).contents);
    }

    void theSenderHearsThatTheCallIsRepeated() {
        assertNull(send("[]", kwargs("a@b.c", "s", "c"), 2));
        CPPUNIT_ASSERT(sender_.repeated);
    }

    void aCallWithoutAJobIsSentUnderAnIdOfItsOwn() {
        assertNull(send("[]", kwargs("a@b.c", "s", "c"), 0));
        assertNull(send("[]", kwargs("a@b.c", "s", "c"), 0));
        const Message& first = sender_.messages.at(0);
        CPPUNIT_ASSERT(first.id != sender_.messages.at(1).id);
        CPPUNIT_ASSERT(first.date == creationTime(first.id));
    }

    void aSendersTroublePassesThrough() {
        sender_.tryAgain = true;
        const rpc::Reply away = send("[]", kwargs("a@b.c", "s", "c"));
        CPPUNIT_ASSERT(away.tryAgain() != nullptr);
        CPPUNIT_ASSERT_EQUAL("away"s, away.tryAgain()->reason);
        CPPUNIT_ASSERT(away.tryAgain()->scope == rpc::Scope::service);
        CPPUNIT_ASSERT(away.tryAgain()->after == std::chrono::seconds(7));
        sender_.tryAgain = false;
        sender_.refuse = true;
        const rpc::Reply refused = send("[]", kwargs("a@b.c", "s", "c"));
        CPPUNIT_ASSERT(refused.error() != nullptr);
        CPPUNIT_ASSERT_EQUAL("MailRefused"s, refused.error()->type);
        CPPUNIT_ASSERT_EQUAL("550 no such user"s, refused.error()->message);
    }

    void assertError(const string& type, const string& message, const string& kwargs) {
        const rpc::Reply reply = send("[]", kwargs);
        CPPUNIT_ASSERT_MESSAGE(message, reply.error() != nullptr);
        CPPUNIT_ASSERT_EQUAL(type, reply.error()->type);
        CPPUNIT_ASSERT_EQUAL(message, reply.error()->message);
    }

    void badArgumentsNeverReachTheSender() {
        assertError("ValueError", "subject must not contain CR, LF or NUL",
                    kwargs("a@b.c", "s\r\nBcc: x@y.z", "c"));
        assertError("ValueError", "subject must have at most 998 characters",
                    kwargs("a@b.c", string(999, 's'), "c"));
        assertError("ValueError", "contents must have at most 7000000 bytes",
                    kwargs("a@b.c", "s", string(7'000'001, 'c')));
        for (const string& to : {"a@b.c\nBcc: x@y.z"s, "A <a@b.c>"s, "a@b.c,d@e.f"s, ""s}) {
            CPPUNIT_ASSERT(send("[]", kwargs(to, "s", "c")).error() != nullptr);
        }
        for (const char* arguments :
             {R"({"to":1,"subject":"s","contents":"c"})", R"({"to":"a@b.c","subject":"s"})",
              R"({"to":"a@b.c","subject":null,"contents":"c"})",
              R"({"to":"a@b.c","subject":"s","contents":[]})", "{}"}) {
            CPPUNIT_ASSERT_MESSAGE(arguments, send("[]", arguments).error() != nullptr);
        }
        CPPUNIT_ASSERT(sender_.messages.empty());
    }

    void checkAcceptsWhatIsFine() {
        CPPUNIT_ASSERT(check(kwargs("a@b.c", "", "")).empty());
        string longest;
        for (int i = 0; i < 998; ++i) longest += "ü";
        CPPUNIT_ASSERT(check(kwargs("a@b.c", longest, "a\r\nb\0"s)).empty());
        CPPUNIT_ASSERT(check(kwargs("a@b.c", "s", string(7'000'000, 'c'))).empty());
    }

    void checkNamesEachBadField() {
        const auto errors = check(kwargs("a@b.c\r\n", "s\n", string(7'000'001, 'c')));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, errors.size());
        CPPUNIT_ASSERT_EQUAL("to"s, errors[0].field);
        CPPUNIT_ASSERT((errors[1] == rpc::FieldError{"subject", "must not contain CR, LF or NUL"}));
        CPPUNIT_ASSERT(
            (errors[2] == rpc::FieldError{"contents", "must have at most 7000000 bytes"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, check(kwargs("a@b.c", string(999, 's'), "c")).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, check(kwargs("a@b.c", "nul\0"s, "c")).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3},
                             check(R"({"to":[],"subject":1,"contents":null})").size());
    }

    void schemasAreJsonAndStateTheLimits() {
        const auto& parameters = service_.find("send")->parameters;
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, parameters.size());
        const base::Json subject = base::Json::parse(parameters[1].schema);
        CPPUNIT_ASSERT_EQUAL("998"s, subject.find("maxLength")->asDigits());
        CPPUNIT_ASSERT_EQUAL("^[^\\r\\n\\u0000]*$"s, subject.find("pattern")->asString());
        const base::Json contents = base::Json::parse(parameters[2].schema);
        CPPUNIT_ASSERT_EQUAL("7000000"s, contents.find("maxLength")->asDigits());
        for (const rpc::Parameter& parameter : parameters) CPPUNIT_ASSERT(parameter.required);
    }

    void sendIsQueuedAndTriedForDays() {
        const rpc::Method* method = service_.find("send");
        CPPUNIT_ASSERT(method->queued);
        CPPUNIT_ASSERT_EQUAL(25, method->policy.maxAttempts);
        std::chrono::milliseconds total{0};
        std::chrono::milliseconds delay = method->policy.firstDelay;
        for (int attempt = 1; attempt < method->policy.maxAttempts; ++attempt) {
            total += delay;
            delay = std::min(delay * 2, method->policy.longestDelay);
        }
        CPPUNIT_ASSERT(total > std::chrono::days(4) && total < std::chrono::days(6));
    }

    void fromMustBeOnePlainMailbox() {
        for (const char* from :
             {"", "Errand <errand@example.org>", "errand", "a@b.c\r\nBcc: x@y"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(from, MailService({2, from}, sender_),
                                         Poco::InvalidArgumentException);
        }
        const MailService fine({2, "errand@localhost"}, sender_);
        CPPUNIT_ASSERT_EQUAL(2, fine.workers());
        CPPUNIT_ASSERT_EQUAL("mail"s, fine.name());
    }

    RecordingSender sender_;
    MailService service_{{1, "errand@example.org"}, sender_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(MailServiceTest);

}  // namespace
}  // namespace errand::mail
