// SPDX-License-Identifier: Apache-2.0
#include "webhook/resolver.h"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>

#include "webhook/trouble.h"

namespace errand::webhook {
namespace {

class SystemResolver : public Resolver {
public:
    std::vector<Poco::Net::IPAddress> resolve(const std::string& host) override {
        Poco::Net::IPAddress literal;
        if (Poco::Net::IPAddress::tryParse(host, literal)) return {literal};
        try {
            auto addresses = Poco::Net::DNS::hostByName(host).addresses();
            if (!addresses.empty()) return addresses;
        } catch (const Poco::Exception&) {
            // Its words are POCO's class of exception and the name again.
            throw Trouble("the name " + host + " is not known, or its name server is away");
        }
        throw Trouble("the name " + host + " has no address");
    }
};

}  // namespace

Resolver& Resolver::system() {
    static SystemResolver resolver;
    return resolver;
}

}  // namespace errand::webhook
