// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <string>

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/forked.h"
#include "base/system.h"

using namespace errand::base;
using namespace std::string_literals;

namespace {

void say(const std::string& text) {
    (void)!::write(STDERR_FILENO, text.data(), text.size());
}

bool isNull(int stream) {
    struct stat null {};
    struct stat info {};
    ::stat("/dev/null", &null);
    return ::fstat(stream, &info) == 0 && info.st_rdev == null.st_rdev && S_ISCHR(info.st_mode);
}

// True once the parent has ended with all its files closed: only then is there another parent. A
// pipe alone would not tell, since the others may be closed a moment later.
bool waitUntilGone(pid_t parent) {
    for (int look = 0; look < 2'000 && ::getppid() == parent; ++look) ::poll(nullptr, 0, 10);
    return ::getppid() != parent;
}

}  // namespace

class DaemonPosixTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DaemonPosixTest);
    CPPUNIT_TEST(readyServerGoesOnAloneAndItsStartSucceeds);
    CPPUNIT_TEST(failedServerHandsOnItsWordsAndItsCode);
    CPPUNIT_TEST(codeZeroBeforeReadyIsAFailure);
    CPPUNIT_TEST(crashedServerIsNamedWithItsSignal);
    CPPUNIT_TEST(manyWordsAllArrive);
    CPPUNIT_TEST(readyThrowsWhenTheStarterIsGone);
    CPPUNIT_TEST(closedStandardStreamsDoNoHarm);
    CPPUNIT_TEST_SUITE_END();

public:
    void readyServerGoesOnAloneAndItsStartSucceeds() {
        forked::Pipe go;
        forked::Pipe report;
        forked::Process starter([&] {
            go.closeWrite();
            Daemon daemon;
            say("listening\n");
            daemon.ready();
            daemon.ready();
            say("nobody sees this\n");
            go.readAll();
            report.write(::getsid(0) == ::getpid() ? "leader" : "follower");
            report.write(isNull(0) && isNull(1) && isNull(2) ? ", silent" : ", loud");
            return 0;
        });
        report.closeWrite();
        // The starter has ended while its server waits for us.
        const auto ending = starter.wait();
        CPPUNIT_ASSERT_EQUAL(0, ending.code);
        CPPUNIT_ASSERT_EQUAL("listening\n"s, ending.words);
        go.closeWrite();
        CPPUNIT_ASSERT_EQUAL("leader, silent"s, report.readAll());
    }

    void failedServerHandsOnItsWordsAndItsCode() {
        const auto ending = forked::run([] {
            Daemon daemon;
            say("port 8080 is taken\n");
            return 78;
        });
        CPPUNIT_ASSERT_EQUAL(78, ending.code);
        CPPUNIT_ASSERT_EQUAL("port 8080 is taken\n"s, ending.words);
    }

    void codeZeroBeforeReadyIsAFailure() {
        const auto ending = forked::run([] {
            Daemon daemon;
            return 0;
        });
        CPPUNIT_ASSERT_EQUAL(1, ending.code);
    }

    void crashedServerIsNamedWithItsSignal() {
        const auto ending = forked::run([] {
            Daemon daemon;
            say("half a line, ");
            return ::raise(SIGKILL);
        });
        CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, ending.code);
        CPPUNIT_ASSERT_EQUAL(
            "half a line, the server was ended by signal 9 (Killed) before it was ready\n"s,
            ending.words);
    }

    void manyWordsAllArrive() {
        const std::string words(300'000, 'w');
        for (const bool fails : {true, false}) {
            const auto ending = forked::run([&] {
                Daemon daemon;
                say(words);
                if (!fails) daemon.ready();
                return 3;
            });
            CPPUNIT_ASSERT_EQUAL(fails ? 3 : 0, ending.code);
            CPPUNIT_ASSERT(words == ending.words);
        }
    }

    void readyThrowsWhenTheStarterIsGone() {
        forked::Pipe report;
        forked::Process starter([&] {
            Daemon daemon;
            const pid_t parent = ::getppid();
            ::kill(parent, SIGTERM);
            if (!waitUntilGone(parent)) return 1;
            try {
                daemon.ready();
                report.write("ready");
            } catch (const Poco::SystemException& e) {
                report.write(e.message());
            }
            return 0;
        });
        report.closeWrite();
        CPPUNIT_ASSERT_EQUAL(128 + SIGTERM, starter.wait().code);
        const std::string said = report.readAll();
        CPPUNIT_ASSERT_MESSAGE(
            said, said.starts_with("the process that started the server has gone: Broken pipe"));
    }

    void closedStandardStreamsDoNoHarm() {
        forked::Pipe report;
        forked::Process starter([&] {
            for (const int stream : {0, 1, 2}) ::close(stream);
            Daemon daemon;
            say("into the void");
            daemon.ready();
            report.write(isNull(0) && isNull(1) && isNull(2) ? "fine" : "mixed up");
            return 0;
        });
        report.closeWrite();
        CPPUNIT_ASSERT_EQUAL(0, starter.wait().code);
        CPPUNIT_ASSERT_EQUAL("fine"s, report.readAll());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DaemonPosixTest);
