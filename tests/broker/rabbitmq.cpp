// SPDX-License-Identifier: Apache-2.0
#include "broker/rabbitmq.h"

#include <signal.h>

#include <filesystem>
#include <stdexcept>

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include "broker/tcp_proxy.h"

namespace errand::tests {

namespace {

namespace net = Poco::Net;
namespace fs = std::filesystem;

constexpr const char* cookie = "errand-of-a-test";

// The folder of that name and a version.
fs::path versioned(const std::string& parent, const std::string& stem) {
    for (const fs::directory_entry& entry : fs::directory_iterator(parent)) {
        if (entry.path().filename().string().starts_with(stem)) return entry.path();
    }
    throw std::runtime_error("there is no " + stem + " in " + parent);
}

std::string quoted(const std::string& text) {
    return '"' + text + '"';
}

}  // namespace

RabbitMq& RabbitMq::shared() {
    static RabbitMq broker;
    return broker;
}

RabbitMq::RabbitMq() : RabbitMq(std::string()) {}

std::unique_ptr<RabbitMq> RabbitMq::withTls(const std::string& names) {
    return std::unique_ptr<RabbitMq>(new RabbitMq(names));
}

RabbitMq::RabbitMq(const std::string& tlsNames)
    : certificates_(tlsNames.empty() ? nullptr : std::make_unique<Certificates>()),
      port_(freePort()),
      tlsPort_(tlsNames.empty() ? 0 : freePort()),
      managementPort_(freePort()),
      nodePort_(freePort()) {
    if (certificates_) pair_ = certificates_->issue(tlsNames);
    configure();
    start();
}

RabbitMq::~RabbitMq() {
    // What it would write at an orderly end goes with the directory.
    if (process_) kill();
}

void RabbitMq::configure() const {
    // Without the settings file of the newer form, whose reading takes a second.
    std::string tls;
    if (pair_) {
        tls = ",{ssl_listeners,[{\"127.0.0.1\"," + std::to_string(tlsPort_) +
              "}]},{ssl_options,[{cacertfile," + quoted(authority()) + "},{certfile," +
              quoted(pair_->certificate) + "},{keyfile," + quoted(pair_->key) +
              "},{verify,verify_none}]}";
    }
    writeFile(directory_ / "advanced.config",
              "[{rabbit,[{tcp_listeners,[{\"127.0.0.1\"," + std::to_string(port_) + "}]}" + tls +
                  // What is counted is to be seen soon after.
                  ",{collect_statistics_interval,200}"
                  ",{vm_memory_high_watermark,{absolute,1000000000}}"
                  ",{disk_free_limit,1000000}]},"
                  "{rabbitmq_management_agent,[{sample_retention_policies,"
                  "[{global,[{60,1}]},{basic,[{60,1}]},{detailed,[{60,1}]}]}]},"
                  "{rabbitmq_management,[{tcp_config,[{ip,\"127.0.0.1\"},{port," +
                  std::to_string(managementPort_) + "}]}]}].\n");
    writeFile(directory_ / "enabled_plugins", "[rabbitmq_management].\n");
    // No name is looked up outside, and no program is started to do so.
    writeFile(directory_ / "inetrc", "{host,{127,0,0,1},[\"localhost\"]}.\n{lookup,[file]}.\n");
    writeFile(directory_ / ".erlang.cookie", cookie);
    fs::permissions(directory_ / ".erlang.cookie", fs::perms(0400));
    // It reads all plugins it finds at each start: it is to find what it needs.
    fs::create_directory(directory_ / "plugins");
    for (const fs::directory_entry& entry : fs::directory_iterator(
             versioned("/usr/lib/rabbitmq/lib", "rabbitmq_server-") / "plugins")) {
        const std::string name = entry.path().filename();
        for (const char* needed : {"rabbitmq_management", "rabbitmq_web_dispatch-", "amqp_client-",
                                   "cowboy-", "cowlib-", "ranch-"}) {
            if (name.starts_with(needed)) {
                fs::create_symlink(entry.path(), directory_ / ("plugins/" + name));
            }
        }
    }
}

std::vector<std::string> RabbitMq::environment() const {
    const std::string node = "errand" + std::to_string(port_) + "@localhost";
    const std::string nodePort = std::to_string(nodePort_);
    const auto in = [this](const char* variable, const char* name) {
        return variable + ("=" + directory_.path()) + '/' + name;
    };
    return {
        "-i",
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME=" + directory_.path(),
        "RABBITMQ_NODENAME=" + node,
        in("RABBITMQ_CONF_ENV_FILE", "none"),
        in("RABBITMQ_CONFIG_FILE", "none"),
        in("RABBITMQ_ADVANCED_CONFIG_FILE", "advanced.config"),
        in("RABBITMQ_ENABLED_PLUGINS_FILE", "enabled_plugins"),
        in("RABBITMQ_PLUGINS_DIR", "plugins"),
        in("RABBITMQ_PLUGINS_EXPAND_DIR", "expanded"),
        in("RABBITMQ_FEATURE_FLAGS_FILE", "feature_flags"),
        in("RABBITMQ_MNESIA_BASE", "data"),
        in("RABBITMQ_GENERATED_CONFIG_DIR", "generated"),
        in("RABBITMQ_LOG_BASE", "logs"),
        in("RABBITMQ_LOGS", "log"),
        in("RABBITMQ_PID_FILE", "pid"),
        in("ERL_INETRC", "inetrc"),
        in("ERL_CRASH_DUMP", "crash"),
        // The shell script becomes the broker, rather than watching over it.
        "RABBITMQ_ALLOW_INPUT=1",
        // A node that has its name from the start, and a port for other nodes that none has to ask
        // for, needs no epmd. Two threads for two cores, and none that waits busily.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-noinput +B i +S 2:2 +SDcpu 1:1 +SDio 2 "
        "+sbwt none +sbwtdcpu none +sbwtdio none -start_epmd false -sname " +
            node + " -erl_epmd_port " + nodePort + " -kernel inet_dist_listen_min " + nodePort +
            " inet_dist_listen_max " + nodePort + " inet_dist_use_interface {127,0,0,1}",
        "/usr/lib/rabbitmq/bin/rabbitmq-server",
    };
}

void RabbitMq::start() {
    process_ = std::make_unique<Process>("/usr/bin/env", environment(), directory_ / "stderr");
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (!answers()) {
        if (!process_->running() || std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("RabbitMQ does not start: " + log());
        }
        pauseBetweenLooks(std::chrono::milliseconds(20));
    }
    // It would start an epmd after a minute, for nodes of other machines to find this one.
    erlangCall("supervisor terminate_child [rabbit_sup,rabbit_epmd_monitor_sup]");
}

// It greets whoever shows AMQP's header with Connection.Start, once it has begun to serve.
bool RabbitMq::answers() const {
    try {
        net::StreamSocket socket(net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(port_)));
        socket.setReceiveTimeout(Poco::Timespan(generous.count(), 0));
        socket.sendBytes("AMQP\0\0\x09\x01", 8);
        char first = 0;
        return socket.receiveBytes(&first, 1) == 1;
    } catch (const Poco::Exception&) {
        return false;
    }
}

