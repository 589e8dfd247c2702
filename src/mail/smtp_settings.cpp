// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_settings.h"

#include <Poco/Crypto/X509Certificate.h>
#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/String.h>

#include <algorithm>
#include <fstream>

#include "mail/smtp_helo.h"

namespace errand::mail {
namespace {

using Fault = std::optional<std::string>;

// RFC 952 knows no underscore, but names of one's own network often have one.
bool isServer(std::string host) {
    Poco::Net::IPAddress address;
    if (Poco::Net::IPAddress::tryParse(host, address)) return true;
    std::ranges::replace(host, '_', 'x');
    return isHostName(host);
}

Fault faultOfServer(const SmtpSettings& settings) {
    if (settings.host.empty()) return "smtp.host: is missing";
    if (!isServer(settings.host)) return "smtp.host: must be a host name or an address";
    if (settings.port < 1 || settings.port > 65535) return "smtp.port: must be 1 to 65535";
    return std::nullopt;
}

Fault faultOfLogin(const SmtpSettings& settings) {
    const auto hasNul = [](const std::string& text) {
        return text.find('\0') != std::string::npos;
    };
    if (settings.username.empty()) {
        if (settings.password.empty()) return std::nullopt;
        return "smtp.password: is of no use without smtp.username";
    }
    // It would end the name within AUTH PLAIN.
    if (hasNul(settings.username)) return "smtp.username: must not contain NUL";
    if (hasNul(settings.password)) return "smtp.password: must not contain NUL";
    if (settings.security == SmtpSecurity::none && !isLoopback(settings.host)) {
        return "smtp.username: a login needs smtp.security=starttls or tls, else the password "
               "goes over the network in the clear";
    }
    return std::nullopt;
}

Fault faultOfCa(const std::string& file) {
    if (file.empty()) return std::nullopt;
    std::ifstream in(file);
    if (!in || in.peek() == std::ifstream::traits_type::eof()) {
        return "smtp.ca: cannot be read, or is empty: " + file;
    }
    try {
        const Poco::Crypto::X509Certificate first(in);
    } catch (const Poco::Exception&) {
        return "smtp.ca: holds no certificate (PEM): " + file;
    }
    return std::nullopt;
}

Fault faultOfHelo(const std::string& helo) {
    if (helo.empty() || isHostName(helo) || isAddressLiteral(helo)) return std::nullopt;
    return "smtp.helo: must be a host name such as app.example.org, or an address such as "
           "[192.0.2.1]";
}

}  // namespace

std::optional<std::string> whatIsWrong(const SmtpSettings& settings) {
    if (auto fault = faultOfServer(settings)) return fault;
    if (auto fault = faultOfLogin(settings)) return fault;
    if (auto fault = faultOfCa(settings.ca)) return fault;
    return faultOfHelo(settings.helo);
}

bool isLoopback(std::string_view host) {
    Poco::Net::IPAddress address;
    if (Poco::Net::IPAddress::tryParse(std::string(host), address)) return address.isLoopback();
    return Poco::icompare(std::string(host), "localhost") == 0;
}

}  // namespace errand::mail
