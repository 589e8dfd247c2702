// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "system/with_server.h"

namespace errand::tests {

namespace {

// A process that is no child of ours; it does not outlive the object.
class Stranger {
public:
    explicit Stranger(pid_t pid) : handle_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {
        CPPUNIT_ASSERT_MESSAGE("no process " + std::to_string(pid), handle_ >= 0);
    }
    ~Stranger() {
        signal(SIGKILL);
        ::close(handle_);
    }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;

    void signal(int number) const { ::syscall(SYS_pidfd_send_signal, handle_, number, nullptr, 0); }
    bool ends(std::chrono::milliseconds limit) const {
        pollfd polled{handle_, POLLIN, 0};
        return ::poll(&polled, 1, static_cast<int>(limit.count())) == 1;
    }

private:
    const int handle_;
};

}  // namespace

class DaemonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DaemonTest);
    CPPUNIT_TEST(starterEndsWhenTheServerServes);
    CPPUNIT_TEST(relativePathsStayWhatTheyWere);
    CPPUNIT_TEST(pidFileOfADeadServerIsReplaced);
    CPPUNIT_TEST(pidFileIsHeldInTheForegroundToo);
    CPPUNIT_TEST_SUITE_END();

    void starterEndsWhenTheServerServes() {
        const std::string file = directory_ / "pid";
        const int port = startDaemon(file, directory_ / "data");
        const std::string id = readFile(file);
        CPPUNIT_ASSERT(id.ends_with('\n'));
        const Stranger server(std::atoi(id.c_str()));
        Http http(port);
        CPPUNIT_ASSERT_EQUAL(200, http.get("/readyz").status);
        const std::string job = submit(http, computation("sum", "30", "10"));
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(waitFor(http, job), "result"));
        // It holds nothing of the place it was started from.
        CPPUNIT_ASSERT_EQUAL(std::string("/"),
                             std::filesystem::read_symlink(procFile(id, "cwd")).string());
        CPPUNIT_ASSERT_EQUAL(std::string("/dev/null"),
                             std::filesystem::read_symlink(procFile(id, "fd/1")).string());
        server.signal(SIGTERM);
        CPPUNIT_ASSERT(server.ends(generous));
        CPPUNIT_ASSERT(!std::filesystem::exists(file));
    }

    void relativePathsStayWhatTheyWere() {
        const std::string here =
            std::filesystem::relative(directory_.path(), std::filesystem::current_path());
        const int port = startDaemon(here + "/pid", here + "/data");
        const Stranger server(std::atoi(readFile(directory_ / "pid").c_str()));
        Http http(port);
        waitFor(http, submit(http, computation("sum", "1", "2", "a@b.c")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), waitForMails(directory_ / "data", 1).size());
        CPPUNIT_ASSERT_EQUAL(200, http.get("/").status);
        server.signal(SIGTERM);
        CPPUNIT_ASSERT(server.ends(generous));
        CPPUNIT_ASSERT(!std::filesystem::exists(directory_ / "pid"));
    }

    void pidFileOfADeadServerIsReplaced() {
        const std::string file = directory_ / "pid";
        Server killed({.directory = directory_ / "data", .arguments = {"--pidfile=" + file}});
        const std::string first = readFile(file);
        CPPUNIT_ASSERT_EQUAL(std::to_string(killed.pid()) + '\n', first);
        killed.kill();
        CPPUNIT_ASSERT_EQUAL(first, readFile(file));
        startDaemon(file, directory_ / "data");
        const std::string second = readFile(file);
        CPPUNIT_ASSERT(second != first);
        const Stranger server(std::atoi(second.c_str()));
        server.signal(SIGINT);
        CPPUNIT_ASSERT(server.ends(generous));
        CPPUNIT_ASSERT(!std::filesystem::exists(file));
    }

    void pidFileIsHeldInTheForegroundToo() {
        const std::string file = directory_ / "pid";
        Server server({.arguments = {"--pidfile=" + file}});
        CPPUNIT_ASSERT_EQUAL(std::to_string(server.pid()) + '\n', readFile(file));
        server.stop();
        CPPUNIT_ASSERT(!std::filesystem::exists(file));
    }

    // The port that its ready line names.
    static int startDaemon(const std::string& pidFile, const std::string& dataDirectory) {
        std::vector<std::string> arguments = serverArguments(dataDirectory);
        arguments.insert(arguments.end(), {"--daemon", "--pidfile=" + pidFile});
        const Ended starter = runToEnd(arguments);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(starter.err, 0, starter.code);
        checkOneLine("standard output", starter.out, "errandd ready: http://127.0.0.1:");
        return std::atoi(starter.out.c_str() + starter.out.rfind(':') + 1);
    }

    static std::string procFile(const std::string& line, const std::string& name) {
        return "/proc/" + line.substr(0, line.size() - 1) + '/' + name;
    }

    const TemporaryDirectory directory_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(DaemonTest);

}  // namespace errand::tests
