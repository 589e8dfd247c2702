// SPDX-License-Identifier: Apache-2.0
// Plugin loads a transport from its shared library (Poco::ClassLoader) and makes one instance.
//
// Threads: loaded and dropped by the owner's thread; the transport itself has its own rules.
// Owns: the library and the instance; the instance goes first.
// Errors: Poco::NotFoundException with a line that says which file is missing and where it was
//         looked for; Poco::LibraryLoadException when it does not load.
#pragma once

#include <memory>
#include <string>

#include "rpc/transport.h"

namespace errand::rpc {

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
