// SPDX-License-Identifier: Apache-2.0
#include "base/worker.h"

#include <cstdlib>
#include <exception>

#include <Poco/Bugcheck.h>
#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include "base/system.h"

namespace errand::base {

namespace {

// EX_SOFTWARE of sysexits.h: an internal error, and a restart is the cure.
constexpr int exitSoftware = 70;

// Ends the process at once: the other threads may hold anything, so no destructor runs.
[[noreturn]] void die(const std::string& name, const std::string& what) {
    Poco::Logger::get("base").fatal("thread " + name + " ended by an exception, so the server " +
                                    "stops: " + what);
    std::_Exit(exitSoftware);
}

void run(const std::string& name, const std::function<void()>& body) {
    try {
        nameThisThread(name);
        body();
    } catch (const Poco::Exception& e) {
        die(name, e.displayText());
    } catch (const std::exception& e) {
        die(name, e.what());
    } catch (...) {
        die(name, "of an unknown type");
    }
}

}  // namespace

void Worker::start(std::function<void()> body) {
    poco_assert(!thread_.joinable());
    // The name is copied: an abandoned thread may outlive this object.
    thread_ = std::thread([name = name_, body = std::move(body)] { run(name, body); });
}

void Worker::join() noexcept {
    if (thread_.joinable()) thread_.join();
}

void Worker::abandon() noexcept {
    if (thread_.joinable()) thread_.detach();
}

}  // namespace errand::base
