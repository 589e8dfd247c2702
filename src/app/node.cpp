// SPDX-License-Identifier: Apache-2.0
#include "app/node.h"

#include <Poco/Exception.h>
#include <Poco/File.h>
#include <Poco/Logger.h>

#include <algorithm>
#include <filesystem>

#include "app/node_id.h"
#include "app/transports.h"
#include "base/clock.h"
#include "base/system.h"

namespace errand::app {

namespace {

// A request waits for a commit at most; who sends one slowly must not use up the running jobs'
// time.
constexpr std::chrono::seconds longestRequest{5};

// Says which key a failure is about: the part that failed does not know the keys.
template <class Action>
void explain(const std::string& key, Action action) {
    try {
        action();
    } catch (const Poco::Exception& exception) {
        throw ConfigError(key + ": " + textOf(exception));
    }
}

void makeDataDirectory(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error || !std::filesystem::is_directory(path)) {
        throw ConfigError(
            "data.directory: cannot make the directory " + path + ": " +
            (error ? error : std::make_error_code(std::errc::not_a_directory)).message() +
            "; name one that can be written");
    }
    // What this user makes there, that one could not read: its server would not start any more.
    if (const auto owner = base::foreignOwner(path))
        throw ConfigError("data.directory: " + path + " belongs to " + *owner +
                          "; run as that user, or name another directory");
}

Services allServices(const Config& config, Node::ExtraServices extra) {
    // Its Maildir is made first.
    if (runs(config, "mail")) makeDataDirectory(config.jobs.directory);
    Services services;
    try {
        services = buildServices(config);
    } catch (const Poco::Exception& exception) {
        // POCO's own, of the Maildir: the reason is in its name, the path is its message.
        throw ConfigError("data.directory: " + exception.displayText() +
                          "; give the server's user the right to write there");
    }
    for (auto& service : extra) services.all.push_back(std::move(service));
    return services;
}

rpc::Catalogue catalogueOf(const Services& services, const Config& config) {
    std::vector<const rpc::Service*> all;
    for (const auto& service : services.all) all.push_back(service.get());
    const bool within = config.transport == "inproc";
    return rpc::Catalogue(std::move(all), within ? rpc::Reach::process : rpc::Reach::everywhere);
}

void logStart(const std::vector<std::string>& services) {
    if (services.empty()) return;
    std::string all;
    for (const std::string& name : services) all += (all.empty() ? "" : ", ") + name;
    Poco::Logger::get("errandd").information("starting services: " + all);
}

}  // namespace

Node::Node(const Config& config, ExtraServices extra, store::Writer::Fatal fatal)
    : config_(config),
      services_(allServices(config, std::move(extra))),
      hosted_(hosted(services_, hostedServices(config))),
      catalogue_(catalogueOf(services_, config)) {
    checkJobRates(services_, config_);
    if (!needsStore()) return;
    engine_ = std::make_unique<jobs::Engine>(config_.jobs, catalogue_, base::Clock::system(),
                                             std::move(fatal));
}

Node::~Node() {
    stop();
}

// Where calls go to other processes, one that neither takes jobs nor is sent any keeps none.
bool Node::needsStore() const {
    return config_.transport == "inproc" || config_.httpEnabled || anyQueued(hosted_);
}

void Node::start() {
    if (engine_) openStore();
    openTransport();
    // A taken port must be known before the first job runs.
    if (config_.httpEnabled) bindHttp();
    if (engine_) {
        engine_->startDispatcher(plugin_->transport());
    } else {
        plugin_->transport().start();
    }
    if (http_) http_->start(*engine_, catalogue_);
}

void Node::openStore() {
    makeDataDirectory(config_.jobs.directory);
    explain("data.directory", [this] { engine_->open(); });
}

void Node::openTransport() {
    plugin_ = loadTransport(config_);
    rpc::Settings settings = config_.transportSettings;
    // The store's lock is held: nobody else makes one.
    if (engine_ && config_.transport == "amqp") {
        explain("data.directory",
                [&] { settings["node"] = nodeIdOf(config_.jobs.directory).toString(); });
    }
    rpc::JobSink* sink = &noStore_;
    if (engine_) sink = engine_.get();
    try {
        plugin_->transport().open(settings, *sink);
    } catch (const Poco::Exception& refusal) {
        throw ConfigError(withKey(config_, textOf(refusal)));
    }
    logStart(hostedServices(config_));
    explain("transport", [this] {
        for (rpc::Service* service : hosted_) plugin_->transport().serve(*service);
    });
}

void Node::bindHttp() {
    if (!std::filesystem::is_directory(config_.http.root)) {
        Poco::Logger::get("http").warning("http.root: " + config_.http.root +
                                          " is no directory; there will be no pages");
    }
    http_ = std::make_unique<http::Server>(config_.http);
    explain("http.port", [this] { http_->bind(); });
}

bool Node::stop() noexcept {
    const auto& clock = base::Clock::system();
    const auto deadline = clock.steady() + config_.shutdownGrace;
    if (engine_) engine_->beginStop();
    if (http_) http_->stop(std::min(deadline, clock.steady() + longestRequest));
    if (engine_) engine_->stopDispatcher();
    if (plugin_) plugin_->transport().close(deadline);
    const bool ended = clock.steady() < deadline;
    if (engine_) engine_->close();
    return ended;
}

void Node::reload(const Config& config) {
    checkJobRates(services_, config);
    if (http_) http_->setLimits(config.http.access);
    services_.mail->setPolicy(config.mail.domains, config.mail.perRecipient);
}

void Node::pulse(std::function<void()> done) {
    if (engine_)
        engine_->pulse(std::move(done));
    else
        done();
}

std::string Node::address() const {
    if (!http_) return "none";
    const std::string& host = config_.http.host;
    const bool isV6 = host.find(':') != std::string::npos;
    return (config_.http.tls.any() ? "https://" : "http://") + (isV6 ? '[' + host + ']' : host) +
           ':' + std::to_string(http_->port());
}

}  // namespace errand::app
