// SPDX-License-Identifier: Apache-2.0
#include "mail/domains.h"

#include <algorithm>

#include <Poco/String.h>

namespace errand::mail {
namespace {

std::vector<std::string> lowered(std::vector<std::string> texts) {
    for (std::string& text : texts) Poco::toLowerInPlace(text);
    return texts;
}

}  // namespace

Domains::Domains(std::vector<std::string> domains) : domains_(lowered(std::move(domains))) {}

void Domains::set(std::vector<std::string> domains) {
    domains = lowered(std::move(domains));
    const base::MutexLock lock(mutex_);
    domains_ = std::move(domains);
}

std::optional<std::string> Domains::refusal(const std::string& address) const {
    const std::string domain = Poco::toLower(address.substr(address.rfind('@') + 1));
    const base::MutexLock lock(mutex_);
    if (domains_.empty() || std::ranges::count(domains_, domain) > 0) return std::nullopt;
    return "must be in a domain that mail.domains names, and " + domain + " is none";
}

}  // namespace errand::mail
