// SPDX-License-Identifier: Apache-2.0
// Config is all that can be set: keys.cpp holds every key with its default, and config.cpp is the
// only code that reads one.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: load throws ConfigError, one line that names the key and says what to do.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/sources.h"
#include "app/value.h"
#include "compute/compute_service.h"
#include "http/settings.h"
#include "jobs/settings.h"
#include "mail/mail_service.h"
#include "mail/smtp_settings.h"
#include "rpc/transport.h"
#include "webhook/settings.h"

namespace errand::app {

enum class MailMode { maildir, smtp };

struct Config {
    bool httpEnabled = true;
    http::Settings http;
    std::vector<std::string> services;  // served by this node
    std::string transport;
    rpc::Settings transportSettings;  // its own keys, without the "NAME." before them
    rpc::Settings amqp;               // those of transport=amqp, whether it is that one or not
    std::string broker;               // amqp.uri without its passwords
    std::string pluginsDirectory;
    compute::Settings compute;
    mail::Settings mail;
    MailMode mailMode = MailMode::maildir;
    mail::SmtpSettings smtp;  // its port is the one that counts
    bool webhookEnabled = true;
    webhook::Settings webhook;
    jobs::Settings jobs;
    std::chrono::milliseconds shutdownGrace{};
    int logLevel = 0;  // Poco::Message::Priority
    bool logJson = false;
    std::string logFile;  // empty: stderr
    std::uint64_t logMaxSize = 0;
    int logKeep = 0;

    // Every key with the text that counts, secrets masked, in the order of the table.
    std::vector<std::pair<std::string, std::string>> shown;
};

enum class Type { text, flag, number, size, duration, list, path };

// One row of the table of keys.
struct Key {
    const char* name = "";
    Type type = Type::text;
    const char* fallback = "";
    const char* text = "";  // one line, the same as in etc/app.properties
    void (*apply)(const Value& value, Config& config) = nullptr;
    Secret secret = Secret::nothing;
    bool live = false;  // may change while the server runs: see reload.h
};

// The table, by topic.
std::span<const Key> allKeys();

// The services that this node runs: those of the key `services`, and where it serves HTTP also
// webhook, by which those who submitted a job hear of its end.
std::vector<std::string> hostedServices(const Config& config);

// Whether this node runs the service.
bool runs(const Config& config, std::string_view service);

// The defaults with what the sources set, which must go together. `program` is the path of the
// executable.
Config loadConfig(const Sources& sources, const std::string& program);

// As above, over another table, and each key by itself.
Config loadConfig(const Sources& sources, const std::string& program, std::span<const Key> keys);

// Throws where mail cannot be sent through a server with these settings.
void requireSmtp(const Config& config);

// "key=value" lines, for --show-config.
std::string describe(const Config& config);

}  // namespace errand::app