void RabbitMq::stop() {
    if (running()) process_->signal(SIGTERM);
    if (process_) process_->wait();
}

void RabbitMq::kill() {
    if (running()) process_->signal(SIGKILL);
    if (process_) process_->wait();
}

void RabbitMq::setMemoryAlarm(bool on) {
    erlangCall(std::string("vm_memory_monitor set_vm_memory_high_watermark [{absolute,") +
               (on ? "1" : "1000000000") + "}]");
}

void RabbitMq::setMostBody(std::size_t bytes) {
    erlangCall("application set_env [rabbit,max_message_size," + std::to_string(bytes) + "]");
}

void RabbitMq::erlangCall(const std::string& call) const {
    const Ended ended =
        runToEnd({"-c", cookie, "-address", "127.0.0.1:" + std::to_string(nodePort_), "-a", call},
                 {}, versioned("/usr/lib/erlang", "erts-") / "bin/erl_call");
    if (ended.code == 0 && ended.out == "ok") return;
    throw std::runtime_error("erl_call " + call + ": " + ended.out + ended.err);
}

void RabbitMq::createUser(const std::string& name, const std::string& password) {
    api("PUT", "users/" + name,
        base::Json(base::Json::Object{{"password", password}, {"tags", ""}}).toString());
}

void RabbitMq::deleteUser(const std::string& name) {
    api("DELETE", "users/" + name);
}

Answer RabbitMq::api(const std::string& method, const std::string& path, const std::string& body) {
    Answer answer = Http(managementPort_, Asks::another)
                        .send(method, "/api/" + path, body,
                              {{"Authorization", "Basic Z3Vlc3Q6Z3Vlc3Q="},  // guest, twice
                               {"Content-Type", "application/json"}});
    if (answer.status >= 300 && answer.status != 404 && answer.status != 503) {
        throw std::runtime_error(method + " " + path + ": " + std::to_string(answer.status) + " " +
                                 answer.body);
    }
    return answer;
}

std::string RabbitMq::log() const {
    return readFile(directory_ / "stderr") + readFile(directory_ / "log");
}

}  // namespace errand::tests
