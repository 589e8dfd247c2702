// SPDX-License-Identifier: Apache-2.0
// PidFile holds this process's id in a file for as long as the object lives.
//
// Threads: used by one thread.
// Owns: the file, which it removes, unless it names another process by then.
// Errors: the constructor throws ConfigError when the file names a live process, is no such file,
//         or cannot be written.
#pragma once

#include <string>

namespace errand::app {

class PidFile {
public:
    explicit PidFile(std::string path);
    ~PidFile();
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;

private:
    // Set in the constructor, then constant.
    const std::string path_;
};

}  // namespace errand::app
