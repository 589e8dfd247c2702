// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <Poco/Exception.h>
#include <Poco/NumberParser.h>

namespace errand::transport_amqp {

namespace {

// A consumer's prefetch is a 16-bit number in AMQP 0-9-1.
constexpr unsigned mostPrefetch = 65535;

[[noreturn]] void refuse(const std::string& key, const std::string& value,
                         const std::string& wanted) {
    throw Poco::InvalidArgumentException("amqp." + key + ": '" + value + "' is not " + wanted);
}

int readNumber(const std::string& key, const std::string& value, unsigned most) {
    unsigned number = 0;
    if (!Poco::NumberParser::tryParseUnsigned(value, number) || number > most) {
        refuse(key, value, "a number from 0 to " + std::to_string(most));
    }
    return static_cast<int>(number);
}

void take(AmqpSettings& settings, const std::string& key, const std::string& value) {
    if (key == "uri") {
        settings.brokers = parseBrokers(value);
    } else if (key == "rpcExchange") {
        if (value.empty() || value.size() > 255) refuse(key, value, "the name of an exchange");
        settings.rpcExchange = value;
    } else if (key == "queueType") {
        if (value != "classic" && value != "quorum") refuse(key, value, "classic or quorum");
        settings.quorum = value == "quorum";
    } else if (key == "prefetch") {
        settings.prefetch = readNumber(key, value, mostPrefetch);
    } else if (key == "tls.ca") {
        settings.ca = value;
    } else if (key == "maxCrashes") {
        settings.maxCrashes = readNumber(key, value, 1000);
    } else if (key == "node") {
        settings.node = value;
    } else {
        throw Poco::InvalidArgumentException("the transport amqp has no setting '" + key + "'");
    }
}

}  // namespace

AmqpSettings readSettings(const rpc::Settings& settings) {
    AmqpSettings read;
    read.brokers = parseBrokers("amqp://guest:guest@localhost:5672/%2F");
    for (const auto& [key, value] : settings) take(read, key, value);
    return read;
}

}  // namespace errand::transport_amqp
