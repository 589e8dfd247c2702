// SPDX-License-Identifier: Apache-2.0
#include "app/services.h"

#include <algorithm>

#include "app/near_names.h"
#include "compute/compute_service.h"
#include "mail/mail_service.h"
#include "mail/maildir.h"

namespace errand::app {

Services buildServices(const Config& config) {
    Services services;
    services.sender = std::make_unique<mail::Maildir>(config.jobs.directory + "/maildir");
    services.all.push_back(std::make_unique<compute::ComputeService>(config.compute));
    services.all.push_back(std::make_unique<mail::MailService>(config.mail, *services.sender));
    return services;
}

std::vector<rpc::Service*> hosted(const Services& services, const std::vector<std::string>& names) {
    std::vector<std::string> known;
    for (const auto& service : services.all) known.push_back(service->name());
    std::vector<rpc::Service*> found;
    for (const std::string& name : names) {
        const auto place = std::ranges::find(known, name);
        if (place == known.end()) {
            std::string all;
            for (const std::string& each : known) all += (all.empty() ? "" : ", ") + each;
            const std::string near = didYouMean(name, known);
            throw ConfigError("services: there is no service \"" + name + "\"" +
                              (near.empty() ? "; this program has " + all : near));
        }
        found.push_back(services.all[static_cast<std::size_t>(place - known.begin())].get());
    }
    return found;
}

}  // namespace errand::app
