// SPDX-License-Identifier: Apache-2.0
// GET of a static file, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class GetFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GetFileTest);
    CPPUNIT_TEST(pagesComeWithAStrictPolicy);
    CPPUNIT_TEST(imagesThatMayHoldScriptsHaveThePolicyToo);
    CPPUNIT_TEST(thePolicyHoldsForWhatTheClientKeeps);
    CPPUNIT_TEST(everyAnswerSaysThatItsTypeIsMeant);
    CPPUNIT_TEST(whatTheClientHasIsNotSentAgain);
    CPPUNIT_TEST(pathsOutOfTheRootAreNotFound);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    static std::string field(const Response& response, const std::string& name) {
        const auto at = response.fields.find(name + ": ");
        CPPUNIT_ASSERT(at != std::string::npos);
        const auto start = at + name.size() + 2;
        return response.fields.substr(start, response.fields.find("\r\n", start) - start);
    }

    void pagesComeWithAStrictPolicy() {
        site_.writeFile("index.html", "<p>");
        site_.writeFile("a.css", "p{}");
        const Response page = site_.ask("GET /");
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        CPPUNIT_ASSERT_EQUAL(std::string("<p>"), page.body);
        CPPUNIT_ASSERT_EQUAL(std::string("default-src 'none'; script-src 'self'; style-src 'self'; "
                                         "connect-src 'self'; img-src 'self'; form-action 'self'; "
                                         "base-uri 'none'; frame-ancestors 'none'"),
                             field(page, "Content-Security-Policy"));
        CPPUNIT_ASSERT_EQUAL(std::string("no-referrer"), field(page, "Referrer-Policy"));
        CPPUNIT_ASSERT(!contains(site_.ask("GET /a.css").fields, "Policy"));
    }

    void imagesThatMayHoldScriptsHaveThePolicyToo() {
        site_.writeFile("a.svg", "<svg/>");
        site_.writeFile("a.png", "");
        site_.writeFile("index.html", "<p>");
        CPPUNIT_ASSERT_EQUAL(field(site_.ask("GET /"), "Content-Security-Policy"),
                             field(site_.ask("GET /a.svg"), "Content-Security-Policy"));
        CPPUNIT_ASSERT(!contains(site_.ask("GET /a.png").fields, "Policy"));
    }

    void thePolicyHoldsForWhatTheClientKeeps() {
        site_.writeFile("index.html", "<p>");
        const Response kept = site_.send("GET /", "If-None-Match: *\r\n", "");
        CPPUNIT_ASSERT_EQUAL(304, kept.status);
        ASSERT_CONTAINS("default-src 'none'", field(kept, "Content-Security-Policy"));
    }

    void everyAnswerSaysThatItsTypeIsMeant() {
        site_.writeFile("a.txt", "<script>");
        std::string message;
        writeResponse(message, site_.ask("GET /a.txt"), {}, {});
        ASSERT_CONTAINS("\r\nX-Content-Type-Options: nosniff\r\n", message);
    }

    void whatTheClientHasIsNotSentAgain() {
        site_.writeFile("a.css", "p{}");
        const Response first = site_.ask("HEAD /a.css");
        const std::string etag = field(first, "ETag");
        const std::string date = field(first, "Last-Modified");
        const auto status = [&](const std::string& fields) {
            return site_.send("GET /a.css", fields, "").status;
        };
        CPPUNIT_ASSERT_EQUAL(304, status("If-None-Match: \"x\", W/" + etag + "\r\n"));
        CPPUNIT_ASSERT_EQUAL(304, status("If-None-Match: *\r\n"));
        CPPUNIT_ASSERT_EQUAL(304, status("If-Modified-Since: " + date + "\r\n"));
        CPPUNIT_ASSERT_EQUAL(200, status("If-None-Match: \"x\"\r\n"));
        CPPUNIT_ASSERT_EQUAL(200,
                             status("If-None-Match: \"x\"\r\nIf-Modified-Since: " + date + "\r\n"));
        CPPUNIT_ASSERT_EQUAL(200, status("If-Modified-Since: yesterday\r\n"));
        CPPUNIT_ASSERT_EQUAL(200, status("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
        CPPUNIT_ASSERT_EQUAL(
            etag, field(site_.send("GET /a.css", "If-None-Match: " + etag + "\r\n", ""), "ETag"));
    }

    void pathsOutOfTheRootAreNotFound() {
        for (const char* path : {"/../x", "/%2e%2e/x", "/%2e%2e%2fx", "/a.css%00", "/..%5cx"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 404, site_.ask("GET " + std::string(path)).status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GetFileTest);

}  // namespace
}  // namespace errand::http
