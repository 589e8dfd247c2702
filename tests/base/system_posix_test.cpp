// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <Poco/Exception.h>
#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/forked.h"
#include "base/system.h"

using namespace errand::base;
using namespace std::string_literals;

namespace {

std::string contentsOf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The text of the exception, or "nothing thrown".
std::string thrown(const std::function<void()>& action) {
    try {
        action();
    } catch (const Poco::Exception& e) {
        return e.displayText();
    }
    return "nothing thrown";
}

void assertHolds(const std::string& text, const std::string& part) {
    CPPUNIT_ASSERT_MESSAGE(text + " lacks " + part, text.find(part) != std::string::npos);
}

}  // namespace

class SystemPosixTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SystemPosixTest);
    CPPUNIT_TEST(lockIsExclusiveWithinAndAcrossProcesses);
    CPPUNIT_TEST(lockOfAKilledProcessIsFree);
    CPPUNIT_TEST(lockThatCannotBeCreatedSaysWhatToDo);
    CPPUNIT_TEST(mappedFileKeepsWhatWasWritten);
    CPPUNIT_TEST(mappedFileTakesTheSizeAskedFor);
    CPPUNIT_TEST(mappedFileHasItsBlocksOnDisk);
    CPPUNIT_TEST(mappedFileSurvivesTheProcessThatWroteIt);
    CPPUNIT_TEST(mappedFileThatDoesNotFitThrows);
    CPPUNIT_TEST(durableWriteCreatesAndNeverReplaces);
    CPPUNIT_TEST(aFileIsForItsOwnerAloneWhereThatIsAskedFor);
    CPPUNIT_TEST(durableWriteThatFailsLeavesNoFile);
    CPPUNIT_TEST(directoriesAreSynced);
    CPPUNIT_TEST(renameMovesAndNeverReplaces);
    CPPUNIT_TEST(freeBytesAreToldOrTheReasonWhyNot);
    CPPUNIT_TEST(executableIsThisTest);
    CPPUNIT_TEST(randomBytesFillExactlyWhatIsAsked);
    CPPUNIT_TEST(terminationSignalsWaitUntilTaken);
    CPPUNIT_TEST(secondSignalEndsTheProcess);
    CPPUNIT_TEST(writeToAClosedPipeEndsNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        directory_ = Poco::TemporaryFile::tempName();
        std::filesystem::create_directory(directory_);
    }

    void tearDown() override { std::filesystem::remove_all(directory_); }

    void lockIsExclusiveWithinAndAcrossProcesses() {
        const std::string file = path("lock");
        {
            const FileLock lock(file);
            assertHolds(thrown([&] { FileLock second(file); }),
                        "another server uses this directory (" + file + " is locked)");
            const auto ending = forked::run([&] {
                FileLock second(file);
                return 0;
            });
            CPPUNIT_ASSERT_EQUAL(98, ending.code);
        }
        CPPUNIT_ASSERT_EQUAL("nothing thrown"s, thrown([&] { FileLock again(file); }));
        CPPUNIT_ASSERT(std::filesystem::exists(file));
    }

    void lockOfAKilledProcessIsFree() {
        const std::string file = path("lock");
        forked::Pipe locked;
        forked::Pipe never;
        forked::Process holder([&] {
            const FileLock lock(file);
            locked.write("x");
            never.readAll();
            return 0;
        });
        CPPUNIT_ASSERT_EQUAL("x"s, locked.readSome());
        assertHolds(thrown([&] { FileLock second(file); }), "another server");
        holder.kill(SIGKILL);
        CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, holder.wait().code);
        CPPUNIT_ASSERT_EQUAL("nothing thrown"s, thrown([&] { FileLock second(file); }));
    }

    void lockThatCannotBeCreatedSaysWhatToDo() {
        const std::string file = path("missing/lock");
        CPPUNIT_ASSERT_EQUAL("File access error: cannot open " + file +
                                 ": No such file or directory; create the directory first",
                             thrown([&] { FileLock lock(file); }));
    }

    void mappedFileKeepsWhatWasWritten() {
        {
            MappedFile file(path("map"), 100);
            CPPUNIT_ASSERT_EQUAL(std::size_t{100}, file.size());
            for (std::size_t i = 0; i < 100; ++i) {
                CPPUNIT_ASSERT(file.data()[i] == std::byte{0});
                file.data()[i] = static_cast<std::byte>(i);
            }
        }
        MappedFile again(path("map"), 100);
        for (std::size_t i = 0; i < 100; ++i) {
            CPPUNIT_ASSERT(again.data()[i] == static_cast<std::byte>(i));
        }
    }

    void mappedFileTakesTheSizeAskedFor() {
        { MappedFile(path("map"), 10'000).data()[9'999] = std::byte{7}; }
        CPPUNIT_ASSERT_EQUAL(std::uintmax_t{10'000}, std::filesystem::file_size(path("map")));
        { MappedFile(path("map"), 10); }
        CPPUNIT_ASSERT_EQUAL(std::uintmax_t{10}, std::filesystem::file_size(path("map")));
        CPPUNIT_ASSERT(MappedFile(path("map"), 10'000).data()[9'999] == std::byte{0});
    }

    void mappedFileHasItsBlocksOnDisk() {
        constexpr std::size_t size = 1 << 20;
        const MappedFile file(path("map"), size);
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(path("map").c_str(), &info));
        CPPUNIT_ASSERT(static_cast<std::size_t>(info.st_blocks) * 512 >= size);
    }

    void mappedFileSurvivesTheProcessThatWroteIt() {
        const auto ending = forked::run([&] {
            MappedFile file(path("map"), 4096);
            file.data()[4095] = std::byte{42};
            return ::raise(SIGKILL);
        });
        CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, ending.code);
        CPPUNIT_ASSERT(MappedFile(path("map"), 4096).data()[4095] == std::byte{42});
    }

    void mappedFileThatDoesNotFitThrows() {
        assertHolds(thrown([&] { MappedFile(path("map"), std::size_t{1} << 62); }), path("map"));
    }

    void durableWriteCreatesAndNeverReplaces() {
        const std::string contents = "a\0b\n"s + std::string(300'000, 'x');
        writeDurably(path("file"), contents);
        CPPUNIT_ASSERT(contents == contentsOf(path("file")));
        CPPUNIT_ASSERT_EQUAL("File access error: cannot open " + path("file") +
                                 ": File exists; remove the file, or choose another name",
                             thrown([&] { writeDurably(path("file"), "other"); }));
        CPPUNIT_ASSERT(contents == contentsOf(path("file")));
        writeDurably(path("empty"), "");
        CPPUNIT_ASSERT_EQUAL(std::uintmax_t{0}, std::filesystem::file_size(path("empty")));
        assertHolds(thrown([&] { writeDurably(path("no/file"), ""); }), "create the directory");
    }

    void aFileIsForItsOwnerAloneWhereThatIsAskedFor() {
        using std::filesystem::perms;
        writeDurably(path("file"), "secret", Readers::owner);
        CPPUNIT_ASSERT(std::filesystem::status(path("file")).permissions() ==
                       (perms::owner_read | perms::owner_write));
    }

    void durableWriteThatFailsLeavesNoFile() {
        // A limit on the file's size fails the write in the middle, as a full disk would.
        const auto ending = forked::run([&] {
            std::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{1000, 1000};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            writeDurably(path("file"), std::string(5000, 'x'));
            return 0;
        });
        CPPUNIT_ASSERT_EQUAL(98, ending.code);
        CPPUNIT_ASSERT(!std::filesystem::exists(path("file")));
    }

    void directoriesAreSynced() {
        syncDirectory(directory_);
        assertHolds(thrown([&] { syncDirectory(path("missing")); }), "create the directory first");
        writeDurably(path("file"), "");
        assertHolds(thrown([&] { syncDirectory(path("file")); }), "Not a directory");
    }

    void renameMovesAndNeverReplaces() {
        writeDurably(path("a"), "1");
        CPPUNIT_ASSERT(renameNew(path("a"), path("b")));
        CPPUNIT_ASSERT(!std::filesystem::exists(path("a")));
        CPPUNIT_ASSERT_EQUAL("1"s, contentsOf(path("b")));
        writeDurably(path("a"), "2");
        CPPUNIT_ASSERT(!renameNew(path("a"), path("b")));
        CPPUNIT_ASSERT_EQUAL("2"s, contentsOf(path("a")));
        CPPUNIT_ASSERT_EQUAL("1"s, contentsOf(path("b")));
        assertHolds(thrown([&] { renameNew(path("missing"), path("c")); }), "cannot move");
    }

    void freeBytesAreToldOrTheReasonWhyNot() {
        CPPUNIT_ASSERT(freeBytes(directory_) > 0);
        assertHolds(thrown([&] { freeBytes(path("missing")); }), "No such file or directory");
    }

    void executableIsThisTest() {
        CPPUNIT_ASSERT(std::filesystem::equivalent(executablePath(), "/proc/self/exe"));
    }

    void randomBytesFillExactlyWhatIsAsked() {
        std::set<std::string> seen;
        for (const std::size_t size : {0, 1, 255, 256, 257, 1000}) {
            std::string bytes(size + 1, '\x55');
            fillRandom(bytes.data(), size);
            CPPUNIT_ASSERT_EQUAL('\x55', bytes.back());
            if (size < 255) continue;
            CPPUNIT_ASSERT(seen.insert(bytes.substr(0, 16)).second);
            CPPUNIT_ASSERT(seen.insert(bytes.substr(size - 16, 16)).second);
        }
    }

    void terminationSignalsWaitUntilTaken() {
        const auto ending = forked::run([] {
            blockTerminationSignals();
            ::kill(::getpid(), SIGTERM);
            sigset_t set;
            ::pthread_sigmask(SIG_BLOCK, nullptr, &set);
            for (const int signal : {SIGINT, SIGTERM, SIGQUIT}) {
                if (::sigismember(&set, signal) != 1) return 1;
            }
            int taken = 0;
            ::sigwait(&set, &taken);
            return taken == SIGTERM ? 0 : 2;
        });
        CPPUNIT_ASSERT_EQUAL(0, ending.code);
    }

    void secondSignalEndsTheProcess() {
        for (const int signal : {SIGINT, SIGTERM, SIGQUIT}) {
            const auto ending = forked::run([signal] {
                const rlimit noCore{0, 0};
                ::setrlimit(RLIMIT_CORE, &noCore);
                blockTerminationSignals();
                std::signal(signal, SIG_IGN);
                endAtNextSignal();
                ::kill(::getpid(), signal);
                return 0;
            });
            CPPUNIT_ASSERT_EQUAL(128 + signal, ending.code);
        }
    }

    void writeToAClosedPipeEndsNothing() {
        const auto ending = forked::run([] {
            blockTerminationSignals();
            forked::Pipe pipe;
            pipe.closeRead();
            return ::write(pipe.writeEnd(), "x", 1) < 0 ? 0 : 1;
        });
        CPPUNIT_ASSERT_EQUAL(0, ending.code);
    }

private:
    std::string path(const std::string& name) const { return directory_ + "/" + name; }

    std::string directory_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SystemPosixTest);
