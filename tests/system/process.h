// SPDX-License-Identifier: Apache-2.0
// Process is one program that a test has started: its standard output is read here, its standard
// error goes into a file.
//
// Threads: used by one thread.
// Owns: the process, which it kills by its id when it still runs at the end; the pipe.
// Errors: std::runtime_error with what was waited for, when a limit passes. The limits are
//         generous: they matter only when something is broken.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace errand::tests {

using Environment = std::map<std::string, std::string>;

// No step of a healthy program takes this long, on any machine.
constexpr std::chrono::seconds generous{60};

class Process {
public:
    // The folder of the programs under test: ERRAND_BIN, or where this test program is.
    static std::string programs();

    // `program` is a path, or the name of one of the programs under test. It inherits this
    // process's environment without its ERRAND_ variables, and `extra`.
    Process(const std::string& program, const std::vector<std::string>& arguments,
            const std::string& errorFile, const Environment& extra = {});
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t pid() const noexcept { return pid_; }
    void signal(int number) const;

    // The next line of its standard output; nullopt when that has ended.
    std::optional<std::string> readLine(std::chrono::seconds limit = generous);
    // All of the rest.
    std::string readAll(std::chrono::seconds limit = generous);

    // Its exit code, or 128 + the signal that ended it. May be called again.
    int wait(std::chrono::seconds limit = generous);
    bool running();

private:
    bool receive(std::chrono::steady_clock::time_point deadline);
    bool reap(std::chrono::milliseconds limit);

    pid_t pid_ = -1;
    int output_ = -1;
    std::string received_;
    std::optional<int> code_;
};

struct Ended {
    int code = -1;
    std::string out;
    std::string err;
};

// Runs a program to its end.
Ended runToEnd(const std::vector<std::string>& arguments, const Environment& extra = {},
               const std::string& program = "errandd");

std::string readFile(const std::string& path);
void writeFile(const std::string& path, const std::string& contents);

// Blocks for a moment, or that long, between two looks at something that only shows by asking.
void pauseBetweenLooks(std::chrono::milliseconds atLeast = {}) noexcept;

}  // namespace errand::tests
