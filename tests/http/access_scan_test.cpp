// SPDX-License-Identifier: Apache-2.0
// Every route with every kind of token, from the route table: a new route cannot be forgotten.
#include <cppunit/extensions/HelperMacros.h>

#include "http/guarded_site.h"
#include "http/routes.h"

namespace errand::http {
namespace {

const char* const kinds[] = {"none", "unknown", "expired", "submit", "read", "both", "admin"};

class AccessScanTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccessScanTest);
    CPPUNIT_TEST(eachRouteTakesWhatItNeeds);
    CPPUNIT_TEST(whatIsOpenIsWhatIsMeantToBe);
    CPPUNIT_TEST(jobsOfOthersAreAsIfThereWereNone);
    CPPUNIT_TEST(withoutAFileOfTokensAllIsOpen);
    CPPUNIT_TEST_SUITE_END();

    GuardedSite guarded_;

    // What the rules say, put another way than the code does.
    static int expected(Needs needs, const std::string& kind) {
        if (needs == Needs::nothing) return 200;
        if (kind == "none" || kind == "unknown" || kind == "expired") return 401;
        if (kind == "admin" || needs == Needs::token) return 200;
        if (needs == Needs::submit) return kind == "read" ? 403 : 200;
        if (needs == Needs::read) return kind == "submit" ? 403 : 200;
        return 403;
    }

    static std::string lineOf(const Route& route, const std::string& id) {
        std::string path(route.path);
        if (path == "/*") path = "/index.html";
        const auto open = path.find('{');
        const bool isJob = path.find("{id}") != path.npos;
        if (open != path.npos)
            path.replace(open, path.find('}') - open + 1, isJob ? id : "compute");
        return std::string(route.method) + ' ' + path;
    }

    void eachRouteTakesWhatItNeeds() {
        const std::string id = guarded_.submit("admin");
        for (const Route& route : routes())
            for (const char* kind : kinds) {
                const Response response = guarded_.ask(lineOf(route, id), kind, "{}");
                const int wanted = expected(route.needs, kind);
                const std::string what = lineOf(route, id) + " with " + kind;
                if (wanted == 200) {
                    // Served: whatever it answers, it is not for want of a token.
                    CPPUNIT_ASSERT_MESSAGE(what, response.status != 401);
                    CPPUNIT_ASSERT_MESSAGE(what, response.status != 403 || isOthers(route, kind));
                    continue;
                }
                CPPUNIT_ASSERT_EQUAL_MESSAGE(what, wanted, response.status);
                ASSERT_CONTAINS("WWW-Authenticate: Bearer realm=\"errand\"", response.fields);
                CPPUNIT_ASSERT_MESSAGE(what, !contains(response.body, id));
            }
    }

    // The admin's job is seen by "both", who may change only its own.
    static bool isOthers(const Route& route, const std::string& kind) {
        return kind == "both" && route.path.find("{id}") != route.path.npos;
    }

    void whatIsOpenIsWhatIsMeantToBe() {
        std::string open;
        for (const Route& route : routes())
            if (route.needs == Needs::nothing)
                open.append(route.method).append(" ").append(route.path).append("; ");
        CPPUNIT_ASSERT_EQUAL(
            std::string("POST /session; GET /session; DELETE /session; GET /livez; GET /readyz; "
                        "GET /openapi.json; GET /apidocs; GET /*; "),
            open);
    }

    // The answer to another's id is that to an id nobody has.
    void jobsOfOthersAreAsIfThereWereNone() {
        const std::string id = guarded_.submit("other");
        const std::string none = "01935f1e-0000-7000-8000-000000000000";
        for (const Route& route : routes()) {
            if (route.path.find("{id}") == route.path.npos) continue;
            const Response others = guarded_.ask(lineOf(route, id), "submit");
            const Response missing = guarded_.ask(lineOf(route, none), "submit");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(lineOf(route, id), 404, others.status);
            std::string body = others.body;
            for (std::size_t at = 0; (at = body.find(id)) != body.npos;)
                body.replace(at, id.size(), none);
            CPPUNIT_ASSERT_EQUAL(missing.body, body);
            CPPUNIT_ASSERT_EQUAL(missing.fields, others.fields);
        }
        CPPUNIT_ASSERT_EQUAL(200, guarded_.ask("GET /jobs/" + id, "other").status);
        CPPUNIT_ASSERT_EQUAL(200, guarded_.ask("GET /jobs/" + id, "read").status);
        CPPUNIT_ASSERT_EQUAL(200, guarded_.ask("GET /jobs/" + id, "admin").status);
    }

    void withoutAFileOfTokensAllIsOpen() {
        TestSite site;
        const std::string id = site.submit();
        for (const Route& route : routes()) {
            if (route.path == "/session") continue;
            const Response response = site.send(lineOf(route, id), "", "");
            CPPUNIT_ASSERT_MESSAGE(lineOf(route, id),
                                   response.status != 401 && response.status != 403);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessScanTest);

}  // namespace
}  // namespace errand::http
