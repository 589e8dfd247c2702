// SPDX-License-Identifier: Apache-2.0
#include "cli/broker.h"

#include <cstdlib>

#include <Poco/Exception.h>
#include <Poco/Path.h>

#include "base/clock.h"
#include "base/system.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/operands.h"
#include "cli/safe_text.h"

namespace errand::cli {

namespace {

constexpr const char* usualBroker = "amqp://guest:guest@localhost:5672/%2F";

// What a call in flight is given at the end; none is, unless ^C has left one.
constexpr std::chrono::seconds closing{2};

std::string pluginsDirectory() {
    const char* given = std::getenv("ERRAND_PLUGINS_DIRECTORY");
    if (given != nullptr && *given != '\0') return given;
    return Poco::Path(base::executablePath()).parent().popDirectory().toString() + "lib/errand";
}

rpc::Plugin& load(std::optional<rpc::Plugin>& plugin) {
    try {
        return plugin.emplace(pluginsDirectory(), "amqp");
    } catch (const Poco::Exception& exception) {
        throw Failure(exitUnavailable, "NoPlugin", oneLine(exception.message()));
    }
}

// The transport says in words why nobody was let in; a vhost that is not there is no way in either.
int codeOf(const std::string& missing) {
    for (const char* words : {"refused the login", " refuses ", "has no vhost"}) {
        if (missing.find(words) != std::string::npos) return exitNoPermission;
    }
    return exitUnavailable;
}

}  // namespace

std::vector<Option> brokerOptions() {
    return {{"broker", "URI", "amqp:// or amqps://; default: ERRAND_AMQP_URI, or localhost"},
            {"exchange", "NAME", "exchange of the calls; default: nameko-rpc"},
            {"ca", "FILE", "certificates (PEM) to trust the broker by, instead of the system's"},
            {"timeout", "SECONDS", "how long to wait for an answer; default: 60"}};
}

rpc::Settings brokerSettings(const Arguments& arguments) {
    rpc::Settings settings;
    settings["uri"] = optionOrEnvironment(arguments, "broker", "ERRAND_AMQP_URI", usualBroker);
    settings["rpcExchange"] =
        optionOrEnvironment(arguments, "exchange", "ERRAND_AMQP_RPCEXCHANGE", "nameko-rpc");
    const std::string ca = optionOrEnvironment(arguments, "ca", "ERRAND_AMQP_TLS_CA", "");
    if (!ca.empty()) settings["tls.ca"] = ca;
    return settings;
}

void connect(rpc::Transport& transport, const rpc::Settings& settings, rpc::JobSink& sink) {
    try {
        transport.open(settings, sink);
    } catch (const Poco::InvalidArgumentException& exception) {
        throw Failure(exitUsage, "BadAddress", oneLine(exception.message()));
    } catch (const Poco::Exception& exception) {
        throw Failure(exitUnavailable, "Unavailable", oneLine(exception.message()));
    }
    const rpc::Health health = transport.health();
    // Replies of an earlier run, which are not told yet, are none of a client's.
    if (health.connected || health.missing.empty()) return;
    const int code = codeOf(health.missing);
    throw Failure(code, code == exitNoPermission ? "LoginRefused" : "Unavailable",
                  oneLine(health.missing));
}

rpc::Reply NoSink::store(const rpc::Call& call) noexcept {
    return {rpc::ErrorReply{"MethodNotFound", call.method}, {}};
}

Broker::Broker(const rpc::Settings& settings) {
    rpc::Transport& transport = load(plugin_).transport();
    try {
        connect(transport, settings, sink_);
        transport.start();
    } catch (...) {
        transport.close(base::Clock::system().steady());  // its threads end before its plugin does
        throw;
    }
}

Broker::~Broker() {
    plugin_->transport().close(base::Clock::system().steady() + closing);
}

}  // namespace errand::cli
