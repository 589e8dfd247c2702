// SPDX-License-Identifier: Apache-2.0
#include "cli/history_file.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <cstdlib>

#include "system/process.h"
#include "system/temporary_directory.h"

namespace errand::cli {

class HistoryFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HistoryFileTest);
    CPPUNIT_TEST(pathFollowsTheEnvironment);
    CPPUNIT_TEST(linesComeBackInOrder);
    CPPUNIT_TEST(onlyTheOwnerMayRead);
    CPPUNIT_TEST(oldLinesAreDropped);
    CPPUNIT_TEST(nothingIsKeptWhereNothingCanBe);
    CPPUNIT_TEST_SUITE_END();

    using Lines = std::vector<std::string>;

    const tests::TemporaryDirectory directory_;
    const std::string path_ = directory_ / "state/errand/history";

    static unsigned modeOf(const std::string& path) {
        struct stat status {};
        CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 0, ::stat(path.c_str(), &status));
        return status.st_mode & 0777;
    }

    void pathFollowsTheEnvironment() {
        const char* home = std::getenv("HOME");
        const std::string before = home != nullptr ? home : "";
        ::setenv("XDG_STATE_HOME", "/state", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("/state/errand/history"), HistoryFile::usualPath());
        ::setenv("XDG_STATE_HOME", "relative", 1);
        ::setenv("HOME", "/h", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("/h/.local/state/errand/history"),
                             HistoryFile::usualPath());
        ::unsetenv("XDG_STATE_HOME");
        ::unsetenv("HOME");
        CPPUNIT_ASSERT_EQUAL(std::string(), HistoryFile::usualPath());
        if (home != nullptr) ::setenv("HOME", before.c_str(), 1);
    }

    void linesComeBackInOrder() {
        const HistoryFile file(path_);
        CPPUNIT_ASSERT(file.load().empty());
        for (const char* line : {"one", "  ", "two", "one"}) file.add(line);
        CPPUNIT_ASSERT((file.load() == Lines{"one", "two", "one"}));
    }

    void onlyTheOwnerMayRead() {
        const HistoryFile file(path_);
        file.add("n.rpc.a.b('secret')");
        CPPUNIT_ASSERT_EQUAL(0600u, modeOf(path_));
        CPPUNIT_ASSERT_EQUAL(0700u, modeOf(directory_ / "state/errand"));
        ::chmod(path_.c_str(), 0644);
        file.add("again");
        CPPUNIT_ASSERT_EQUAL(0600u, modeOf(path_));
    }

    void oldLinesAreDropped() {
        const HistoryFile file(path_);
        file.add("0");
        std::string text;
        for (std::size_t i = 0; i < 2 * HistoryFile::kept; ++i) text += std::to_string(i) + '\n';
        tests::writeFile(path_, text);
        CPPUNIT_ASSERT_EQUAL(HistoryFile::kept, file.load().size());
        CPPUNIT_ASSERT_EQUAL(text, tests::readFile(path_));
        file.add("last");
        const Lines lines = file.load();
        CPPUNIT_ASSERT_EQUAL(HistoryFile::kept, lines.size());
        CPPUNIT_ASSERT_EQUAL(std::string("last"), lines.back());
        CPPUNIT_ASSERT(tests::readFile(path_).starts_with(lines.front() + '\n'));
        CPPUNIT_ASSERT_EQUAL(0600u, modeOf(path_));
    }

    void nothingIsKeptWhereNothingCanBe() {
        const HistoryFile none("");
        none.add("x");
        CPPUNIT_ASSERT(none.load().empty());
        const HistoryFile impossible("/proc/errand/history");
        impossible.add("x");
        CPPUNIT_ASSERT(impossible.load().empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HistoryFileTest);

}  // namespace errand::cli
