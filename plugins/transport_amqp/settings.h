// SPDX-License-Identifier: Apache-2.0
// Settings are the plugin's own keys, "amqp." removed.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: readSettings throws Poco::InvalidArgumentException, one line that names the key.
#pragma once

#include <string>
#include <vector>

#include "broker.h"
#include "rpc/transport.h"

namespace errand::transport_amqp {

struct AmqpSettings {
    std::vector<Broker> brokers;             // uri
    std::string rpcExchange = "nameko-rpc";  // rpcExchange
    bool quorum = false;                     // queueType: classic, quorum
    int prefetch = 0;                        // prefetch; 0: as the services' speed asks for
    std::string ca;                          // tls.ca; empty: the system's
    int maxCrashes = 3;                      // maxCrashes: deliveries of a call without a job
    std::string node;  // node: a name that outlives the process; empty: it has none
};

AmqpSettings readSettings(const rpc::Settings& settings);

}  // namespace errand::transport_amqp
