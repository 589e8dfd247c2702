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

class Catalogue {
public:
    explicit Catalogue(std::vector<const Service*> services) : services_(std::move(services)) {}

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
};

}  // namespace errand::rpc
