// SPDX-License-Identifier: Apache-2.0
// GoodClient submits computations and asks for their results, over a new connection each time, for
// as long as others ill-treat the server. Where it is told to come again, or its connection ends
// before the answer, it does come again.
//
// Threads: used by one thread; the requests are made on one of its own.
// Owns: its thread.
// Errors: std::runtime_error with what the server did wrong, out of waitFor and finish.
#pragma once

#include <atomic>
#include <cstddef>
#include <future>
#include <string>
#include <vector>

#include "system/http.h"

namespace errand::tests {

class GoodClient {
public:
    explicit GoodClient(int port);
    ~GoodClient();
    GoodClient(const GoodClient&) = delete;
    GoodClient& operator=(const GoodClient&) = delete;

    // Until that many more of its requests have been answered.
    void waitFor(std::size_t more);

    // Ends it: the ids of its jobs, each of which was seen succeeded.
    std::vector<std::string> finish();

private:
    std::vector<std::string> run();
    void runOneJob(std::vector<std::string>& ids);
    Answer ask(const std::string& request);
    std::optional<Answer> tryOnce(const std::string& request) const;

    const int port_;
    std::atomic<bool> ending_{false};
    std::atomic<std::size_t> answered_{0};
    std::future<std::vector<std::string>> ids_;
};

}  // namespace errand::tests
