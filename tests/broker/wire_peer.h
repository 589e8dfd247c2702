// SPDX-License-Identifier: Apache-2.0
// WirePeer is an AMQP client that is not ours: a Nameko-like client, service or spy that sends what
// it is told to the byte, and tells all that it gets. See wire_peer.py.
//
// Threads: used by one thread.
// Owns: its process, with one connection to the broker; all it has not acknowledged goes back.
// Errors: std::runtime_error with the broker's words, or with what did not come in time.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <optional>
#include <string>

#include "base/json.h"
#include "broker/rabbitmq.h"
#include "system/process.h"
#include "system/temporary_directory.h"

namespace errand::tests {

struct WireMessage {
    std::string queue;
    std::string exchange;
    std::string routingKey;
    bool redelivered = false;
    base::Json tag;         // the delivery's, a number
    base::Json properties;  // an object of those that are there, the headers apart
    base::Json headers;     // an object, or null where there are none at all
    base::Json types;       // likewise: each header's type on the wire: "S", "A[S,I]", "F{a:t}"
    std::string body;

    // "" where it is absent; digits where it is a number.
    std::string property(const std::string& name) const;
    std::string header(const std::string& name) const;
    base::Json json() const { return base::Json::parse(body); }
};

// A JSON object with another member, in its old place where it had one of that name.
base::Json with(base::Json object, const std::string& name, base::Json value);
base::Json without(base::Json object, const std::string& name);

class WirePeer {
public:
    explicit WirePeer(Vhost& vhost, const std::string& rpcExchange = "nameko-rpc");

    // Declares and consumes a reply queue as Nameko's clients do; the answer is its reply_to.
    const std::string& listen();
    const std::string& replyQueue() const noexcept { return replyQueue_; }

    // Declares and consumes the queue of a service as Nameko's services do.
    void serve(const std::string& service, int prefetch = 10);

    // Receives a copy of all that is published to the RPC exchange under keys like that from now
    // on. Answers the queue's name.
    std::string spy(const std::string& key = "#");

    // What Nameko's clients send: a new correlation id, listen()'s reply_to and their headers.
    base::Json requestProperties();
    // What Nameko's services send; without correlation id where the request has none.
    static base::Json replyProperties(const WireMessage& request);

    // Mandatory and confirmed; false where no queue took it. Properties are an object of those to
    // be sent, "headers" among them.
    bool publish(const std::string& routingKey, const std::string& body,
                 const base::Json& properties, const std::optional<std::string>& exchange = {});

    // The next message, of any queue or that one.
    WireMessage receive(const std::string& queue = {});
    // nullopt where none comes within that time.
    std::optional<WireMessage> receiveWithin(std::chrono::milliseconds limit,
                                             const std::string& queue = {});

    void acknowledge(const WireMessage& message);
    void reject(const WireMessage& message, bool requeue);

    // Publishes the request as Nameko's clients do and takes the reply, acknowledged, whose
    // correlation id is the same; listens first where it does not yet.
    WireMessage call(const std::string& routingKey, const std::string& body);
    WireMessage call(const std::string& routingKey, const std::string& body,
                     const base::Json& properties);
    // Replies as Nameko's services do, and acknowledges the request.
    void reply(const WireMessage& request, const std::string& body);

    // Stops consuming; what is in the queue stays there.
    void cancel(const std::string& queue);
    // Throws with the broker's words where it is there with other arguments (406), or, when
    // passive, is not there (404).
    void declare(const std::string& queue, bool passive = false,
                 const std::string& arguments = "null");

private:
    base::Json order(const std::string& what, base::Json::Object arguments);

    const std::string exchange_;
    TemporaryDirectory directory_;
    std::unique_ptr<Process> process_;
    Poco::Net::StreamSocket socket_;
    std::string received_;
    std::string replyQueue_;
    std::string replyTo_;
};

}  // namespace errand::tests
