// SPDX-License-Identifier: Apache-2.0
#include "broker.h"

#include <Poco/Exception.h>
#include <Poco/NumberParser.h>
#include <Poco/URI.h>

#include "base/mask.h"

namespace errand::transport_amqp {

namespace {

[[noreturn]] void refuse(const std::string& uri, const std::string& why) {
    throw Poco::InvalidArgumentException("amqp.uri: " + why + ": " + base::maskPasswords(uri) +
                                         "; write it as amqp://user:password@host:5672/vhost");
}

std::string decode(const std::string& uri, std::string_view text) {
    std::string decoded;
    try {
        Poco::URI::decode(std::string(text), decoded);
    } catch (const Poco::Exception&) {
        refuse(uri, "a % must be followed by two hexadecimal digits");
    }
    if (decoded.size() > 255 || decoded.find('\0') != std::string::npos) {
        refuse(uri, "user, password and vhost have at most 255 bytes, none of them NUL");
    }
    return decoded;
}

// Takes "scheme://" off.
std::string_view afterScheme(const std::string& uri, Broker& broker) {
    const std::size_t colon = uri.find("://");
    const std::string scheme = uri.substr(0, colon);
    if (colon == std::string::npos ||
        (scheme != "amqp" && scheme != "pyamqp" && scheme != "amqps")) {
        refuse(uri, "is no amqp:// or amqps:// URI");
    }
    broker.tls = scheme == "amqps";
    broker.port = broker.tls ? 5671 : 5672;
    return std::string_view(uri).substr(colon + 3);
}

void readPort(const std::string& uri, std::string_view text, Broker& broker) {
    if (text.empty()) return;
    if (text.front() != ':') refuse(uri, "what follows the host is no port");
    unsigned port = 0;
    if (!Poco::NumberParser::tryParseUnsigned(std::string(text.substr(1)), port) || port == 0 ||
        port > 65535) {
        refuse(uri, "the port is no number from 1 to 65535");
    }
    broker.port = static_cast<int>(port);
}

// "host", "host:port", "[::1]:port"; nothing is localhost.
void readHost(const std::string& uri, std::string_view text, Broker& broker) {
    const bool bracketed = text.starts_with('[');
    const std::size_t end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && end == std::string_view::npos) refuse(uri, "a [ has no ]");
    const std::string_view host = text.substr(0, end).substr(bracketed ? 1 : 0);
    broker.host = host.empty() ? "localhost" : std::string(host);
    if (end == std::string_view::npos) return;
    readPort(uri, text.substr(end + (bracketed ? 1 : 0)), broker);
}

Broker parse(const std::string& uri) {
    Broker broker;
    std::string_view rest = afterScheme(uri, broker);
    const std::size_t slash = rest.find('/');
    std::string_view authority = rest.substr(0, slash);
    const std::string_view path =
        slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        const std::string_view login = authority.substr(0, at);
        const std::size_t colon = login.find(':');
        broker.user = decode(uri, login.substr(0, colon));
        if (colon != std::string_view::npos) {
            broker.password = decode(uri, login.substr(colon + 1));
        }
        authority.remove_prefix(at + 1);
    }
    readHost(uri, authority, broker);
    // Nothing, "/" and kombu's "//" all name the vhost "/".
    const std::string vhost = decode(uri, path);
    if (!vhost.empty()) broker.vhost = vhost;
    return broker;
}

}  // namespace

std::string Broker::shown() const {
    const bool isV6 = host.find(':') != std::string::npos;
    return std::string(tls ? "amqps://" : "amqp://") + user + ":********@" +
           (isV6 ? '[' + host + ']' : host) + ':' + std::to_string(port) + '/' + vhost;
}

std::vector<Broker> parseBrokers(const std::string& uris) {
    std::vector<Broker> brokers;
    std::size_t from = 0;
    while (from <= uris.size()) {
        const std::size_t end = std::min(uris.find(';', from), uris.size());
        const std::string uri = uris.substr(from, end - from);
        if (!uri.empty()) brokers.push_back(parse(uri));
        from = end + 1;
    }
    if (brokers.empty()) refuse(uris, "names no broker");
    return brokers;
}

}  // namespace errand::transport_amqp
