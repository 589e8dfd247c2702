// SPDX-License-Identifier: Apache-2.0
// names.h holds every name on the wire: Nameko's (shapes captured from nameko 2.14.1) and Errand's
// own, which other peers do not look at.
//
// Threads: constants.
// Owns: n/a.
// Errors: none.
#pragma once

#include <chrono>
#include <string>

namespace errand::transport_amqp {

using namespace std::chrono_literals;

// Nameko's: a service's queue and its binding, and the prefix of the headers that are context.
inline std::string serviceQueue(const std::string& service) {
    return "rpc-" + service;
}
inline std::string serviceBinding(const std::string& service) {
    return service + ".*";
}
inline std::string routingKey(const std::string& service, const std::string& method) {
    return service + '.' + method;
}
constexpr auto contextPrefix = "nameko.";
constexpr auto callIdStackHeader = "nameko.call_id_stack";
constexpr auto traceHeader = "traceparent";  // W3C Trace Context, as its AMQP binding has it
constexpr auto jsonType = "application/json";
constexpr auto utf8Encoding = "utf-8";

// Where replies go: the routing key is the node's name, or the boot's for one that has none.
inline std::string replyQueue(const std::string& address) {
    return "rpc.reply-errand-" + address;
}
constexpr std::chrono::milliseconds replyQueueKept = 7 * 24h;       // of a node: it comes back
constexpr std::chrono::milliseconds replyQueueOfClientKept = 5min;  // as Nameko's

// Each process has a queue that ends with its connection: whether it is there says whether the
// process is. It is bound by the boot's name, and by one that all hosts of a service share.
inline std::string controlQueue(const std::string& boot) {
    return "errand.control-" + boot;
}
constexpr auto hostsPrefix = "errand-hosts.";
inline std::string hostsKey(const std::string& service) {
    return hostsPrefix + service;
}

// Headers of a job's call, and of a message about one.
constexpr auto jobHeader = "errand.job";                // the job's id
constexpr auto claimHeader = "errand.claim";            // its claim's number
constexpr auto attemptHeader = "errand.attempt";        // its attempt's number
constexpr auto timeoutHeader = "errand.timeout";        // how long the method may run, milliseconds
constexpr auto aloneHeader = "errand.alone";            // nothing may run beside it
constexpr auto againHeader = "errand.again";            // an earlier copy may be on its way
constexpr auto deliveriesHeader = "errand.deliveries";  // of a call without a job: how many before
constexpr auto bootHeader = "errand.boot";              // the process that sends this
constexpr auto workerHeader = "errand.worker";      // of a cancel: the process that has begun it
constexpr auto fractionHeader = "errand.fraction";  // of a progress: 0 to 1

// Types of messages beside requests and replies, which have none. All name the call by their
// correlation id.
constexpr auto begunType = "errand.begun";        // worker to owner: its method runs
constexpr auto progressType = "errand.progress";  // worker to owner: the body is its text
constexpr auto askType = "errand.ask";            // worker to owner: may this run, it came again?
constexpr auto answerType = "errand.answer";      // owner to worker: the body is "run" or "drop"
constexpr auto cancelType = "errand.cancel";      // caller to hosts: its end is wanted
constexpr auto absentType = "errand.absent";      // worker to owner: it is not here (any more)
constexpr auto pingType = "errand.ping";  // owner to worker: whether it arrives is the answer

}  // namespace errand::transport_amqp
