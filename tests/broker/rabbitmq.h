// SPDX-License-Identifier: Apache-2.0
// RabbitMq is the real broker, out of a directory and on ports of the test's own: it touches
// nothing of the system's, and starts no epmd. Vhost is one test's own part of it.
//
// Threads: used by one thread, which must not end before the broker does.
// Owns: its directory and its process.
// Errors: std::runtime_error with the broker's log when it does not start, and with its answer when
//         it refuses what was asked.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "system/certificates.h"
#include "system/http.h"
#include "system/process.h"
#include "system/temporary_directory.h"

namespace errand::tests {

class RabbitMq {
public:
    // The one that the tests of a process share: started at first use (some six seconds), ended
    // with the process. For tests that leave it running.
    static RabbitMq& shared();

    // Runs on return, on free ports that it keeps over stop and start.
    RabbitMq();
    // One that listens for TLS, too, with a certificate for these names, such as "DNS:localhost".
    static std::unique_ptr<RabbitMq> withTls(const std::string& names = "DNS:localhost");
    ~RabbitMq();

    int port() const noexcept { return port_; }
    int tlsPort() const noexcept { return tlsPort_; }
    // What its certificate is checked against. REQUIRES withTls.
    std::string authority() const { return certificates_->authority(); }

    // Answers AMQP on return, with what it had on disk. REQUIRES that it does not run.
    void start();
    // As the system's administrator would: clients are told, all is written.
    void stop();
    // SIGKILL.
    void kill();
    bool running() { return process_ && process_->running(); }

    // While it is on, whoever publishes gets connection.blocked, and is read no further.
    void setMemoryAlarm(bool on);

    // A body larger than that closes its channel; of channels opened from now on.
    void setMostBody(std::size_t bytes);
    static constexpr std::size_t usualMostBody = 134217728;

    // With all rights in no vhost; see Vhost::permit.
    void createUser(const std::string& name, const std::string& password);
    void deleteUser(const std::string& name);

    // The management plugin's HTTP API, as guest: path from behind "/api/", already escaped.
    // Throws where the answer is no success, but for 404 and 503.
    Answer api(const std::string& method, const std::string& path, const std::string& body = {});

    std::string log() const;

private:
    explicit RabbitMq(const std::string& tlsNames);
    void configure() const;
    std::vector<std::string> environment() const;
    bool answers() const;
    void erlangCall(const std::string& call) const;

    TemporaryDirectory directory_;
    std::unique_ptr<Certificates> certificates_;
    std::optional<KeyPair> pair_;
    const int port_;
    const int tlsPort_;
    const int managementPort_;
    const int nodePort_;
    std::unique_ptr<Process> process_;
};

struct QueueState {
    std::string name;
    int messages = 0;  // ready and unacknowledged; a quarter of a second old
    int ready = 0;
    int unacknowledged = 0;
    int consumers = 0;  // a second old
    bool durable = false;
    bool autoDelete = false;
    bool exclusive = false;
    base::Json arguments;  // an object
};

struct ConnectionState {
    std::string name;        // as the broker calls it: "127.0.0.1:40000 -> 127.0.0.1:5672"
    std::string clientName;  // the client property connection_name; empty where it has none
    std::string user;
    base::Json clientProperties;  // an object
};

// What basic.get of the management plugin tells.
struct TakenMessage {
    std::string exchange;
    std::string routingKey;
    bool redelivered = false;
    base::Json properties;  // an object, "headers" among them
    std::string body;
};

class Vhost {
public:
    // A new and empty one, in which guest may do all.
    explicit Vhost(RabbitMq& broker = RabbitMq::shared());
    // Deletes it with all that is in it, where the broker runs; its clients are disconnected.
    ~Vhost();
    Vhost(const Vhost&) = delete;
    Vhost& operator=(const Vhost&) = delete;

    const std::string& name() const noexcept { return name_; }
    RabbitMq& broker() noexcept { return broker_; }
    std::string uri() const { return uriAt(broker_.port()); }
    // Through whatever listens on that port of 127.0.0.1.
    std::string uriAt(int port) const;
    std::string tlsUri(const std::string& host = "localhost") const;

    void permit(const std::string& user, const std::string& configure = ".*",
                const std::string& write = ".*", const std::string& read = ".*");

    std::vector<QueueState> queues() const;
    // nullopt where there is none of that name.
    std::optional<QueueState> queue(const std::string& name) const;
    // Until the queue is there and has that many.
    QueueState waitForMessages(const std::string& queue, int count) const;
    QueueState waitForConsumers(const std::string& queue, int count) const;

    // Until the exchange passes messages of that key pattern on to the queue: from then on what is
    // published under it waits there.
    void waitForBinding(const std::string& queue, const std::string& key) const;

    // Durable; the arguments are the text of a JSON object.
    void declareQueue(const std::string& name, const std::string& arguments = "{}");
    void deleteQueue(const std::string& name);
    void purgeQueue(const std::string& name);

    // False where no queue took it. Properties are the text of a JSON object, with "headers".
    bool publish(const std::string& exchange, const std::string& routingKey,
                 const std::string& body, const std::string& properties = "{}");
    // Takes at most that many off the queue.
    std::vector<TakenMessage> take(const std::string& queue, int most = 1);

    std::vector<ConnectionState> connections() const;
    std::vector<ConnectionState> waitForConnections(std::size_t count) const;
    // By force, as an administrator can; those of one client name, or all. Answers how many.
    int closeConnections(const std::string& clientName = {});

private:
    Answer ask(const std::string& method, const std::string& path,
               const std::string& body = {}) const;

    RabbitMq& broker_;
    const std::string name_;
};

}  // namespace errand::tests
