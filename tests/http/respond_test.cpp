// SPDX-License-Identifier: Apache-2.0
#include "http/respond.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

class RespondTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RespondTest);
    CPPUNIT_TEST(unknownPathsAreNotFound);
    CPPUNIT_TEST(otherMethodsSayWhichAreAllowed);
    CPPUNIT_TEST(optionsAreToldEverywhere);
    CPPUNIT_TEST(unknownMethodsAreNotImplemented);
    CPPUNIT_TEST(bodiesNeedALengthAndTheRightType);
    CPPUNIT_TEST(exceptionsBecomeA500WithoutTheirWords);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    void unknownPathsAreNotFound() {
        for (const char* line : {"GET /nowhere", "HEAD /nowhere", "POST /nowhere", "PUT /nowhere",
                                 "OPTIONS /nowhere", "GET /jobs/", "GET /%00", "GET /%ff"}) {
            const Response response = site_.ask(line);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(line, 404, response.status);
            CPPUNIT_ASSERT(response.contentType == problemType);
            base::Json::parse(response.body);
        }
    }

    void otherMethodsSayWhichAreAllowed() {
        site_.writeFile("index.html", "x");
        const auto allow = [&](const char* line) {
            const Response response = site_.ask(line);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(line, 405, response.status);
            return response.fields;
        };
        CPPUNIT_ASSERT_EQUAL(std::string("Allow: POST, OPTIONS\r\n"), allow("GET /compute"));
        CPPUNIT_ASSERT_EQUAL(std::string("Allow: POST, OPTIONS\r\n"), allow("HEAD /compute"));
        CPPUNIT_ASSERT_EQUAL(std::string("Allow: POST, GET, HEAD, DELETE, OPTIONS\r\n"),
                             allow("PUT /jobs"));
        CPPUNIT_ASSERT_EQUAL(std::string("Allow: GET, HEAD, OPTIONS\r\n"), allow("POST /"));
    }

    void optionsAreToldEverywhere() {
        site_.writeFile("index.html", "x");
        for (const char* line : {"OPTIONS *", "OPTIONS /", "OPTIONS /jobs", "OPTIONS /jobs/1",
                                 "OPTIONS /compute", "OPTIONS /livez"}) {
            const Response response = site_.ask(line);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(line, 204, response.status);
            ASSERT_CONTAINS("Allow: ", response.fields);
        }
    }

    void unknownMethodsAreNotImplemented() {
        CPPUNIT_ASSERT_EQUAL(501, site_.ask("BREW /jobs").status);
        CPPUNIT_ASSERT_EQUAL(501, site_.ask("get /jobs").status);
    }

    void bodiesNeedALengthAndTheRightType() {
        const auto status = [&](const std::string& fields) {
            return site_.send("POST /jobs", fields, "{}").status;
        };
        CPPUNIT_ASSERT_EQUAL(411, status("Content-Type: application/json\r\n"));
        CPPUNIT_ASSERT_EQUAL(415, status("Content-Length: 2\r\n"));
        CPPUNIT_ASSERT_EQUAL(415, status("Content-Length: 2\r\nContent-Type: text/plain\r\n"));
        CPPUNIT_ASSERT_EQUAL(
            422, status("Content-Length: 2\r\nContent-Type: Application/JSON ; charset=utf-8\r\n"));
        CPPUNIT_ASSERT_EQUAL(
            422, status("Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n"));
    }

    void exceptionsBecomeA500WithoutTheirWords() {
        site_.jobs.failure = "disk secret";
        const Response response = site_.post("/jobs", R"({"operation":"a","value":1,"other":2})");
        CPPUNIT_ASSERT_EQUAL(500, response.status);
        CPPUNIT_ASSERT(!contains(response.body, "secret"));
        CPPUNIT_ASSERT(response.contentType == problemType);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RespondTest);

}  // namespace
}  // namespace errand::http
