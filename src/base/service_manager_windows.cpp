// SPDX-License-Identifier: Apache-2.0
// Windows' service manager is told how the service is by POCO.
#include "base/service_manager.h"

namespace errand::base {

ServiceManager ServiceManager::fromEnvironment() {
    return ServiceManager({}, std::nullopt);
}

void ServiceManager::tell(std::string_view) const noexcept {}

void ServiceManager::tellReloading() const noexcept {}

}  // namespace errand::base
