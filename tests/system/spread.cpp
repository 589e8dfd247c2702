// SPDX-License-Identifier: Apache-2.0
#include "system/spread.h"

#include <Poco/Exception.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "broker/tcp_proxy.h"
#include "system/fault_store.h"

namespace errand::tests {

#ifdef ERRAND_SANITIZED
const std::size_t jobsThroughAFault = 1500;
#else
const std::size_t jobsThroughAFault = 10000;
#endif

namespace {

// As many clients as an API node has to do with; each has one request under way.
constexpr int clients = 8;

std::vector<std::string> joined(std::vector<std::string> first,
                                const std::vector<std::string>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

}  // namespace

Server& SpreadNode::start() {
    server_ = std::make_unique<Server>(Setup{settings_, directory_});
    return *server_;
}

void SpreadNode::stop() {
    if (server_) server_->stop();
}

Spread::Spread(const std::string& uri, int computing, const std::vector<std::string>& settings)
    : port_(freePort()) {
    const std::vector<std::string> all = joined({"transport=amqp", "amqp.uri=" + uri}, settings);
    // A fixed port: clients come back to it.
    const std::string port = "http.port=" + std::to_string(port_);
    nodes_.emplace_back(directory_ / "api", joined(all, {"services=", port}));
    nodes_.emplace_back(directory_ / "mail", joined(all, {"services=mail"}));
    for (int i = 0; i < computing; ++i) {
        nodes_.emplace_back(directory_ / ("compute" + std::to_string(i)),
                            joined(all, {"services=compute", "http.enabled=false"}));
    }
    for (std::size_t i = 1; i < nodes_.size(); ++i) nodes_[i].start();
    api().start();
    // The ledger looks for the mails beside the jobs.
    std::filesystem::create_directory_symlink(mail().data() + "/maildir",
                                              api().data() + "/maildir");
}

// Each client submits until its share is acknowledged, whoever is away meanwhile. What was sent and
// not acknowledged may be stored as well: the ledger knows that.
void Spread::submit(std::size_t count) {
    std::atomic<std::size_t> wanted{0};
    base::Mutex mutex;
    std::string strange;
    std::vector<std::thread> threads;
    for (int i = 0; i < clients; ++i) {
        threads.emplace_back([&] {
            std::unique_ptr<Http> http;
            while (wanted.fetch_add(1) < count) {
                try {
                    while (!postOne(http)) std::this_thread::yield();
                } catch (const std::exception& error) {
                    const base::MutexLock lock(mutex);
                    strange = error.what();
                    return;
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    if (!strange.empty()) throw std::runtime_error(strange);
}

// False when the node was away.
bool Spread::postOne(std::unique_ptr<Http>& http) {
    try {
        if (!http) http = std::make_unique<Http>(port_);
        return ledger_.post(*http) < 500;
    } catch (const Poco::Exception&) {
        http.reset();
    } catch (const std::runtime_error& error) {
        http.reset();
        // Within an answer, that is.
        if (!std::string_view(error.what()).starts_with("the connection ended")) throw;
    }
    return false;
}

void Spread::work(const std::function<void()>& fault) {
    submit(jobsThroughAFault / 3);
    std::exception_ptr failed;
    std::jthread submitting([&] {
        try {
            submit(jobsThroughAFault - jobsThroughAFault / 3);
        } catch (...) {
            failed = std::current_exception();
        }
    });
    // In this thread: a process ends with the thread that started it.
    fault();
    submitting.join();
    if (failed) std::rethrow_exception(failed);
    waitUntilFinished(api().data());
    stop();
    ledger_.verify(api().data());
}

void Spread::stop() {
    for (SpreadNode& node : nodes_) node.stop();
}

}  // namespace errand::tests
