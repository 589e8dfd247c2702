// SPDX-License-Identifier: Apache-2.0
// What the access scan does not try: hosts, origins, sessions, proxies and limits.
#include "http/access_control.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/guarded_site.h"

namespace errand::http {
namespace {

const std::string sum = R"({"operation":"sum","value":1,"other":2})";

class AccessControlTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccessControlTest);
    CPPUNIT_TEST(aServerIsCalledByItsNames);
    CPPUNIT_TEST(pagesOfOthersMayNotChangeAnything);
    CPPUNIT_TEST(pagesOfListedOriginsMayAsk);
    CPPUNIT_TEST(aRefusalSaysWhatIsWrongWithTheToken);
    CPPUNIT_TEST(aSessionIsAsGoodAsItsToken);
    CPPUNIT_TEST(aSessionChangesNothingForOthersPages);
    CPPUNIT_TEST(whatIsLeftOfAQuotaIsSaid);
    CPPUNIT_TEST(proxiesSayForWhomTheyAsk);
    CPPUNIT_TEST(whoGoesRoundTheProxyIsRefused);
    CPPUNIT_TEST(whatIsAnsweredLaterSaysTheSame);
    CPPUNIT_TEST(aPermissionEndsWithItsTokenOrSession);
    CPPUNIT_TEST_SUITE_END();

    static std::string jsonFields(const std::string& more = {}) {
        return "Content-Type: application/json\r\nContent-Length: " + std::to_string(sum.size()) +
               "\r\n" + more;
    }

    // TestSite's requests are for the host "h".
    void aServerIsCalledByItsNames() {
        AccessSettings settings;
        settings.hosts = {"localhost", "127.0.0.1"};
        TestSite strict(settings);
        CPPUNIT_ASSERT_EQUAL(421, strict.ask("GET /livez").status);
        CPPUNIT_ASSERT_EQUAL(421, strict.ask("GET /").status);
        settings.hosts = {"H"};
        CPPUNIT_ASSERT_EQUAL(200, TestSite(settings).ask("GET /livez").status);
    }

    void pagesOfOthersMayNotChangeAnything() {
        TestSite site;
        for (const char* origin : {"http://evil.example", "null", "http://h:81"}) {
            const std::string field = std::string("Origin: ") + origin + "\r\n";
            CPPUNIT_ASSERT_EQUAL(403, site.send("POST /jobs", jsonFields(field), sum).status);
            CPPUNIT_ASSERT_EQUAL(403, site.send("DELETE /jobs?state=failed", field, "").status);
            CPPUNIT_ASSERT_EQUAL(200, site.send("GET /jobs", field, "").status);
        }
        CPPUNIT_ASSERT(site.jobs.submitted.empty());
        CPPUNIT_ASSERT_EQUAL(
            202, site.send("POST /jobs", jsonFields("Origin: http://h\r\n"), sum).status);
    }

    void pagesOfListedOriginsMayAsk() {
        AccessSettings settings;
        settings.corsOrigins = {"https://app.example.com"};
        TestSite site(settings);
        const std::string origin = "Origin: https://app.example.com\r\n";
        const Response question =
            site.send("OPTIONS /jobs", origin + "Access-Control-Request-Method: POST\r\n", "");
        CPPUNIT_ASSERT_EQUAL(204, question.status);
        ASSERT_CONTAINS("Access-Control-Allow-Origin: https://app.example.com\r\n",
                        question.fields);
        ASSERT_CONTAINS("Access-Control-Allow-Methods: POST, GET, HEAD, DELETE, OPTIONS\r\n",
                        question.fields);
        ASSERT_CONTAINS("Idempotency-Key", question.fields);
        const Response answer = site.send("POST /jobs", jsonFields(origin), sum);
        CPPUNIT_ASSERT_EQUAL(202, answer.status);
        ASSERT_CONTAINS("Access-Control-Allow-Origin: https://app.example.com\r\n", answer.fields);
        ASSERT_CONTAINS("Access-Control-Expose-Headers: ETag, Location", answer.fields);
        for (const char* other : {"Origin: https://evil.example\r\n", ""}) {
            const Response without = site.send("GET /jobs", other, "");
            CPPUNIT_ASSERT(!contains(without.fields, "Access-Control-Allow-Origin"));
            ASSERT_CONTAINS("Vary: Origin\r\n", without.fields);
        }
    }

