// SPDX-License-Identifier: Apache-2.0
#include "webhook/post.h"

#include <cppunit/extensions/HelperMacros.h>

#include "rpc/error.h"
#include "system/receiver.h"
#include "tests/webhook/delivering.h"

namespace errand::webhook {

using tests::Reaction;
using tests::Receiver;

class PostTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PostTest);
    CPPUNIT_TEST(aRequestSaysWhatItMust);
    CPPUNIT_TEST(theNameIsLookedUpOnceAndKeptInHost);
    CPPUNIT_TEST(aNameThatLeadsInsideIsRefused);
    CPPUNIT_TEST(ofSeveralAddressesOnlyPublicOnesAreAsked);
    CPPUNIT_TEST(anAnswerThatChangesLaterChangesNothing);
    CPPUNIT_TEST(redirectionsAreNotFollowed);
    CPPUNIT_TEST(silenceDripsAndEndlessHeadsEndInTime);
    CPPUNIT_TEST(aBodyIsNeitherAwaitedForLongNorReadWhole);
    CPPUNIT_TEST(aBrokenAnswerIsTrouble);
    CPPUNIT_TEST(theCallsOwnLimitCounts);
    CPPUNIT_TEST(httpsOnlyRefusesHttp);
    CPPUNIT_TEST(theCertificateMustBeForTheNameNotTheAddress);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        ignoreSigpipe();
        settings_.allow = {"127.0.0.0/8"};
        settings_.timeout = patience;
    }

