// SPDX-License-Identifier: Apache-2.0
#include "rpc/plugin_built_in.h"
#include "transport_amqp/amqp_transport.h"
#include "transport_inproc/inproc_transport.h"

namespace errand::rpc {

const BuiltIn& builtInTransports() {
    static const BuiltIn all{
        {"amqp", [] { return std::make_unique<transport_amqp::AmqpTransport>(); }},
        {"inproc", [] { return std::make_unique<transport_inproc::InprocTransport>(); }},
    };
    return all;
}

}  // namespace errand::rpc