    void aRefusalSaysWhatIsWrongWithTheToken() {
        GuardedSite guarded;
        const Response none = guarded.ask("GET /jobs", "none");
        CPPUNIT_ASSERT_EQUAL(401, none.status);
        CPPUNIT_ASSERT(!contains(none.fields, "error="));
        ASSERT_CONTAINS("error=\"invalid_token\"\r\n", guarded.ask("GET /jobs", "unknown").fields);
        ASSERT_CONTAINS("the token has expired", guarded.ask("GET /jobs", "expired").fields);
        const Response scope = guarded.ask("POST /services/compute/pause", "submit");
        CPPUNIT_ASSERT_EQUAL(403, scope.status);
        ASSERT_CONTAINS("error=\"insufficient_scope\", scope=\"admin\"", scope.fields);
        for (const char* field : {"Authorization: Basic YTpi\r\n", "Authorization: Bearer\r\n",
                                  "Authorization: Bearer  x\r\n", "Authorization: \r\n"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(field, 401,
                                         guarded.site().send("GET /jobs", field, "").status);
        CPPUNIT_ASSERT_EQUAL(
            200,
            guarded.site()
                .send("GET /jobs", "authorization: bearer " + guarded.text("read") + "\r\n", "")
                .status);
    }

    // The Cookie line of a session begun with that token.
    static std::string begin(GuardedSite& guarded, const std::string& name) {
        const Response login =
            guarded.ask("POST /session", "none", R"({"token":")" + guarded.text(name) + "\"}");
        CPPUNIT_ASSERT_EQUAL(200, login.status);
        const std::string lead = "Set-Cookie: ";
        const auto at = login.fields.find(lead) + lead.size();
        ASSERT_CONTAINS("; HttpOnly", login.fields);
        ASSERT_CONTAINS("; SameSite=Strict", login.fields);
        return "Cookie: " + login.fields.substr(at, login.fields.find(';', at) - at) + "\r\n";
    }

    void aSessionIsAsGoodAsItsToken() {
        GuardedSite guarded;
        const std::string cookie = begin(guarded, "submit");
        const Response who = guarded.site().send("GET /session", cookie, "");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"name":"submit","scopes":["submit"]})"), who.body);
        CPPUNIT_ASSERT_EQUAL(200, guarded.site().send("GET /jobs", cookie, "").status);
        CPPUNIT_ASSERT_EQUAL(403, guarded.site().send("GET /services", cookie, "").status);
        for (const char* bad : {"unknown", "expired"})
            CPPUNIT_ASSERT_EQUAL(
                401,
                guarded.ask("POST /session", "none", R"({"token":")" + guarded.text(bad) + "\"}")
                    .status);
        for (const char* body : {"{}", "[]", R"({"token":5})", "nonsense"})
            CPPUNIT_ASSERT_EQUAL(422, guarded.ask("POST /session", "none", body).status);
        const Response over = guarded.site().send("DELETE /session", cookie, "");
        CPPUNIT_ASSERT_EQUAL(204, over.status);
        ASSERT_CONTAINS("Max-Age=0", over.fields);
        CPPUNIT_ASSERT_EQUAL(401, guarded.site().send("GET /jobs", cookie, "").status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"name":null,"scopes":[]})"),
                             guarded.site().send("GET /session", cookie, "").body);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"name":null,"scopes":["submit","read","admin"]})"),
                             TestSite().ask("GET /session").body);
    }

    // A browser adds the cookie whoever's page it is.
    void aSessionChangesNothingForOthersPages() {
        GuardedSite guarded;
        const std::string cookie = begin(guarded, "submit");
        const auto status = [&](const std::string& more) {
            return guarded.site().send("POST /jobs", jsonFields(cookie + more), sum).status;
        };
        CPPUNIT_ASSERT_EQUAL(403, status(""));
        CPPUNIT_ASSERT_EQUAL(403, status("Origin: http://evil.example\r\n"));
        CPPUNIT_ASSERT_EQUAL(403, status("Sec-Fetch-Site: cross-site\r\n"));
        CPPUNIT_ASSERT_EQUAL(202, status("Origin: http://h\r\n"));
        CPPUNIT_ASSERT_EQUAL(202, status("Sec-Fetch-Site: same-origin\r\n"));
    }

    void whatIsLeftOfAQuotaIsSaid() {
        AccessSettings settings;
        settings.requests = {2, std::chrono::minutes(1)};
        GuardedSite guarded(settings);
        const Response first = guarded.ask("GET /jobs", "submit");
        CPPUNIT_ASSERT_EQUAL(200, first.status);
        ASSERT_CONTAINS("RateLimit-Policy: \"requests\";q=2;w=60\r\n", first.fields);
        ASSERT_CONTAINS("RateLimit: \"requests\";r=1;t=60\r\n", first.fields);
        CPPUNIT_ASSERT_EQUAL(200, guarded.ask("GET /jobs", "submit").status);
        const Response third = guarded.ask("GET /jobs", "submit");
        CPPUNIT_ASSERT_EQUAL(429, third.status);
        ASSERT_CONTAINS("Retry-After: ", third.fields);
        ASSERT_CONTAINS("RateLimit: \"requests\";r=0;t=", third.fields);
        CPPUNIT_ASSERT_EQUAL(third.fields.find("RateLimit: "), third.fields.rfind("RateLimit: "));
        CPPUNIT_ASSERT_EQUAL(200, guarded.ask("GET /jobs", "other").status);
        // Who has no token is counted by its address, refused or not.
        for (const int wanted : {401, 401, 429})
            CPPUNIT_ASSERT_EQUAL(wanted, guarded.ask("GET /jobs", "none").status);
    }

    // TestSite's requests come from 192.0.2.1.
    void proxiesSayForWhomTheyAsk() {
        AccessSettings settings;
        settings.requests = {1, std::chrono::minutes(1)};
        settings.trustedProxies = {"192.0.2.0/24"};
        TestSite site(settings);
        const auto status = [&](const std::string& field) {
            return site.send("GET /jobs", field, "").status;
        };
        CPPUNIT_ASSERT_EQUAL(200, status("X-Forwarded-For: 198.51.100.1\r\n"));
        CPPUNIT_ASSERT_EQUAL(429, status("X-Forwarded-For: 203.0.113.9, 198.51.100.1\r\n"));
        CPPUNIT_ASSERT_EQUAL(429, status("X-Forwarded-For: 198.51.100.1\r\n"
                                         "Forwarded: for=203.0.113.9\r\n"));
        CPPUNIT_ASSERT_EQUAL(200, status("X-Forwarded-For: 198.51.100.2\r\n"));
        settings.rfc7239 = true;
        TestSite other(settings);
        CPPUNIT_ASSERT_EQUAL(200,
                             other.send("GET /jobs", "Forwarded: for=198.51.100.1\r\n", "").status);
        CPPUNIT_ASSERT_EQUAL(429, other
                                      .send("GET /jobs",
                                            "Forwarded: for=198.51.100.1\r\n"
                                            "X-Forwarded-For: 203.0.113.9\r\n",
                                            "")
                                      .status);
    }

    // A token would go over the network in the clear, and its answer too.
    void whoGoesRoundTheProxyIsRefused() {
        AccessSettings settings;
        settings.trustedProxies = {"10.0.0.1"};
        GuardedSite guarded(settings);
        CPPUNIT_ASSERT_EQUAL(403, guarded.ask("GET /jobs", "admin").status);
        CPPUNIT_ASSERT_EQUAL(403, guarded.ask("POST /session", "none", R"({"token":"x"})").status);
        CPPUNIT_ASSERT_EQUAL(200, guarded.ask("GET /readyz", "none").status);
    }

    void whatIsAnsweredLaterSaysTheSame() {
        AccessSettings settings;
        settings.corsOrigins = {"https://app.example.com"};
        settings.requests = {10, std::chrono::minutes(1)};
        TestSite site(settings);
        const Response stream = site.send("GET /events", "Origin: https://app.example.com\r\n", "");
        ASSERT_CONTAINS("Access-Control-Allow-Origin: https://app.example.com\r\n",
                        stream.parking->fields);
        ASSERT_CONTAINS("RateLimit: \"requests\";r=9;t=60\r\n", stream.parking->fields);
        CPPUNIT_ASSERT(!contains(stream.parking->fields, "Retry-After: "));
        CPPUNIT_ASSERT(!stream.parking->mayStay);
    }

    void aPermissionEndsWithItsTokenOrSession() {
        GuardedSite guarded;
        const std::string cookie = begin(guarded, "read");
        const Response byToken = guarded.ask("GET /events", "read");
        const Response bySession = guarded.site().send("GET /events", cookie, "");
        const Response others = guarded.ask("GET /events", "both");
        CPPUNIT_ASSERT(byToken.parking->mayStay());
        CPPUNIT_ASSERT(bySession.parking->mayStay());
        guarded.site().send("DELETE /session", cookie + "Origin: http://h\r\n", "");
        CPPUNIT_ASSERT(byToken.parking->mayStay());
        CPPUNIT_ASSERT(!bySession.parking->mayStay());
        access::removeToken(guarded.path(), "read");
        guarded.site().clock.pass(std::chrono::seconds(2));
        CPPUNIT_ASSERT(!byToken.parking->mayStay());
        CPPUNIT_ASSERT(others.parking->mayStay());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessControlTest);

}  // namespace
}  // namespace errand::http
