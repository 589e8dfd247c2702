// SPDX-License-Identifier: Apache-2.0
// private_file.h writes files for their owner alone, as a file of tokens has to be.
//
// Threads: any.
// Owns: nothing.
// Errors: none; a test that wrote nothing reads nothing.
#pragma once

#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <string>

namespace errand::tests {

inline void writePrivate(const std::string& path, const std::string& contents) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << contents;
    ::chmod(path.c_str(), 0600);
}

inline std::string contentsOf(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace errand::tests
