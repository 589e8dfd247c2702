// SPDX-License-Identifier: Apache-2.0
#include "app/pid_file.h"

#include <Poco/Process.h>
#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "app/value.h"

namespace errand::app {

class PidFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PidFileTest);
    CPPUNIT_TEST(fileHoldsTheIdAndGoes);
    CPPUNIT_TEST(fileOfADeadProcessIsReplaced);
    CPPUNIT_TEST(fileOfALiveProcessIsRefusedAndKept);
    CPPUNIT_TEST(fileOfOurOwnIdIsReplaced);
    CPPUNIT_TEST(emptyFileIsReplaced);
    CPPUNIT_TEST(anyOtherFileIsRefusedAndKept);
    CPPUNIT_TEST(fileOfASuccessorIsKept);
    CPPUNIT_TEST(missingDirectoryIsNamed);
    CPPUNIT_TEST_SUITE_END();

    Poco::TemporaryFile temporary_;
    const std::string path_ = temporary_.path();
    const std::string own_ = std::to_string(Poco::Process::id()) + '\n';

    void write(const std::string& text) { std::ofstream(path_) << text; }

    std::string read() {
        std::ifstream file(path_);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    std::string refusal(const std::string& path) {
        try {
            const PidFile file(path);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    void fileHoldsTheIdAndGoes() {
        {
            const PidFile file(path_);
            CPPUNIT_ASSERT_EQUAL(own_, read());
        }
        CPPUNIT_ASSERT(!std::filesystem::exists(path_));
    }

    void fileOfADeadProcessIsReplaced() {
        // A process that has ended and was waited for has no id any more.
        const Poco::ProcessHandle child = Poco::Process::launch("/bin/true", {});
        const auto id = child.id();
        child.wait();
        write(std::to_string(id) + '\n');
        const PidFile file(path_);
        CPPUNIT_ASSERT_EQUAL(own_, read());
    }

    void fileOfALiveProcessIsRefusedAndKept() {
        // The process that started this test waits for it.
        write("1\n");
        CPPUNIT_ASSERT_EQUAL(
            "--pidfile: " + path_ + " names process 1, which runs; end it or name another file",
            refusal(path_));
        CPPUNIT_ASSERT_EQUAL(std::string("1\n"), read());
    }

    void fileOfOurOwnIdIsReplaced() {
        write(own_);
        const PidFile file(path_);
        CPPUNIT_ASSERT_EQUAL(own_, read());
    }

    void emptyFileIsReplaced() {
        write("");
        const PidFile file(path_);
        CPPUNIT_ASSERT_EQUAL(own_, read());
    }

    void anyOtherFileIsRefusedAndKept() {
        for (const std::string text : {"root:x:0:0\n", "-1\n", "0\n", "99999999999\n"}) {
            write(text);
            CPPUNIT_ASSERT_EQUAL("--pidfile: " + path_ + " holds no process id; name another file",
                                 refusal(path_));
            CPPUNIT_ASSERT_EQUAL(text, read());
        }
    }

    void fileOfASuccessorIsKept() {
        {
            const PidFile file(path_);
            write("1\n");
        }
        CPPUNIT_ASSERT_EQUAL(std::string("1\n"), read());
    }

    void missingDirectoryIsNamed() {
        CPPUNIT_ASSERT(refusal("/none/such/x.pid").starts_with("--pidfile: "));
        CPPUNIT_ASSERT(refusal("/none/such/x.pid").find("/none/such/x.pid") != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PidFileTest);

}  // namespace errand::app
