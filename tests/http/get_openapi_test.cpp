// SPDX-License-Identifier: Apache-2.0
// GET of the API's document and the way to its page, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class GetOpenApiTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GetOpenApiTest);
    CPPUNIT_TEST(theDocumentIsJsonAndMayBeKept);
    CPPUNIT_TEST(whatTheClientHasIsNotSentAgain);
    CPPUNIT_TEST(thePathWithoutSlashLeadsToThePage);
    CPPUNIT_TEST(thePageHasAPolicyOfItsOwn);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    void theDocumentIsJsonAndMayBeKept() {
        const Response response = site_.ask("GET /openapi.json");
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(jsonType, response.contentType);
        CPPUNIT_ASSERT(base::Json::parse(response.body).find("openapi") != nullptr);
        ASSERT_CONTAINS("ETag: " + site_.document.etag(), response.fields);
        ASSERT_CONTAINS("Cache-Control: no-cache", response.fields);
    }

    void whatTheClientHasIsNotSentAgain() {
        const std::string known = "If-None-Match: " + site_.document.etag() + "\r\n";
        const Response kept = site_.send("GET /openapi.json", known, "");
        CPPUNIT_ASSERT_EQUAL(304, kept.status);
        CPPUNIT_ASSERT(kept.body.empty());
        ASSERT_CONTAINS("ETag: " + site_.document.etag(), kept.fields);
        CPPUNIT_ASSERT_EQUAL(
            200, site_.send("GET /openapi.json", "If-None-Match: \"old\"\r\n", "").status);
    }

    void thePathWithoutSlashLeadsToThePage() {
        const Response response = site_.ask("GET /apidocs");
        CPPUNIT_ASSERT_EQUAL(301, response.status);
        ASSERT_CONTAINS("Location: /apidocs/\r\n", response.fields);
    }

    void thePageHasAPolicyOfItsOwn() {
        std::filesystem::create_directory(site_.root.path() + "/apidocs");
        site_.writeFile("apidocs/index.html", "<p>");
        const Response page = site_.ask("GET /apidocs/");
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        ASSERT_CONTAINS("script-src 'self';", page.fields);
        ASSERT_CONTAINS("style-src 'self' 'unsafe-inline';", page.fields);
        ASSERT_CONTAINS("frame-ancestors 'none'", page.fields);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GetOpenApiTest);

}  // namespace
}  // namespace errand::http
