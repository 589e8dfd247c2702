// SPDX-License-Identifier: Apache-2.0
#include "http/static_files.h"

#include <cppunit/extensions/HelperMacros.h>

#include <fstream>

#include <Poco/TemporaryFile.h>

namespace errand::http {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StaticFilesTest);
    CPPUNIT_TEST(filesAreFoundAndRead);
    CPPUNIT_TEST(aSlashAtTheEndMeansTheIndex);
    CPPUNIT_TEST(nothingOutsideTheRootIsFound);
    CPPUNIT_TEST(linksMayStayInsideButNotLeadOut);
    CPPUNIT_TEST(aRootThatIsALinkServes);
    CPPUNIT_TEST(whatIsNoFileIsNotFound);
    CPPUNIT_TEST(theTagFollowsTheContent);
    CPPUNIT_TEST(ofSwaggerUiOnlyWhatThePageLoadsIsFound);
    CPPUNIT_TEST_SUITE_END();

    Poco::TemporaryFile directory_;
    fs::path base_;
    fs::path root_;

    static void write(const fs::path& path, const std::string& content) {
        std::ofstream(path, std::ios::binary) << content;
    }

public:
    void setUp() override {
        base_ = directory_.path();
        root_ = base_ / "web";
        fs::create_directories(root_ / "sub");
        write(root_ / "index.html", "<p>");
        write(root_ / "a.js", std::string("x\0y", 3));
        write(root_ / ".hidden", "x");
        write(root_ / "sub/index.html", "sub");
        write(base_ / "secret", "x");
        fs::create_directories(base_ / "web-other");
        write(base_ / "web-other/x", "x");
    }

    void tearDown() override { fs::remove_all(base_); }

private:
    bool found(std::string_view path) const { return StaticFiles(root_).find(path).has_value(); }

    void filesAreFoundAndRead() {
        const StaticFiles files(root_);
        const auto file = files.find("/a.js");
        CPPUNIT_ASSERT(file.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("text/javascript; charset=utf-8"),
                             std::string(file->contentType));
        CPPUNIT_ASSERT_EQUAL(std::string("x\0y", 3), files.read(*file).value());
        CPPUNIT_ASSERT(file->etag.starts_with("\"3-") && file->etag.ends_with('"'));
    }

    void aSlashAtTheEndMeansTheIndex() {
        const StaticFiles files(root_);
        CPPUNIT_ASSERT_EQUAL(std::string("<p>"), files.read(*files.find("/")).value());
        CPPUNIT_ASSERT_EQUAL(std::string("sub"), files.read(*files.find("/sub/")).value());
        CPPUNIT_ASSERT(!found("/sub"));
    }

    void nothingOutsideTheRootIsFound() {
        for (const char* path : {"/../secret", "/sub/../../secret", "/..", "/.", "/./a.js",
                                 "/.hidden", "/../web-other/x", "", "a.js", "../secret", "//a.js",
                                 "/sub/..\\..\\secret", "/sub//index.html"})
            CPPUNIT_ASSERT_MESSAGE(path, !found(path));
        CPPUNIT_ASSERT(!found(std::string_view("/a.js\0.html", 11)));
    }

    void linksMayStayInsideButNotLeadOut() {
        fs::create_symlink(root_ / "a.js", root_ / "inside.js");
        fs::create_symlink(base_ / "secret", root_ / "outside");
        fs::create_symlink("../secret", root_ / "relative");
        fs::create_symlink(base_, root_ / "up");
        fs::create_symlink(base_ / "web-other", root_ / "beside");
        fs::create_symlink("loop", root_ / "loop");
        CPPUNIT_ASSERT(found("/inside.js"));
        for (const char* path : {"/outside", "/relative", "/up/secret", "/beside/x", "/loop"})
            CPPUNIT_ASSERT_MESSAGE(path, !found(path));
    }

    void ofSwaggerUiOnlyWhatThePageLoadsIsFound() {
        fs::create_directories(base_ / "swagger");
        for (const char* name :
             {"swagger-ui.css", "swagger-ui-bundle.js", "swagger-initializer.js"})
            write(base_ / "swagger" / name, "x");
        const StaticFiles files(root_, base_ / "swagger");
        CPPUNIT_ASSERT(files.find("/apidocs/swagger-ui.css").has_value());
        CPPUNIT_ASSERT(files.find("/apidocs/swagger-ui-bundle.js").has_value());
        CPPUNIT_ASSERT(!files.find("/apidocs/swagger-initializer.js").has_value());
        CPPUNIT_ASSERT(!files.find("/swagger-ui.css").has_value());
        CPPUNIT_ASSERT(!StaticFiles(root_).find("/apidocs/swagger-ui.css").has_value());
    }

    void aRootThatIsALinkServes() {
        fs::create_symlink(root_, base_ / "link");
        CPPUNIT_ASSERT(StaticFiles(base_ / "link").find("/a.js").has_value());
        CPPUNIT_ASSERT(!StaticFiles(base_ / "missing").find("/").has_value());
    }

    void whatIsNoFileIsNotFound() {
        for (const char* path : {"/sub", "/a.js/", "/a.js/x", "/nothing"})
            CPPUNIT_ASSERT_MESSAGE(path, !found(path));
        CPPUNIT_ASSERT(!found('/' + std::string(5000, 'a')));
    }

    void theTagFollowsTheContent() {
        const StaticFiles files(root_);
        const std::string before = files.find("/a.js")->etag;
        CPPUNIT_ASSERT_EQUAL(before, files.find("/a.js")->etag);
        write(root_ / "a.js", "longer");
        CPPUNIT_ASSERT(before != files.find("/a.js")->etag);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StaticFilesTest);

}  // namespace
}  // namespace errand::http