private:
    static rpc::WebUrl url(const std::string& text) { return rpc::parseWebUrl(text).value(); }

    Answer send(const Receiver& receiver, Resolver& resolver = Resolver::system(),
                const std::string& host = "127.0.0.1") {
        return Post(settings_, resolver)
            .send(url(receiver.url(host)), {{"webhook-id", "a"}}, "{}", running_.context);
    }

    // "Error TYPE: TEXT" or "Trouble: TEXT".
    std::string ending(const Receiver& receiver, Resolver& resolver = Resolver::system(),
                       const std::string& host = "127.0.0.1") {
        try {
            return "answered " + std::to_string(send(receiver, resolver, host).status);
        } catch (const rpc::Error& error) {
            return "Error " + error.type() + ": " + error.what();
        } catch (const Trouble& trouble) {
            return std::string("Trouble: ") + trouble.what();
        }
    }

    void aRequestSaysWhatItMust() {
        Receiver receiver;
        CPPUNIT_ASSERT_EQUAL(204, send(receiver).status);
        const tests::Delivery got = receiver.waitForRequest(1);
        CPPUNIT_ASSERT_EQUAL(std::string("POST /hook HTTP/1.1"), got.line);
        CPPUNIT_ASSERT_EQUAL("127.0.0.1:" + std::to_string(receiver.port()), got.field("host"));
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"), got.field("content-type"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), got.field("content-length"));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), got.field("webhook-id"));
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), got.body);
    }

    void theNameIsLookedUpOnceAndKeptInHost() {
        Receiver receiver;
        FixedResolver resolver{"127.0.0.1", "127.0.0.2"};
        CPPUNIT_ASSERT_EQUAL(204, send(receiver, resolver, "hooks.example").status);
        CPPUNIT_ASSERT_EQUAL(1, resolver.lookUps);
        CPPUNIT_ASSERT_EQUAL("hooks.example:" + std::to_string(receiver.port()),
                             receiver.waitForRequest(1).field("host"));
    }

    void aNameThatLeadsInsideIsRefused() {
        const Receiver receiver;
        settings_.allow.clear();
        for (const char* address : {"127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0"}) {
            FixedResolver resolver{address};
            const std::string text = ending(receiver, resolver, "hooks.example");
            CPPUNIT_ASSERT_MESSAGE(
                text,
                text.starts_with("Error WebhookRefused: the url leads to an address that is"));
        }
        CPPUNIT_ASSERT_EQUAL(
            std::string("Error WebhookRefused: the url leads to an address that is loopback; "
                        "webhook.allow does not name it"),
            ending(receiver));
        CPPUNIT_ASSERT_EQUAL(0, receiver.connections());
    }

    void ofSeveralAddressesOnlyPublicOnesAreAsked() {
        Receiver receiver;
        settings_.allow = {"127.0.0.1"};
        // Nothing answers at the first; the second would, but is not allowed.
        FixedResolver resolver{"127.0.0.2 10.0.0.1 127.0.0.1"};
        CPPUNIT_ASSERT_EQUAL(std::string("answered 204"),
                             ending(receiver, resolver, "hooks.example"));
        CPPUNIT_ASSERT_EQUAL(1, receiver.connections());
        settings_.allow = {"10.0.0.0/8"};
        FixedResolver inside{"127.0.0.1 169.254.169.254"};
        CPPUNIT_ASSERT(ending(receiver, inside, "hooks.example").starts_with("Error"));
        CPPUNIT_ASSERT_EQUAL(1, receiver.connections());
    }

    // The name leads elsewhere as soon as it has been looked up: the address that was looked at is
    // the one that is asked, and the next delivery looks again.
    void anAnswerThatChangesLaterChangesNothing() {
        Receiver receiver;
        settings_.allow = {"127.0.0.1"};
        FixedResolver resolver{"127.0.0.1", "127.0.0.9"};
        const Post post(settings_, resolver);
        const rpc::WebUrl hook = url(receiver.url("hooks.example"));
        CPPUNIT_ASSERT_EQUAL(204, post.send(hook, {}, "{}", running_.context).status);
        CPPUNIT_ASSERT_THROW(post.send(hook, {}, "{}", running_.context), rpc::Error);
        CPPUNIT_ASSERT_EQUAL(1, receiver.connections());
    }

    void redirectionsAreNotFollowed() {
        Receiver receiver;
        const Receiver inside;
        receiver.answer("HTTP/1.1 307 Elsewhere\r\nLocation: " + inside.url() +
                        "\r\nContent-Length: 0\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("answered 307"), ending(receiver));
        CPPUNIT_ASSERT_EQUAL(0, inside.connections());
    }

    void silenceDripsAndEndlessHeadsEndInTime() {
        Receiver receiver;
        receiver.answer({"", Reaction::Then::hang});
        receiver.answer({"HTTP/1.1 200 OK\r\na: b", Reaction::Then::drip});
        receiver.answer("HTTP/1.1 200 OK\r\n" + std::string(100'000, 'a'));
        settings_.timeout = std::chrono::milliseconds(300);
        CPPUNIT_ASSERT_EQUAL(std::string("Trouble: no answer in time"), ending(receiver));
        CPPUNIT_ASSERT_EQUAL(std::string("Trouble: no answer in time"), ending(receiver));
        settings_.timeout = patience;
        CPPUNIT_ASSERT_EQUAL(std::string("Trouble: the head of the receiver's answer is too long"),
                             ending(receiver));
    }

    void aBodyIsNeitherAwaitedForLongNorReadWhole() {
        Receiver receiver;
        receiver.answer({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na", Reaction::Then::hang});
        receiver.answer({"HTTP/1.1 200 OK\r\n\r\na", Reaction::Then::drip});
        receiver.answer("HTTP/1.1 200 OK\r\n\r\n" + std::string(10'000'000, 'a'));
        receiver.answer({"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Reaction::Then::hang});
        receiver.answer({"HTTP/1.1 204 None\r\n\r\n", Reaction::Then::hang});
        for (int i = 0; i < 5; ++i) {
            CPPUNIT_ASSERT_EQUAL(2, send(receiver).status / 100);
        }
    }

    void aBrokenAnswerIsTrouble() {
        Receiver receiver;
        receiver.answer("");
        receiver.answer("HTTP/1.1 200 OK\r\n");
        receiver.answer("SSH-2.0-OpenSSH\r\n");
        CPPUNIT_ASSERT_EQUAL(
            std::string("Trouble: the receiver closed the connection without an answer"),
            ending(receiver));
        CPPUNIT_ASSERT_EQUAL(
            std::string("Trouble: the receiver closed the connection in its answer"),
            ending(receiver));
        CPPUNIT_ASSERT_EQUAL(std::string("Trouble: what the receiver sent is no HTTP answer"),
                             ending(receiver));
    }

    void theCallsOwnLimitCounts() {
        Receiver receiver;
        receiver.answer({"", Reaction::Then::hang});
        const Running brief(1, std::chrono::milliseconds(300));
        CPPUNIT_ASSERT_THROW(
            Post(settings_, Resolver::system()).send(url(receiver.url()), {}, "{}", brief.context),
            Trouble);
    }

    void httpsOnlyRefusesHttp() {
        const Receiver receiver;
        settings_.httpsOnly = true;
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "Error WebhookRefused: the url must begin with https:// (webhook.httpsOnly)"),
            ending(receiver));
    }

    void theCertificateMustBeForTheNameNotTheAddress() {
        tests::Certificates certificates;
        settings_.ca = certificates.authority();
        Receiver receiver(certificates.issue("DNS:hooks.example"));
        FixedResolver resolver{"127.0.0.1"};
        CPPUNIT_ASSERT_EQUAL(std::string("answered 204"),
                             ending(receiver, resolver, "hooks.example"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("Trouble: the receiver's certificate is refused: hostname mismatch"),
            ending(receiver, resolver, "other.example"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, receiver.requests().size());
    }

    Settings settings_;
    Running running_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PostTest);

}  // namespace errand::webhook
