// SPDX-License-Identifier: Apache-2.0
#include "app/services.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <utility>

#include "base/near_names.h"
#include "compute/compute_service.h"
#include "mail/mail_service.h"
#include "mail/maildir.h"
#include "mail/smtp_sender.h"
#include "rpc/error.h"
#include "webhook/webhook_service.h"

namespace errand::app {

namespace {

// Of a node that leaves mail to others: it needs no Maildir, server or certificates.
class NoSender : public mail::Sender {
public:
    void send(const mail::Message&, const rpc::Context&) override {
        throw rpc::TryAgain("this node sends no mail", std::nullopt, rpc::Scope::service);
    }
};

std::unique_ptr<mail::Sender> makeSender(const Config& config) {
    if (!runs(config, "mail")) return std::make_unique<NoSender>();
    if (config.mailMode == MailMode::maildir) {
        return std::make_unique<mail::Maildir>(maildirOf(config));
    }
    try {
        return std::make_unique<mail::SmtpSender>(config.smtp);
    } catch (const Poco::Exception& exception) {
        throw ConfigError("smtp.ca: " + exception.displayText() +
                          "; name a file of PEM certificates, or none for the system's");
    }
}

// A node that leaves webhooks to others needs none of what they are signed and sent with, but knows
// what may be asked of them.
std::unique_ptr<rpc::Service> makeWebhooks(const Config& config) {
    webhook::Settings settings = config.webhook;
    if (!runs(config, "webhook")) {
        settings.secrets.clear();
        settings.ca.clear();
    }
    return std::make_unique<webhook::WebhookService>(settings);
}

auto findService(const Services& services, const std::string& name) {
    return std::ranges::find_if(services.all,
                                [&](const auto& each) { return each->name() == name; });
}

std::string noSuchService(const Services& services, const std::string& name) {
    std::vector<std::string> known;
    std::string all;
    for (const auto& service : services.all) {
        known.push_back(service->name());
        all += (all.empty() ? "" : ", ") + service->name();
    }
    const std::string alike = base::didYouMean(name, known);
    return "there is no service \"" + name + "\"" +
           (alike.empty() ? "; this program has " + all : alike);
}

}  // namespace

std::string maildirOf(const Config& config) {
    return config.jobs.directory + "/maildir";
}

Services buildServices(const Config& config) {
    Services services;
    services.sender = makeSender(config);
    auto mail = std::make_unique<mail::MailService>(config.mail, *services.sender);
    services.mail = mail.get();
    compute::Settings compute = config.compute;
    compute.mailRefusal = [mail = services.mail](const std::string& address) {
        return mail->domains().refusal(address);
    };
    services.all.push_back(std::make_unique<compute::ComputeService>(compute));
    services.all.push_back(std::move(mail));
    services.all.push_back(makeWebhooks(config));
    return services;
}

// Of a limit that nothing is held against nobody would ever hear.
void checkJobRates(const Services& services, const Config& config) {
    if (config.transport != "inproc") return;
    for (const http::JobRate& rate : config.http.access.jobs) {
        if (findService(services, rate.service) != services.all.end()) continue;
        throw ConfigError("http.jobRates: " + noSuchService(services, rate.service));
    }
}

std::vector<rpc::Service*> hosted(const Services& services, const std::vector<std::string>& names) {
    std::vector<rpc::Service*> found;
    for (const std::string& name : names) {
        const auto place = findService(services, name);
        if (place == services.all.end())
            throw ConfigError("services: " + noSuchService(services, name));
        found.push_back(place->get());
    }
    return found;
}

bool anyQueued(const std::vector<rpc::Service*>& services) {
    return std::ranges::any_of(services, [](const rpc::Service* service) {
        return std::ranges::any_of(service->methods(), &rpc::Method::queued);
    });
}

}  // namespace errand::app
