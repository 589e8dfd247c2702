// SPDX-License-Identifier: Apache-2.0
// Broker is where a RabbitMQ listens and who we are to it: one URI of the setting `uri`.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: parseBrokers throws Poco::InvalidArgumentException, one line with the password masked.
#pragma once

#include <string>
#include <vector>

namespace errand::transport_amqp {

struct Broker {
    std::string host;
    int port = 5672;
    std::string user = "guest";
    std::string password = "guest";
    std::string vhost = "/";
    bool tls = false;

    // "amqp://guest:********@127.0.0.1:5672//", as kombu writes it: the vhost as it is.
    std::string shown() const;
};

// A list parted by ";", tried in turn: amqp, pyamqp and amqps URIs with the defaults of RabbitMQ;
// user, password and vhost are percent-decoded. At least one.
std::vector<Broker> parseBrokers(const std::string& uris);

}  // namespace errand::transport_amqp
