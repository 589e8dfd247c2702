// SPDX-License-Identifier: Apache-2.0
// Plugin makes a transport: it loads its shared library (Poco::ClassLoader), or takes one that is
// part of the program (plugin_built_in.cpp, with CMake's ERRAND_BUILT_IN: a DLL on Windows would
// have a POCO of its own).
//
// Threads: loaded and dropped by the owner's thread; the transport itself has its own rules.
// Owns: the library and the instance; the instance goes first.
// Errors: Poco::NotFoundException with a line that says which file is missing and where it was
//         looked for; Poco::LibraryLoadException when it does not load.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rpc/transport.h"

namespace errand::rpc {

// The names of the transports in the directory, by the alphabet; empty where there is no directory.
std::vector<std::string> transportsIn(const std::string& directory);

class Plugin {
public:
    // Loads DIRECTORY/libtransport_NAME.so (the system's own suffix).
    Plugin(const std::string& directory, const std::string& name);
    ~Plugin();

    Transport& transport() noexcept;

private:
    struct Library;
    std::unique_ptr<Library> library_;
};

}  // namespace errand::rpc
