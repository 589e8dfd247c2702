// SPDX-License-Identifier: Apache-2.0
// Catalogue lists the services compiled into this node, whether it hosts them or not: who may be
// called, with what, and by which policy.
//
// Threads: constant once built; any thread.
// Owns: nothing; the services outlive it.
// Errors: n/a; a name that is not there is a null pointer or an empty list.
#pragma once

#include <string>
#include <vector>

#include "rpc/service.h"

namespace errand::rpc {

// Where calls can go: to the services of this process alone, or to any that others serve, too.
enum class Reach { process, everywhere };

class Catalogue {
public:
    explicit Catalogue(std::vector<const Service*> services, Reach reach = Reach::process)
        : services_(std::move(services)), reach_(reach) {}

    // Whether a service that is not in here may be there all the same.
    bool reachesEverywhere() const noexcept { return reach_ == Reach::everywhere; }

    const std::vector<const Service*>& services() const noexcept { return services_; }
    const Service* find(const std::string& service) const noexcept;
    const Method* find(const std::string& service, const std::string& method) const noexcept;

    // Names a person may have meant: "compute" for "compte". Nearest first, at most three.
    std::vector<std::string> nearServices(const std::string& name) const;
    std::vector<std::string> nearMethods(const std::string& service, const std::string& name) const;

    // The casts due when Errand itself ends such a job; empty where none is registered.
    std::vector<Cast> failureCasts(const std::string& service, const std::string& method,
                                   const Arguments& arguments, const ErrorReply& error) const;

private:
    std::vector<const Service*> services_;
    Reach reach_;
};

}  // namespace errand::rpc
