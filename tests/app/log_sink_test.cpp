// SPDX-License-Identifier: Apache-2.0
#include "app/log_sink.h"

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "system/temporary_directory.h"

namespace errand::app {

class LogSinkTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogSinkTest);
    CPPUNIT_TEST(linesGoToTheFileAsTheyAre);
    CPPUNIT_TEST(aLongFileIsPutAside);
    CPPUNIT_TEST(aFileGoesOnWhereItEnded);
    CPPUNIT_TEST(aFileThatCannotBeOpenedIsAnException);
    CPPUNIT_TEST_SUITE_END();

    const tests::TemporaryDirectory own_;
    const std::string file_ = own_ / "log";

    static std::string textOf(const std::string& path) {
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }

    void linesGoToTheFileAsTheyAre() {
        const LogSink sink = fileSink(file_, 0, 5);
        sink("one\ntwo\n");
        sink("three\n");
        CPPUNIT_ASSERT_EQUAL(std::string("one\ntwo\nthree\n"), textOf(file_));
    }

    void aLongFileIsPutAside() {
        const LogSink sink = fileSink(file_, 1000, 2);
        const std::string lines = std::string(599, 'a') + '\n';
        for (int i = 0; i < 20; ++i) sink(lines);
        std::size_t files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(own_ / "")) {
            CPPUNIT_ASSERT(entry.file_size() <= 1800);
            ++files;
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), files);
        CPPUNIT_ASSERT(std::filesystem::exists(file_));
    }

    void aFileGoesOnWhereItEnded() {
        fileSink(file_, 0, 5)("one\n");
        fileSink(file_, 0, 5)("two\n");
        CPPUNIT_ASSERT_EQUAL(std::string("one\ntwo\n"), textOf(file_));
    }

    void aFileThatCannotBeOpenedIsAnException() {
        CPPUNIT_ASSERT_THROW(fileSink(own_ / "none/log", 0, 5), Poco::Exception);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogSinkTest);

}  // namespace errand::app
