// SPDX-License-Identifier: Apache-2.0
// Hostile is the base of fixtures that ill-treat a server while a good client asks it: the good one
// must be served, the memory stay bounded, and the end be clean with all that was taken on disk.
//
// Threads: used by one thread.
// Owns: the good client.
// Errors: the tear-down fails when something of that does not hold.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "system/good_client.h"
#include "system/with_server.h"

namespace errand::tests {

class Hostile : public WithServer {
public:
    void tearDown() override;

protected:
    void startHostile(const std::vector<std::string>& settings = {});
    GoodClient& good() { return *good_; }

    // That the bytes are answered with these statuses, in order, and then the connection ends.
    void checkAnswers(const std::string& what, const std::string& bytes,
                      const std::vector<int>& statuses);

private:
    void checkMemory() const;

    std::unique_ptr<GoodClient> good_;
    std::size_t before_ = 0;
};

// A line of /proc/PID/status in KiB, such as VmRSS.
std::size_t memoryKiB(pid_t pid, const std::string& name);

}  // namespace errand::tests
