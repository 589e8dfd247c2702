// SPDX-License-Identifier: Apache-2.0
// Services are the services compiled into this program: the one place that makes them.
//
// Threads: built and dropped by one thread.
// Owns: the services and what they send through.
// Errors: buildServices throws Poco exceptions, and ConfigError for what a key names; hosted throws
//         ConfigError.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "mail/mail_service.h"
#include "mail/sender.h"
#include "rpc/service.h"

namespace errand::app {

struct Services {
    std::unique_ptr<mail::Sender> sender;  // used by the service named mail, so it goes last
    std::vector<std::unique_ptr<rpc::Service>> all;
    mail::MailService* mail = nullptr;  // of them, the one that has a policy
};

// Where mail goes with mail.mode=maildir.
std::string maildirOf(const Config& config);

// Every service, whether this node runs it or not; mail that it does not run can send nothing.
// REQUIRES the data directory where mail goes there.
Services buildServices(const Config& config);

// Throws where a limit is for a service that this program has not, and no other can have.
void checkJobRates(const Services& services, const Config& config);

// Those of these names, in their order.
std::vector<rpc::Service*> hosted(const Services& services, const std::vector<std::string>& names);

// Whether calls of one of them are stored as jobs, so that the node needs a store.
bool anyQueued(const std::vector<rpc::Service*>& services);

}  // namespace errand::app
