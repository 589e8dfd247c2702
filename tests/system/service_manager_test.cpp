// SPDX-License-Identifier: Apache-2.0
// What systemd is told, by the protocol of sd_notify(3), on a socket of the test's own; and what
// SIGHUP does.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "system/with_server.h"

namespace errand::tests {

namespace {

class Manager {
public:
    explicit Manager(const std::string& path) : path_(path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        CPPUNIT_ASSERT_EQUAL(
            0, ::bind(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address));
        const timeval limit{generous.count(), 0};
        ::setsockopt(file_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    ~Manager() { ::close(file_); }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    // The next message that begins so.
    std::string next(const std::string& begin) const {
        while (true) {
            char bytes[4096];
            const auto size = ::recv(file_, bytes, sizeof bytes, 0);
            CPPUNIT_ASSERT_MESSAGE("never told " + begin, size >= 0);
            std::string told(bytes, static_cast<std::size_t>(size));
            if (told.starts_with(begin)) return told;
        }
    }

    Environment environment(const std::string& watchdog = "") const {
        Environment all{{"NOTIFY_SOCKET", path_}};
        if (!watchdog.empty()) all["WATCHDOG_USEC"] = watchdog;
        return all;
    }

private:
    const std::string path_;
    const int file_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

}  // namespace

class ServiceManagerTest : public WithServer {
    CPPUNIT_TEST_SUITE(ServiceManagerTest);
    CPPUNIT_TEST(readyAndStoppingAreTold);
    CPPUNIT_TEST(theWatchdogIsFedByTheWriter);
    CPPUNIT_TEST(aReloadChangesWhatMayChange);
    CPPUNIT_TEST(aReloadThatDoesNotFitChangesNothing);
    CPPUNIT_TEST(theConfigurationIsChecked);
    CPPUNIT_TEST(aSecretThatAllMayReadIsWarnedOf);
    CPPUNIT_TEST(anothersDataDirectoryIsRefused);
    CPPUNIT_TEST_SUITE_END();

    const TemporaryDirectory own_;
    const std::string file_ = own_ / "app.properties";

    void readyAndStoppingAreTold() {
        const Manager manager(own_ / "notify");
        Server server({.environment = manager.environment()});
        const std::string ready = manager.next("READY=1");
        checkHolds("ready", ready, "STATUS=serving http");
        checkHolds("ready", ready, ":" + std::to_string(server.port()));
        server.stop();
        manager.next("STOPPING=1");
    }

    // Three times, so that it was not once at the start.
    void theWatchdogIsFedByTheWriter() {
        const Manager manager(own_ / "notify");
        Server server({.environment = manager.environment("300000")});
        for (int i = 0; i < 3; ++i) manager.next("WATCHDOG=1");
        server.stop();
    }

    void aReloadChangesWhatMayChange() {
        const Manager manager(own_ / "notify");
        writeFile(file_, "http.rate=\n");
        Server server({.arguments = {"--config=" + file_}, .environment = manager.environment()});
        manager.next("READY=1");
        const auto status = [&](const std::string& to) {
            return Http(server.port()).post("/compute", computation("sum", "1", "2", to)).status;
        };
        CPPUNIT_ASSERT_EQUAL(200, status("a@b.example"));
        writeFile(file_, "mail.domains=example.org\nhttp.jobRates=mail=2/1h\nhttp.threads=7\n");
        server.signal(SIGHUP);
        manager.next("RELOADING=1");
        manager.next("READY=1");
        CPPUNIT_ASSERT_EQUAL(422, status("a@b.example"));
        for (const int wanted : {200, 200, 429})
            CPPUNIT_ASSERT_EQUAL(wanted, status("a@example.org"));
        server.signal(SIGHUP);
        manager.next("READY=1");
        server.stop();
        const std::string log = server.stderrText();
        checkHolds("the second time", log, "read anew; changed: nothing\n");
        checkHolds("the log", log, "read anew; changed: http.jobRates, mail.domains\n");
        checkHolds("the log", log, "a restart is needed for http.threads\n");
    }

    void aReloadThatDoesNotFitChangesNothing() {
        const Manager manager(own_ / "notify");
        writeFile(file_, "mail.domains=example.org\n");
        Server server({.arguments = {"--config=" + file_}, .environment = manager.environment()});
        writeFile(file_, "mail.domains=\nhttp.rate=many\n");
        server.signal(SIGHUP);
        manager.next("RELOADING=1");
        manager.next("READY=1");
        CPPUNIT_ASSERT_EQUAL(422, Http(server.port())
                                      .post("/compute", computation("sum", "1", "2", "a@b.example"))
                                      .status);
        writeFile(file_, "mail.domains=\nhttp.jobRates=mial=1/1h\n");
        server.signal(SIGHUP);
        manager.next("READY=1");
        CPPUNIT_ASSERT_EQUAL(422, Http(server.port())
                                      .post("/compute", computation("sum", "1", "2", "a@b.example"))
                                      .status);
        server.stop();
        const std::string log = server.stderrText();
        checkHolds("the log", log, "the configuration stays as it was: http.rate");
        checkHolds("the log", log, "there is no service \"mial\"");
    }

    void theConfigurationIsChecked() {
        const Ended good =
            runToEnd({"--check-config", "-Ddata.directory=" + (own_ / "none")}, {}, "errandd");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(good.err, 0, good.code);
        CPPUNIT_ASSERT_EQUAL(std::string("errandd: the configuration is good\n"), good.out);
        CPPUNIT_ASSERT(!std::filesystem::exists(own_ / "none"));
        for (const std::string& bad :
             {std::string("-Dhttp.port=x"), "-Dhttp.tokens=" + (own_ / "none"),
              std::string("-Dtransport=pigeon")}) {
            const Ended ended = runToEnd({"--check-config", bad}, {}, "errandd");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(bad, 78, ended.code);
            checkOneLine(bad, ended.err, bad.substr(2, bad.find('=') == 11 ? 9 : 4));
        }
    }

    void aSecretThatAllMayReadIsWarnedOf() {
        writeFile(file_, "smtp.password=hidden\nsmtp.username=u\n");
        std::filesystem::permissions(file_, std::filesystem::perms(0644));
        Server server({.arguments = {"--config=" + file_}});
        server.stop();
        checkHolds("the log", server.stderrText(), "may read smtp.password in " + file_);
        CPPUNIT_ASSERT_EQUAL(std::string::npos, server.stderrText().find("hidden"));
    }

    // Only root can give a directory away.
    void anothersDataDirectoryIsRefused() {
        if (::geteuid() != 0) return;
        std::filesystem::create_directory(own_ / "data");
        CPPUNIT_ASSERT_EQUAL(0, ::chown((own_ / "data").c_str(), 1, 1));
        const Ended ended = runToEnd(serverArguments(own_ / "data", {}), {}, "errandd");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.err, 78, ended.code);
        checkOneLine("refusal", ended.err, "belongs to ");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceManagerTest);

}  // namespace errand::tests
