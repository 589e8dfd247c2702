// SPDX-License-Identifier: Apache-2.0
// FaultyControl reads which faults a test wants of the file system, from a file that the test may
// replace while the server runs. The lines are described in faulty_vfs.h.
//
// Threads: next may be called from any.
// Owns: the rules it read last.
// Errors: a line that means nothing throws std::runtime_error: a test's mistake ends the server.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"

namespace errand::tests {

enum class Operation { read, write, sync };
enum class FileKind { db, wal, other };
enum class Fault { none, full, eio, kill, power };

class FaultyControl {
public:
    explicit FaultyControl(std::string file) : file_(std::move(file)) {}

    // What is to happen to this operation.
    Fault next(Operation operation, FileKind file);

private:
    struct Rule {
        Operation operation;
        std::optional<FileKind> file;  // nullopt: the database and its WAL
        Fault fault;
        long skip;
    };
    static Rule parse(const std::string& line);
    void reread() REQUIRES(mutex_);

    // Set in the constructor, then constant.
    const std::string file_;

    base::Mutex mutex_;
    std::string text_ GUARDED_BY(mutex_);  // that the rules were made of
    std::vector<Rule> rules_ GUARDED_BY(mutex_);
};

}  // namespace errand::tests
