// SPDX-License-Identifier: Apache-2.0
// Broker is the client's way to services: the transport amqp, opened once, or not at all.
//
// Threads: used by one thread.
// Owns: the plugin, which it closes.
// Errors: Failure, at once, when the broker is away or lets nobody in: a client does not wait for
//         it.
#pragma once

#include <optional>
#include <vector>

#include "cli/arguments.h"
#include "cli/patient_call.h"
#include "rpc/plugin.h"

namespace errand::cli {

// --broker, --exchange, --ca, --timeout, for every command that calls.
std::vector<Option> brokerOptions();

// How long an answer is waited for where nothing is said: as long as the server gives a method.
constexpr std::chrono::seconds usualPatience{60};

// What the transport is opened with.
rpc::Settings brokerSettings(const Arguments& arguments);

// Opens the transport, and throws where that has led to no connection.
void connect(rpc::Transport& transport, const rpc::Settings& settings, rpc::JobSink& sink);

// A client hosts no method, so there is nothing to store.
class NoSink : public rpc::JobSink {
public:
    rpc::Reply store(const rpc::Call&) noexcept override;
};

class Broker {
public:
    explicit Broker(const rpc::Settings& settings);
    ~Broker();
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;

    std::optional<rpc::End> call(rpc::Call call, std::chrono::milliseconds patience,
                                 base::Interrupts* interrupts = nullptr) {
        return callPatiently(plugin_->transport(), std::move(call), patience, interrupts);
    }

private:
    NoSink sink_;
    std::optional<rpc::Plugin> plugin_;
};

}  // namespace errand::cli
