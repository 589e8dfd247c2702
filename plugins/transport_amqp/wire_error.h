// SPDX-License-Identifier: Apache-2.0
// WireError is what rabbitmq-c and the broker say when something goes wrong: the one place where
// their codes become words.
//
// Threads: plain data; the checks are pure functions.
// Owns: n/a (plain data).
// Errors: it is the error. `kind` says what has gone: the whole connection, or a channel.
#pragma once

#include <amqp.h>

#include <stdexcept>
#include <string>

namespace errand::transport_amqp {

class WireError : public std::runtime_error {
public:
    enum class Kind { connection, channel };

    WireError(Kind kind, int code, const std::string& text)
        : std::runtime_error(text), kind_(kind), code_(code) {}

    Kind kind() const noexcept { return kind_; }
    // AMQP's reply code: 404 no such queue, 406 other arguments, ...; 0: none.
    int code() const noexcept { return code_; }

private:
    Kind kind_;
    int code_;
};

// Throws where rabbitmq-c reports an error. `user` is who logs in, for the texts of a login.
void check(int status);
void check(const amqp_rpc_reply_t& reply);
[[noreturn]] void throwLogin(const amqp_rpc_reply_t& reply, const std::string& user,
                             const std::string& vhost);

// What the broker said when it closed.
WireError closedBy(const amqp_method_t& method);

}  // namespace errand::transport_amqp
