// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include <cppunit/extensions/HelperMacros.h>

#include "base/service_manager.h"
#include "system/temporary_directory.h"

namespace errand::base {

class ServiceManagerPosixTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceManagerPosixTest);
    CPPUNIT_TEST(aSocketOfThatPathIsTold);
    CPPUNIT_TEST(aNameOfLinuxsOwnIsTold);
    CPPUNIT_TEST(whereNobodyListensNothingHappens);
    CPPUNIT_TEST(theEnvironmentIsRead);
    CPPUNIT_TEST_SUITE_END();

    const tests::TemporaryDirectory own_;

    static int listenAt(const std::string& name) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name.front() == '@') address.sun_path[0] = '\0';
        const int file = ::socket(AF_UNIX, SOCK_DGRAM, 0);
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        CPPUNIT_ASSERT_EQUAL(0, ::bind(file, reinterpret_cast<const sockaddr*>(&address), size));
        return file;
    }

    static std::string heardBy(int file) {
        char bytes[4096];
        const auto size = ::recv(file, bytes, sizeof bytes, MSG_DONTWAIT);
        return size < 0 ? "" : std::string(bytes, static_cast<std::size_t>(size));
    }

    static void checkTold(const std::string& name) {
        const int file = listenAt(name);
        const ServiceManager manager(name, std::nullopt);
        manager.tell("READY=1\nSTATUS=well");
        CPPUNIT_ASSERT_EQUAL(std::string("READY=1\nSTATUS=well"), heardBy(file));
        manager.tellReloading();
        const std::string told = heardBy(file);
        CPPUNIT_ASSERT_MESSAGE(told, told.starts_with("RELOADING=1\nMONOTONIC_USEC="));
        ::close(file);
    }

    void aSocketOfThatPathIsTold() { checkTold(own_ / "notify"); }

    void aNameOfLinuxsOwnIsTold() { checkTold("@errand-test-" + std::to_string(::getpid())); }

    void whereNobodyListensNothingHappens() {
        for (const std::string& name : {std::string(), own_ / "none", std::string(5000, 'a')})
            ServiceManager(name, std::nullopt).tell("READY=1");
    }

    static std::optional<std::chrono::microseconds> patience(const char* microseconds,
                                                             const std::string& process) {
        ::setenv("WATCHDOG_USEC", microseconds, 1);
        ::setenv("WATCHDOG_PID", process.c_str(), 1);
        const auto patience = ServiceManager::fromEnvironment().patience();
        ::unsetenv("WATCHDOG_USEC");
        ::unsetenv("WATCHDOG_PID");
        return patience;
    }

    void theEnvironmentIsRead() {
        using std::chrono::microseconds;
        const std::string own = std::to_string(::getpid());
        CPPUNIT_ASSERT(patience("30000000", own) == microseconds(30'000'000));
        CPPUNIT_ASSERT(patience("30000000", "") == microseconds(30'000'000));
        CPPUNIT_ASSERT(!patience("30000000", "1"));
        for (const char* none : {"", "0", "-1", "abc", "1x"}) CPPUNIT_ASSERT(!patience(none, own));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceManagerPosixTest);

}  // namespace errand::base
