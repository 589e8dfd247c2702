// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <map>
#include <string>

#include "system/with_server.h"

namespace errand::tests {

class WebRootTest : public WithServer {
    CPPUNIT_TEST_SUITE(WebRootTest);
    CPPUNIT_TEST(theFormIsServed);
    CPPUNIT_TEST(everyFileOfTheFormIsServedWithItsType);
    CPPUNIT_TEST(unchangedFilesAreNotSentAgain);
    CPPUNIT_TEST(nothingOutsideTheRootIsServed);
    CPPUNIT_TEST(linksLeadNowhereOutside);
    CPPUNIT_TEST(missingRootIsNoReasonNotToServe);
    CPPUNIT_TEST_SUITE_END();

    void theFormIsServed() {
        start();
        const Answer page = http().get("/");
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        CPPUNIT_ASSERT_EQUAL(std::string("text/html; charset=utf-8"), page.type());
        CPPUNIT_ASSERT(page.body == readFile(ERRAND_SOURCE "/web/index.html"));
        CPPUNIT_ASSERT_EQUAL(std::string("nosniff"), page.field("X-Content-Type-Options"));
        CPPUNIT_ASSERT_EQUAL(std::string("no-cache"), page.field("Cache-Control"));
        const std::string policy = page.field("Content-Security-Policy");
        checkHolds("policy", policy, "default-src 'none'");
        checkHolds("policy", policy, "frame-ancestors 'none'");
        CPPUNIT_ASSERT_EQUAL(std::string("no-referrer"), page.field("Referrer-Policy"));
        CPPUNIT_ASSERT(http().get("/index.html").body == page.body);
    }

    void everyFileOfTheFormIsServedWithItsType() {
        start();
        const std::map<std::string, std::string> types = {{".html", "text/html; charset=utf-8"},
                                                          {".js", "text/javascript; charset=utf-8"},
                                                          {".css", "text/css; charset=utf-8"},
                                                          {".svg", "image/svg+xml"}};
        std::size_t served = 0;
        for (const auto& file : std::filesystem::directory_iterator(ERRAND_SOURCE "/web")) {
            if (!file.is_regular_file()) continue;
            const std::string path = "/" + file.path().filename().string();
            const Answer answer = http().get(path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 200, answer.status);
            const auto type = types.find(file.path().extension().string());
            CPPUNIT_ASSERT_MESSAGE(path, type != types.end());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, type->second, answer.type());
            CPPUNIT_ASSERT_MESSAGE(path, answer.body == readFile(file.path().string()));
            // A query is for the page, not for the server.
            CPPUNIT_ASSERT_MESSAGE(path, http().get(path + "?v=2").body == answer.body);
            ++served;
        }
        CPPUNIT_ASSERT(served > 3);
    }

    void unchangedFilesAreNotSentAgain() {
        useOwnRoot();
        const Answer first = http().get("/page.html");
        const std::string tag = first.field("ETag");
        CPPUNIT_ASSERT(tag.size() > 2);
        const Answer again = http().send("GET", "/page.html", {}, {{"If-None-Match", tag}});
        CPPUNIT_ASSERT_EQUAL(304, again.status);
        CPPUNIT_ASSERT_EQUAL(std::string(), again.body);
        CPPUNIT_ASSERT_EQUAL(tag, again.field("ETag"));
        const Answer dated = http().send("GET", "/page.html", {},
                                         {{"If-Modified-Since", first.field("Last-Modified")}});
        CPPUNIT_ASSERT_EQUAL(304, dated.status);
        // A file may be changed while the server runs.
        writeFile(directory_ / "web/page.html", "a longer page");
        const Answer changed = http().send("GET", "/page.html", {}, {{"If-None-Match", tag}});
        CPPUNIT_ASSERT_EQUAL(200, changed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("a longer page"), changed.body);
    }

    void nothingOutsideTheRootIsServed() {
        useOwnRoot();
        for (const std::string path : {"/../secret",
                                       "/%2e%2e/secret",
                                       "/%2E%2E%2Fsecret",
                                       "/..%2fsecret",
                                       "/sub/../../secret",
                                       "/sub/%2e%2e/%2e%2e/secret",
                                       "/./../secret",
                                       "/..\\secret",
                                       "/..%5csecret",
                                       "//../secret",
                                       "/%2f../secret",
                                       "/sub/..",
                                       "/../web/page.html",
                                       "/..%c0%afsecret",
                                       "/%00",
                                       "/page.html%00",
                                       "/page.html%00.css",
                                       "/.hidden",
                                       "/sub/.hidden",
                                       "/sub",
                                       "/sub/",
                                       "/page.html/",
                                       "/page.html/.",
                                       "/%ff",
                                       "//etc/passwd",
                                       "/proc/self/environ"}) {
            RawSocket socket(server().port());
            // Not through a client library, which would tidy the path up.
            socket.send("GET " + path +
                        " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            const auto answer = socket.receive();
            CPPUNIT_ASSERT_MESSAGE(path, answer.has_value());
            checkProblem(path, *answer, 404, "there is nothing at");
            CPPUNIT_ASSERT_EQUAL(std::string::npos, answer->body.find("the secret"));
        }
        CPPUNIT_ASSERT_EQUAL(200, http().get("/sub/page.html").status);
        CPPUNIT_ASSERT_EQUAL(200, http().get("/p%61ge.html").status);
    }

    void linksLeadNowhereOutside() {
        useOwnRoot();
        namespace fs = std::filesystem;
        fs::create_symlink(directory_ / "secret", directory_ / "web/file-link");
        fs::create_directory_symlink(directory_.path(), directory_ / "web/folder-link");
        fs::create_symlink("../secret", directory_ / "web/relative-link");
        fs::create_symlink("nowhere", directory_ / "web/broken-link");
        fs::create_symlink("loop-link", directory_ / "web/loop-link");
        fs::create_directory(directory_ / "web-beside");
        writeFile(directory_ / "web-beside/page", "the secret");
        fs::create_symlink("../web-beside/page", directory_ / "web/beside-link");
        fs::create_symlink("page.html", directory_ / "web/inner-link");
        for (const char* path : {"/file-link", "/folder-link/secret", "/relative-link",
                                 "/broken-link", "/loop-link", "/beside-link", "/folder-link/"})
            checkProblem(path, http().get(path), 404, "there is nothing at");
        CPPUNIT_ASSERT_EQUAL(std::string("a page"), http().get("/inner-link").body);
    }

    void missingRootIsNoReasonNotToServe() {
        start({.settings = {"http.root=" + (directory_ / "none")}});
        checkProblem("/", http().get("/"), 404, "there is nothing at");
        CPPUNIT_ASSERT_EQUAL(202, http().post("/jobs", computation("sum", "1", "2")).status);
        checkHolds("the log", server().stderrText(), "http.root");
    }

    void useOwnRoot() {
        std::filesystem::create_directories(directory_ / "web/sub");
        writeFile(directory_ / "secret", "the secret");
        writeFile(directory_ / "web/page.html", "a page");
        writeFile(directory_ / "web/.hidden", "the secret");
        writeFile(directory_ / "web/sub/page.html", "a page below");
        writeFile(directory_ / "web/sub/.hidden", "the secret");
        start({.settings = {"http.root=" + (directory_ / "web")}});
    }

    const TemporaryDirectory directory_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(WebRootTest);

}  // namespace errand::tests
