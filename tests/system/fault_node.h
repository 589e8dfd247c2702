// SPDX-License-Identifier: Apache-2.0
// FaultNode is one node over many runs of errandd_faulty: its data outlive every crash, and the
// test decides what its file system and its methods do.
//
// Threads: used by one thread; marker, data and the faults by any.
// Owns: the data directory, the files that steer, and the server that runs.
// Errors: std::runtime_error with the server's own words.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "system/server.h"
#include "system/temporary_directory.h"

namespace errand::tests {

class FaultNode {
public:
    explicit FaultNode(std::vector<std::string> settings = {});

    // Starts a run; the one before must have ended.
    Server& start();
    // Starts a run that may die of itself before it is ready; null when it did.
    Server* tryStart();
    Server& server() { return *server_; }
    // A run that is expected to refuse: all that it says, once it has ended.
    Ended runToRefusal() const;
    // Starts a run and kills it after so long, ready or not.
    void startAndKill(std::chrono::milliseconds after);

    const std::string& data() const noexcept { return data_; }
    // What the runs wrote on standard error.
    const std::vector<std::string>& words() const noexcept { return words_; }
    // The run has ended, or will: its exit code, and its words are kept.
    int waitForEnd();

    // A marker's path; see faulty_service.h.
    std::string marker(const std::string& name) const { return steering_ / name; }
    void put(const std::string& name) const;
    void remove(const std::string& name) const;
    // Until the method that took the marker has begun.
    void waitUntilBegun(const std::string& name) const;

    // Lines as in faulty_vfs.h; none: all goes well.
    void setFaults(const std::string& lines = {}) const;

private:
    Setup setup() const;

    const std::vector<std::string> settings_;
    const TemporaryDirectory steering_;
    const std::string data_;
    std::unique_ptr<Server> server_;
    std::vector<std::string> words_;
};

// {"service":"test","method":METHOD,"kwargs":{KWARGS}MORE}: both are JSON text.
std::string testJob(const std::string& method, const std::string& kwargs,
                    const std::string& more = {});
// "marker":"PATH" and, where there is one, "email":"ADDRESS".
std::string markerArguments(const std::string& path, const std::string& email = {});

// Blocks for so long: for what is to happen at any moment, which no signal tells.
void letPass(std::chrono::milliseconds time) noexcept;

}  // namespace errand::tests
