// SPDX-License-Identifier: Apache-2.0
#include "system/fault_node.h"

#include <poll.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>

#include "base/json.h"

namespace errand::tests {

namespace {

const std::string controlName = "faults";
const std::string program = "errandd_faulty";

}  // namespace

FaultNode::FaultNode(std::vector<std::string> settings)
    : settings_(std::move(settings)), data_(steering_ / "data") {}

Setup FaultNode::setup() const {
    Setup setup;
    setup.settings = {"services=compute,mail,test"};
    setup.settings.insert(setup.settings.end(), settings_.begin(), settings_.end());
    setup.directory = data_;
    setup.environment = {{"FAULTY_CONTROL", steering_ / controlName}};
    setup.program = program;
    return setup;
}

Server& FaultNode::start() {
    server_ = std::make_unique<Server>(setup());
    return *server_;
}

Server* FaultNode::tryStart() {
    try {
        return &start();
    } catch (const std::runtime_error& error) {
        words_.emplace_back(error.what());
        return nullptr;
    }
}

Ended FaultNode::runToRefusal() const {
    const Setup how = setup();
    return runToEnd(serverArguments(data_, how.settings), how.environment, how.program);
}

void FaultNode::startAndKill(std::chrono::milliseconds after) {
    const Setup how = setup();
    Process process(how.program, serverArguments(data_, how.settings), steering_ / "stderr",
                    how.environment);
    letPass(after);
    if (process.running()) process.signal(SIGKILL);
    process.wait();
}

int FaultNode::waitForEnd() {
    const int code = server_->wait();
    words_.push_back(server_->stderrText());
    return code;
}

void FaultNode::put(const std::string& name) const {
    writeFile(marker(name), "");
}

void FaultNode::remove(const std::string& name) const {
    std::filesystem::remove(marker(name));
}

void FaultNode::waitUntilBegun(const std::string& name) const {
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (!std::filesystem::exists(marker(name) + ".begun")) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("the method with " + name + " does not begin");
        }
        pauseBetweenLooks();
    }
}

// Never seen half written.
void FaultNode::setFaults(const std::string& lines) const {
    writeFile(marker("faults.new"), lines);
    std::filesystem::rename(marker("faults.new"), marker(controlName));
}

std::string testJob(const std::string& method, const std::string& kwargs, const std::string& more) {
    return R"({"service":"test","method":")" + method + R"(","kwargs":{)" + kwargs + "}" + more +
           "}";
}

std::string markerArguments(const std::string& path, const std::string& email) {
    std::string text = R"("marker":)";
    base::appendJsonString(text, path);
    if (email.empty()) return text;
    text += R"(,"email":)";
    base::appendJsonString(text, email);
    return text;
}

void letPass(std::chrono::milliseconds time) noexcept {
    ::poll(nullptr, 0, static_cast<int>(time.count()));
}

}  // namespace errand::tests
