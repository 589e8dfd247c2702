// SPDX-License-Identifier: Apache-2.0
#include "system/hostile.h"

#include <Poco/Net/NetException.h>

#include <stdexcept>
#include <utility>

#include "system/database.h"
#include "system/fault_store.h"

namespace errand::tests {

namespace {

// What 64 threads take with their stacks and buffers, a long answer in some of them, and as much
// again: far below what 10,000 connections would take if each had but a buffer of its own.
constexpr std::size_t roomKiB = 65536;

// A sanitizer keeps shadows and what was freed; its memory is not the server's.
#ifdef ERRAND_SANITIZED
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

}  // namespace

std::size_t memoryKiB(pid_t pid, const std::string& name) {
    const std::string status = readFile("/proc/" + std::to_string(pid) + "/status");
    const std::size_t at = status.find(name + ":");
    if (at == std::string::npos) throw std::runtime_error("no " + name + " in: " + status);
    return std::stoul(status.substr(at + name.size() + 1));
}

void Hostile::startHostile(const std::vector<std::string>& settings) {
    start({.settings = settings});
    good_ = std::make_unique<GoodClient>(server().port());
    good_->waitFor(10);
    before_ = memoryKiB(server().pid(), "VmRSS");
}

void Hostile::checkMemory() const {
    const std::size_t most = memoryKiB(const_cast<Hostile*>(this)->server().pid(), "VmHWM");
    CPPUNIT_ASSERT_MESSAGE(
        "from " + std::to_string(before_) + " to " + std::to_string(most) + " KiB",
        sanitized || most < before_ + roomKiB);
}

void Hostile::tearDown() {
    const std::unique_ptr<GoodClient> good = std::move(good_);
    if (good) {
        good->waitFor(10);
        const std::vector<std::string> ids = good->finish();
        checkMemory();
        server().stop();
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), integrity(server().dataDirectory()));
        const auto states = storedStates(server().dataDirectory());
        for (const std::string& id : ids)
            CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), states.at(id));
    }
    WithServer::tearDown();
}

void Hostile::checkAnswers(const std::string& what, const std::string& bytes,
                           const std::vector<int>& statuses) {
    RawSocket socket(server().port());
    try {
        socket.send(bytes);
        socket.finishSending();
    } catch (const Poco::Net::NetException&) {
        // The refusal was faster than the bytes.
    }
    const std::vector<Answer> answers = socket.receiveAll();
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, statuses.size(), answers.size());
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, statuses[i], answers[i].status);
        if (statuses[i] >= 400) checkProblem(what, answers[i], statuses[i]);
    }
    const bool refused = !statuses.empty() && statuses.back() == 400;
    if (refused)
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string("close"),
                                     answers.back().field("Connection"));
}

}  // namespace errand::tests
