// SPDX-License-Identifier: Apache-2.0
// errandd_faulty: errandd with the service `test`, whose methods crash and hang, and with a file
// system that fails as the file named by the environment's FAULTY_CONTROL says.
#include <cstdlib>
#include <memory>

#include "app/application.h"
#include "store/database.h"
#include "system/faulty_service.h"
#include "system/faulty_vfs.h"

namespace {

class FaultyApplication : public errand::app::Application {
protected:
    errand::app::Node::ExtraServices extraServices() override {
        errand::app::Node::ExtraServices services;
        services.push_back(std::make_unique<errand::tests::FaultyService>());
        return services;
    }
};

}  // namespace

int main(int argc, char** argv) {
    if (const char* control = std::getenv("FAULTY_CONTROL")) {
        // The first database of a process sets SQLite up anew, which would put the system's own
        // file system in front again.
        errand::store::Database(":memory:", errand::store::Database::Role::reader);
        errand::tests::installFaultyVfs(control);
    }
    FaultyApplication application;
    return application.run(argc, argv);
}
