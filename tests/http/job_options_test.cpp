// SPDX-License-Identifier: Apache-2.0
#include "http/job_options.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

using base::Json;
using std::chrono::microseconds;
using std::chrono::milliseconds;

class JobOptionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobOptionsTest);
    CPPUNIT_TEST(nothingGivenLeavesThePolicy);
    CPPUNIT_TEST(everyOptionIsRead);
    CPPUNIT_TEST(theBoundsThemselvesAreTaken);
    CPPUNIT_TEST(badOptionsAreNamed);
    CPPUNIT_TEST(jobsThatExpireBeforeTheyAreDueAreRefused);
    CPPUNIT_TEST(aTimeInThePastIsDueAtOnce);
    CPPUNIT_TEST_SUITE_END();

    jobs::NewJob job_;

    // The fields that are wrong: "delay tags ".
    std::string errors(const std::string& json) {
        job_ = {};
        std::vector<rpc::FieldError> errors;
        readJobOptions(Json::parse(json), FixedClock().now(), job_, errors);
        std::string fields;
        for (const auto& error : errors) fields += error.field + ' ';
        return fields;
    }

    void nothingGivenLeavesThePolicy() {
        CPPUNIT_ASSERT_EQUAL(std::string(), errors("{}"));
        CPPUNIT_ASSERT(!job_.runAt && !job_.delay && !job_.expiresAt && !job_.timeout);
        CPPUNIT_ASSERT(!job_.maxAttempts && job_.tags.empty());
    }

    void everyOptionIsRead() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(),
            errors(R"({"run_at":"2026-11-23T17:38:41+01:00","expires_at":"2027-01-01T00:00:00Z",)"
                   R"("timeout":1.5,"max_attempts":7,"tags":["a","b c"]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-23T16:38:41.000000Z"),
                             base::formatRfc3339(*job_.runAt));
        CPPUNIT_ASSERT_EQUAL(std::string("2027-01-01T00:00:00.000000Z"),
                             base::formatRfc3339(*job_.expiresAt));
        CPPUNIT_ASSERT(*job_.timeout == milliseconds(1500));
        CPPUNIT_ASSERT_EQUAL(7, *job_.maxAttempts);
        CPPUNIT_ASSERT((job_.tags == std::vector<std::string>{"a", "b c"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), errors(R"({"delay":0.25})"));
        CPPUNIT_ASSERT(*job_.delay == microseconds(250000));
    }

    void theBoundsThemselvesAreTaken() {
        CPPUNIT_ASSERT_EQUAL(std::string(), errors(R"({"delay":0,"timeout":0.001})"));
        CPPUNIT_ASSERT(*job_.timeout == milliseconds(1));
        CPPUNIT_ASSERT_EQUAL(std::string(), errors(R"({"timeout":604800,"max_attempts":1})"));
        CPPUNIT_ASSERT_EQUAL(std::string(), errors(R"({"max_attempts":1000,"delay":1e3})"));
        CPPUNIT_ASSERT(*job_.delay == std::chrono::seconds(1000));
        const std::string longest = '"' + std::string(64, 'x') + '"';
        CPPUNIT_ASSERT_EQUAL(std::string(), errors("{\"tags\":[" + longest + "]}"));
    }

    void badOptionsAreNamed() {
        const auto bad = [&](const std::string& name, const std::string& value) {
            const std::string json = "{\"" + name + "\":" + value + '}';
            CPPUNIT_ASSERT_EQUAL_MESSAGE(json, name + ' ', errors(json));
        };
        for (const char* value : {"1", "null", "\"soon\"", "\"2026-13-01T00:00:00Z\"",
                                  "\"2026-11-23\"", "\"2037-01-01T00:00:00Z\""})
            bad("run_at", value);
        for (const char* value : {"-1", "\"1\"", "null", "315619201", "1e400", "true"})
            bad("delay", value);
        for (const char* value : {"\"2026-11-22T17:38:41Z\"", "\"2037-01-01T00:00:00Z\"", "5"})
            bad("expires_at", value);
        for (const char* value : {"0", "0.0009", "604800.1", "-5", "\"5\"", "1e-400"})
            bad("timeout", value);
        for (const char* value : {"0", "1001", "1.0", "\"3\"", "-1", "99999999999999999999"})
            bad("max_attempts", value);
        for (const char* value : {"\"a\"", "[1]", "[\"\"]", "[\"a\\n\"]", "[\"a\",\"a\"]", "null"})
            bad("tags", value);
        bad("tags", "[\"" + std::string(65, 'x') + "\"]");
        std::string many = "[\"0\"";
        for (int i = 1; i < 17; ++i) many += ",\"" + std::to_string(i) + '"';
        bad("tags", many + ']');
        CPPUNIT_ASSERT_EQUAL(std::string("delay "),
                             errors(R"({"run_at":"2026-11-23T00:00:00Z","delay":1})"));
    }

    void jobsThatExpireBeforeTheyAreDueAreRefused() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("expires_at "),
            errors(R"({"run_at":"2026-11-24T00:00:00Z","expires_at":"2026-11-23T00:00:00Z"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("expires_at "),
                             errors(R"({"delay":60,"expires_at":"2026-11-22T17:39:00Z"})"));
    }

    void aTimeInThePastIsDueAtOnce() {
        CPPUNIT_ASSERT_EQUAL(std::string(), errors(R"({"run_at":"2020-01-01T00:00:00Z"})"));
        CPPUNIT_ASSERT(job_.runAt.has_value());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobOptionsTest);

}  // namespace
}  // namespace errand::http
