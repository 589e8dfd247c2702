// SPDX-License-Identifier: Apache-2.0
// The table of keys, by topic; and how those are read whose value is more than a number or a text.
#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <string_view>

#include "access/proxies.h"
#include "app/config.h"
#include "http/origin.h"

namespace errand::app {

using namespace std::chrono_literals;

namespace {

// More threads than this would only fight over the writer; each costs a stack.
constexpr std::int64_t mostThreads = 1024;
constexpr std::int64_t mebibyte = std::int64_t{1} << 20;
constexpr std::chrono::milliseconds day = 24h;

int readInt(const Value& value, std::int64_t least, std::int64_t most, const char* reason) {
    return static_cast<int>(value.number(least, most, reason));
}

std::chrono::seconds readSeconds(const Value& value, std::chrono::milliseconds least,
                                 std::chrono::milliseconds most, const char* reason) {
    return std::chrono::duration_cast<std::chrono::seconds>(value.duration(least, most, reason));
}

// Becomes part of a file's name.
std::string readPluginName(const Value& value) {
    const std::string& name = value.nonEmpty();
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos) {
        value.refuse("is no name of a transport plugin; it has lower case letters and digits");
    }
    return name;
}

// A short string of AMQP; the names with "amq." are the broker's.
std::string readBrokerName(const Value& value) {
    const std::string& name = value.nonEmpty();
    if (name.size() > 255) value.refuse("is longer than the 255 bytes of AMQP");
    if (name.starts_with("amq.")) value.refuse("begins with amq., which is the broker's own");
    return name;
}

// The plugin knows its keys without the prefix.
void setAmqp(const Value& value, Config& config, const std::string& text) {
    config.amqp[value.key().substr(std::string_view("amqp.").size())] = text;
}

MailMode readMailMode(const Value& value) {
    return value.oneOf({"maildir", "smtp"}) == "smtp" ? MailMode::smtp : MailMode::maildir;
}

mail::SmtpSecurity readSecurity(const Value& value) {
    const std::string& name = value.oneOf({"starttls", "tls", "none"});
    if (name == "starttls") return mail::SmtpSecurity::starttls;
    return name == "tls" ? mail::SmtpSecurity::tls : mail::SmtpSecurity::none;
}

std::string readMailbox(const Value& value) {
    const auto mailbox = rpc::parseMailbox(value.text());
    if (!mailbox) value.refuse("is no plain mail address; write it as name@example.com");
    return mailbox->address;
}

int readLevel(const Value& value) {
    return Poco::Logger::parseLevel(value.oneOf(
        {"fatal", "critical", "error", "warning", "notice", "information", "debug", "trace"}));
}

std::vector<std::string> readOrigins(const Value& value) {
    std::vector<std::string> origins = value.list();
    for (const std::string& origin : origins)
        if (!http::isOrigin(origin))
            value.refuse("holds what is no origin; write it as https://app.example.com");
    return origins;
}

std::vector<std::string> readNetworks(const Value& value) {
    std::vector<std::string> networks = value.list();
    try {
        const access::Proxies proxies(networks);
    } catch (const Poco::InvalidArgumentException& error) {
        value.refuse(error.message());
    }
    return networks;
}

base::Rate readRate(const Value& value, const std::string& text) {
    try {
        return base::parseRate(text);
    } catch (const Poco::SyntaxException& error) {
        value.refuse(error.message());
    }
}

base::Rate readRate(const Value& value) {
    return readRate(value, value.text());
}

std::vector<http::JobRate> readJobRates(const Value& value) {
    std::vector<http::JobRate> rates;
    for (const std::string& entry : value.list()) {
        const auto at = entry.find('=');
        if (at == entry.npos || at == 0) value.refuse("needs SERVICE=RATE, as mail=60/1h");
        std::string service = entry.substr(0, at);
        if (std::ranges::count(rates, service, &http::JobRate::service) > 0)
            value.refuse("names " + service + " twice");
        rates.push_back({std::move(service), readRate(value, entry.substr(at + 1))});
    }
    return rates;
}

// The table, by topic.
constexpr Key keyTable[] =
    {
        {"http.enabled", Type::flag, "true", "Whether this node serves the HTTP API and the pages.",
         [](const Value& v, Config& c) { c.httpEnabled = v.flag(); }},
        {"http.host", Type::text, "127.0.0.1", "Address to listen on; 0.0.0.0 for all of IPv4.",
         [](const Value& v, Config& c) { c.http.host = v.nonEmpty(); }},
        {"http.port", Type::number, "5000", "Port to listen on; 0 takes a free one.",
         [](const Value& v, Config& c) {
             c.http.port = readInt(v, 0, 65535, "TCP has no other ports");
         }},
        {"http.threads", Type::number, "64", "Threads that serve connections.",
         [](const Value& v, Config& c) {
             c.http.threads = readInt(v, 1, mostThreads, "each costs a stack");
             // The least that lets every connection hand over its job while all workers are busy.
             c.jobs.handOff = 4 * c.http.threads;
         }},
        {"http.maxBodyBytes", Type::size, "1048576", "Longest body of a request.",
         [](const Value& v, Config& c) {
             c.http.maxBodyBytes =
                 static_cast<std::size_t>(v.size(1024, 256 * mebibyte, "a body is held in memory"));
         }},
        {"http.maxArrayBytes", Type::size, "4194304", "Longest body of a request with many jobs.",
         [](const Value& v, Config& c) {
             c.http.maxArrayBytes =
                 static_cast<std::size_t>(v.size(1024, 256 * mebibyte, "a body is held in memory"));
         }},
        {"http.maxWait", Type::duration, "60s", "Longest wait for an answer (Prefer: wait=N).",
         [](const Value& v, Config& c) {
             c.http.maxWait = readSeconds(v, 1s, 1h, "who waits longer can ask again");
         }},
        {"http.maxStreams", Type::number, "10000", "Clients that may wait for answers or events.",
         [](const Value& v, Config& c) {
             c.http.maxStreams =
                 static_cast<std::size_t>(v.number(0, 1'000'000, "each costs a descriptor"));
         }},
        {"http.maxConnections", Type::number, "20000", "Connections that may be open besides.",
         [](const Value& v, Config& c) {
             c.http.maxConnections =
                 static_cast<std::size_t>(v.number(1, 1'000'000, "each costs a descriptor"));
         }},
        {"http.tls.certificate", Type::path, "",
         "File of the certificate (PEM), its chain behind it; empty: no TLS.",
         [](const Value& v, Config& c) { c.http.tls.certificate = v.text(); }},
        {"http.tls.key", Type::path, "",
         "File of its private key (PEM); empty: it is in the file of the certificate.",
         [](const Value& v, Config& c) { c.http.tls.key = v.text(); }},
        {"http.tls.clientCa", Type::path, "",
         "File of the authorities (PEM) whose certificate each client must have; empty: none need "
         "one.",
         [](const Value& v, Config& c) { c.http.tls.clientCa = v.text(); }},
        {"http.hosts", Type::list, "",
         "Names that requests may call this server by; empty: on loopback its own, elsewhere any.",
         [](const Value& v, Config& c) { c.http.access.hosts = v.list(); }},
        {"http.corsOrigins", Type::list, "",
         "Origins (https://app.example.com) whose pages may use the API.",
         [](const Value& v, Config& c) { c.http.access.corsOrigins = readOrigins(v); }},
        {"http.tokens", Type::path, "",
         "File of the tokens (see: errand token new); empty: whoever reaches the server may do "
         "all.",
         [](const Value& v, Config& c) { c.http.access.tokens = v.text(); }},
        {"http.trustedProxies", Type::list, "",
         "Networks of the proxies whose Forwarded and X-Forwarded-For count.",
         [](const Value& v, Config& c) { c.http.access.trustedProxies = readNetworks(v); }},
        {"http.proxyField", Type::text, "X-Forwarded-For",
         "The field in which they say for whom they ask: X-Forwarded-For or Forwarded.",
         [](const Value& v, Config& c) {
             c.http.access.rfc7239 = v.oneOf({"X-Forwarded-For", "Forwarded"}) == "Forwarded";
         }},
        {"http.rate", Type::text, "",
         "Requests that a token, or an address without one, may send (600/1m); empty: any number.",
         [](const Value& v, Config& c) { c.http.access.requests = readRate(v); }, Secret::nothing,
         true},
        {"http.accessLog", Type::flag, "false", "Whether each request is a line of the log.",
         [](const Value& v, Config& c) { c.http.accessLog = v.flag(); }},
        {"http.jobRates", Type::list, "",
         "Jobs of a service that each may submit, by comma (mail=60/1h); of others any number.",
         [](const Value& v, Config& c) { c.http.access.jobs = readJobRates(v); }, Secret::nothing,
         true},
        {"http.root", Type::path, "web", "Directory of the pages.",
         [](const Value& v, Config& c) { c.http.root = v.nonEmpty(); }},
        {"http.swaggerUi", Type::path, "",
         "Directory of Swagger UI, for /apidocs/; empty: ../share/errand/swagger-ui beside the "
         "program.",
         [](const Value& v, Config& c) { c.http.swaggerUi = v.nonEmpty(); }},
        {"services", Type::list, "compute,mail", "Services that this node runs, by comma.",
         [](const Value& v, Config& c) { c.services = v.list(); }},
        {"transport", Type::text, "inproc", "Plugin that carries the calls to the services.",
         [](const Value& v, Config& c) { c.jobs.transport = c.transport = readPluginName(v); }},
        {"plugins.directory", Type::path, "",
         "Directory of the plugins; empty: ../lib/errand beside the program.",
         [](const Value& v, Config& c) { c.pluginsDirectory = v.nonEmpty(); }},
        {"amqp.uri", Type::text, "amqp://guest:guest@localhost:5672/%2F",
         "Broker for transport=amqp, amqps for TLS; several by \";\", the next where one is away.",
         [](const Value& v, Config& c) {
             setAmqp(v, c, v.nonEmpty());
             c.broker = v.shown();
         },
         Secret::passwords},
        {"amqp.rpcExchange", Type::text, "nameko-rpc", "Exchange of the calls, as Nameko names it.",
         [](const Value& v, Config& c) { setAmqp(v, c, readBrokerName(v)); }},
        {"amqp.queueType", Type::text, "classic", "Queues of the services: classic or quorum.",
         [](const Value& v, Config& c) {
             setAmqp(v, c, v.oneOf({"classic", "quorum"}));
         }},
        {"amqp.prefetch", Type::number, "0",
         "Calls that a service holds beyond the broker; 0: as many as its speed asks for.",
         [](const Value& v, Config& c) {
             setAmqp(v, c, std::to_string(v.number(0, 65535, "AMQP counts no further")));
         }},
        {"amqp.tls.ca", Type::path, "",
         "File of the certificates (PEM) to trust the broker by; empty: those of the system.",
         [](const Value& v, Config& c) { setAmqp(v, c, v.text()); }},
        {"data.directory", Type::path, "var",
         "Directory of the database and the Maildir, made where missing.",
         [](const Value& v, Config& c) { c.jobs.directory = v.nonEmpty(); }},
        {"data.minFree", Type::size, "64 MiB", "Disk space below which no new job is taken.",
         [](const Value& v, Config& c) {
             c.jobs.minFree = static_cast<std::uint64_t>(
                 v.size(0, (std::int64_t{1} << 30) * mebibyte, "it is kept free of jobs"));
         }},
        {"mail.mode", Type::text, "maildir",
         "How mail leaves: maildir, into DATA/maildir, or smtp.",
         [](const Value& v, Config& c) { c.mailMode = readMailMode(v); }},
        {"mail.from", Type::text, "errand@localhost", "Sender of every mail.",
         [](const Value& v, Config& c) { c.mail.from = readMailbox(v); }},
        {"mail.workers", Type::number, "4", "Mails sent at a time.",
         [](const Value& v, Config& c) {
             c.mail.workers = readInt(v, 1, mostThreads, "each is a thread");
             // Each has the server's ear whenever it wants it.
             c.smtp.connections = c.mail.workers;
         }},
        {"mail.domains", Type::list, "", "Domains that mail goes to, by comma; empty: all.",
         [](const Value& v, Config& c) { c.mail.domains = v.list(); }, Secret::nothing, true},
        {"mail.perRecipient", Type::text, "",
         "Mails that an address may get (20/1h); empty: any number.",
         [](const Value& v, Config& c) { c.mail.perRecipient = readRate(v); }, Secret::nothing,
         true},
        {"smtp.host", Type::text, "", "Mail server that takes the mails.",
         [](const Value& v, Config& c) { c.smtp.host = v.text(); }},
        {"smtp.port", Type::number, "0",
         "Its port; 0: the usual one, 587 for starttls, 465 for tls, 25 for none.",
         [](const Value& v, Config& c) {
             c.smtp.port = readInt(v, 0, 65535, "TCP has no other ports");
         }},
        {"smtp.security", Type::text, "starttls",
         "starttls, tls from the first byte, or none: in the clear.",
         [](const Value& v, Config& c) { c.smtp.security = readSecurity(v); }},
        {"smtp.username", Type::text, "", "Name to log in with; empty: no login.",
         [](const Value& v, Config& c) { c.smtp.username = v.text(); }},
        {"smtp.password", Type::text, "", "Password to log in with, best as @FILE.",
         [](const Value& v, Config& c) { c.smtp.password = v.text(); }, Secret::everything},
        {"smtp.ca", Type::path, "",
         "File of the certificates (PEM) to trust; empty: those of the system.",
         [](const Value& v, Config& c) { c.smtp.ca = v.text(); }},
        {"smtp.helo", Type::text, "", "Name to greet the server with; empty: the machine's.",
         [](const Value& v, Config& c) { c.smtp.helo = v.text(); }},
        {"webhook.enabled", Type::flag, "true",
         "Whether a node that serves HTTP delivers webhooks.",
         [](const Value& v, Config& c) { c.webhookEnabled = v.flag(); }},
        {"webhook.secrets", Type::list, "",
         "Secrets (whsec_...) to sign with, the current one first, best as @FILE; empty: one is "
         "made.",
         [](const Value& v, Config& c) { c.webhook.secrets = v.list(); }, Secret::everything},
        {"webhook.allow", Type::list, "",
         "Networks (10.0.0.0/8) and hosts that may get webhooks though they are not public.",
         [](const Value& v, Config& c) { c.webhook.allow = v.list(); }},
        {"webhook.ca", Type::path, "",
         "File of the certificates (PEM) to trust receivers by; empty: those of the system.",
         [](const Value& v, Config& c) { c.webhook.ca = v.text(); }},
        {"webhook.httpsOnly", Type::flag, "false", "Whether webhooks go nowhere but to https URLs.",
         [](const Value& v, Config& c) { c.webhook.httpsOnly = v.flag(); }},
        {"webhook.workers", Type::number, "8", "Webhooks delivered at a time.",
         [](const Value& v, Config& c) {
             c.webhook.workers = readInt(v, 1, mostThreads, "each is a thread");
         }},
        {"compute.workers", Type::number, "2", "Computations at a time.",
         [](const Value& v, Config& c) {
             c.compute.workers = readInt(v, 1, mostThreads, "each is a thread");
         }},
        {"compute.maxDigits", Type::number, "100000", "Most digits of an operand.",
         [](const Value& v, Config& c) {
             c.compute.maxDigits = static_cast<std::size_t>(
                 v.number(1, 10'000'000, "longer ones take minutes to divide and print"));
         }},
        {"jobs.maxQueued", Type::number, "10000000",
         "Due jobs that may wait before submits are refused.",
         [](const Value& v, Config& c) {
             c.jobs.maxQueued = v.number(1, 1'000'000'000, "a job takes about 1 kB of disk");
         }},
        {"jobs.timeout", Type::duration, "60 s",
         "Time limit of an attempt, where neither job nor method has one.",
         [](const Value& v, Config& c) {
             c.jobs.timeout = v.duration(10ms, 365 * day, "an attempt must end some day");
         }},
        {"jobs.maxCrashes", Type::number, "3",
         "Crashes of the process while a job ran alone, until it fails.",
         [](const Value& v, Config& c) {
             c.jobs.maxCrashes = readInt(v, 1, 1000, "each is a restart of the server");
         }},
        {"jobs.deliveryWindow", Type::duration, "1 h",
         "How long a job's call may wait at the broker before it is called back and sent anew.",
         [](const Value& v, Config& c) {
             c.jobs.deliveryWindow =
                 v.duration(1s, 49 * day, "RabbitMQ counts milliseconds in 32 bits");
         }},
        {"jobs.unroutableGrace", Type::duration, "30 s",
         "How long a service that this program does not know may be missing at the broker.",
         [](const Value& v, Config& c) {
             c.jobs.unroutableGrace =
                 v.duration(0ms, 365 * day, "a misspelt name must fail some day");
         }},
        {"jobs.retention", Type::duration, "7 d", "How long succeeded and cancelled jobs are kept.",
         [](const Value& v, Config& c) {
             c.jobs.retention = readSeconds(v, 1s, 36500 * day, "callers must find their result");
         }},
        {"jobs.retentionFailed", Type::duration, "30 d", "How long failed jobs are kept.",
         [](const Value& v, Config& c) {
             c.jobs.retentionFailed =
                 readSeconds(v, 1s, 36500 * day, "somebody must see the failure");
         }},
        {"cancel.grace", Type::duration, "10 s",
         "How long a cancelled or timed-out method may take to end.",
         [](const Value& v, Config& c) {
             c.jobs.cancelGrace = v.duration(0ms, 1h, "a hung method holds a worker so long");
         }},
        {"shutdown.grace", Type::duration, "30 s",
         "How long running jobs may take to end when the server stops.",
         [](const Value& v, Config& c) {
             c.shutdownGrace = v.duration(0ms, 1h, "the stop waits so long");
         }},
        {"log.level", Type::text, "information",
         "fatal, critical, error, warning, notice, information, debug or trace.",
         [](const Value& v, Config& c) { c.logLevel = readLevel(v); }, Secret::nothing, true},
        {"log.format", Type::text, "text", "text, or json: an object a line.",
         [](const Value& v, Config& c) {
             c.logJson = v.oneOf({"text", "json"}) == "json";
         }},
        {"log.file", Type::path, "", "File that the log goes to; empty: stderr.",
         [](const Value& v, Config& c) { c.logFile = v.text(); }},
        {"log.maxSize", Type::size, "100 MiB",
         "Length at which the file is put aside and a new one begun; 0: never.",
         [](const Value& v, Config& c) {
             c.logMaxSize = static_cast<std::uint64_t>(
                 v.size(0, (std::int64_t{1} << 20) * mebibyte, "nobody reads more"));
         }},
        {"log.keep", Type::number, "5", "Files put aside that are kept.",
         [](const Value& v, Config& c) { c.logKeep = readInt(v, 1, 1000, "each is a file"); }},
};

}  // namespace

std::span<const Key> allKeys() {
    return keyTable;
}

}  // namespace errand::app
