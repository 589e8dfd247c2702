// SPDX-License-Identifier: Apache-2.0
#include <Poco/ClassLibrary.h>

#include "amqp_transport.h"

// What rpc::Plugin finds in the library.
POCO_BEGIN_MANIFEST(errand::rpc::Transport)
POCO_EXPORT_CLASS(errand::transport_amqp::AmqpTransport)
POCO_END_MANIFEST
