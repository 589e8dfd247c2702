// SPDX-License-Identifier: Apache-2.0
#include "http/submitting.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

const std::string sum = R"({"operation":"sum","value":1,"other":2})";
const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class SubmittingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SubmittingTest);
    CPPUNIT_TEST(aKeyIsOneQuotedString);
    CPPUNIT_TEST(aKeyIsHandedOnWithoutItsQuotes);
    CPPUNIT_TEST(anotherBodyOrPathHasAnotherFingerprint);
    CPPUNIT_TEST(malformedOrRepeatedKeysAre400AndStoreNothing);
    CPPUNIT_TEST(theStoresRefusalsOfAKeyAreAnswered);
    CPPUNIT_TEST(whatIsRefusedTodayIsAnsweredAsItWas);
    CPPUNIT_TEST(aTraceIsKeptAndAnInvalidOneIsLeftOut);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    Response submit(const std::string& fields, const std::string& path = "/jobs",
                    const std::string& body = sum) {
        return site_.send("POST " + path,
                          "Content-Type: application/json\r\n" + fields +
                              "Content-Length: " + std::to_string(body.size()) + "\r\n",
                          body);
    }

    static std::string key(const std::string& value) {
        return "Idempotency-Key: " + value + "\r\n";
    }

    void aKeyIsOneQuotedString() {
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), readIdempotencyKey(R"("a b")").value());
        CPPUNIT_ASSERT_EQUAL(std::string(R"(a"\)"), readIdempotencyKey(R"("a\"\\")").value());
        const std::string most(255, 'k');
        CPPUNIT_ASSERT_EQUAL(most, readIdempotencyKey('"' + most + '"').value());
        for (const std::string& none :
             {std::string(), std::string("k"), std::string("\""), std::string(R"("")"),
              std::string(R"("a"b")"), std::string(R"("a\")"), std::string(R"("a\b")"),
              std::string("\"a\tb\""), std::string("\"\xc3\xa9\""), '"' + most + "k\"",
              std::string(R"("a"; q=1)")}) {
            CPPUNIT_ASSERT_MESSAGE(none, !readIdempotencyKey(none));
        }
    }

    void aKeyIsHandedOnWithoutItsQuotes() {
        CPPUNIT_ASSERT_EQUAL(202, submit(key(R"("8e03")")).status);
        CPPUNIT_ASSERT_EQUAL(std::string("8e03"), site_.jobs.lastKey.value().key);
        site_.jobs.lastKey.reset();
        CPPUNIT_ASSERT_EQUAL(202, submit("").status);
        CPPUNIT_ASSERT(!site_.jobs.lastKey);
        // Its short form and an array have one as well.
        CPPUNIT_ASSERT_EQUAL(200, submit(key(R"("c")"), "/compute").status);
        CPPUNIT_ASSERT_EQUAL(std::string("c"), site_.jobs.lastKey.value().key);
        CPPUNIT_ASSERT_EQUAL(202, submit(key(R"("many")"), "/jobs", '[' + sum + ']').status);
        CPPUNIT_ASSERT_EQUAL(std::string("many"), site_.jobs.lastKey.value().key);
    }

    std::string fingerprint(const std::string& path, const std::string& body) {
        CPPUNIT_ASSERT(submit(key(R"("k")"), path, body).status < 300);
        return site_.jobs.lastKey.value().fingerprint;
    }

    void anotherBodyOrPathHasAnotherFingerprint() {
        const std::string first = fingerprint("/jobs", sum);
        CPPUNIT_ASSERT_EQUAL(std::size_t(32), first.size());
        CPPUNIT_ASSERT(first == fingerprint("/jobs", sum));
        CPPUNIT_ASSERT(first != fingerprint("/compute", sum));
        CPPUNIT_ASSERT(first != fingerprint("/jobs", sum + ' '));
    }

    void malformedOrRepeatedKeysAre400AndStoreNothing() {
        const Response bare = submit(key("k"));
        CPPUNIT_ASSERT_EQUAL(400, bare.status);
        ASSERT_CONTAINS("Idempotency-Key is malformed", bare.body);
        const Response twice = submit(key(R"("k")") + key(R"("k")"));
        CPPUNIT_ASSERT_EQUAL(400, twice.status);
        ASSERT_CONTAINS("Idempotency-Key is there twice", twice.body);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), site_.jobs.submissions());
    }

    void theStoresRefusalsOfAKeyAreAnswered() {
        site_.jobs.refusal = jobs::Refusal::keyInUse;
        CPPUNIT_ASSERT_EQUAL(409, submit(key(R"("k")")).status);
        site_.jobs.refusal = jobs::Refusal::keyReused;
        CPPUNIT_ASSERT_EQUAL(422, submit(key(R"("k")")).status);
        site_.jobs.refusal = jobs::Refusal::keyErased;
        CPPUNIT_ASSERT_EQUAL(410, submit(key(R"("k")")).status);
    }

    void whatIsRefusedTodayIsAnsweredAsItWas() {
        const std::string body = R"({"operation":"sum","value":1})";
        const std::string once = key(R"("k")");
        CPPUNIT_ASSERT_EQUAL(422, submit(once, "/jobs", body).status);
        CPPUNIT_ASSERT_EQUAL(422, submit("", "/jobs", body).status);
        site_.jobs.replays = {jobs::Job{}};
        CPPUNIT_ASSERT_EQUAL(202, submit(once, "/jobs", body).status);
        CPPUNIT_ASSERT_EQUAL(422, submit("", "/jobs", body).status);
    }

    std::string traceOf(const std::string& value) {
        CPPUNIT_ASSERT_EQUAL(202, submit("traceparent: " + value + "\r\n").status);
        return site_.jobs.submitted.back().front().trace;
    }

    void aTraceIsKeptAndAnInvalidOneIsLeftOut() {
        CPPUNIT_ASSERT_EQUAL(trace, traceOf(trace));
        CPPUNIT_ASSERT_EQUAL("cc" + trace.substr(2), traceOf("cc" + trace.substr(2) + "-more"));
        CPPUNIT_ASSERT_EQUAL(std::string(), traceOf("00-0-0-0"));
        // Of two, neither is to be trusted.
        CPPUNIT_ASSERT_EQUAL(std::string(), traceOf(trace + "\r\ntraceparent: " + trace));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SubmittingTest);

}  // namespace
}  // namespace errand::http
