// SPDX-License-Identifier: Apache-2.0
// Session is one open connection to a broker, with all that is said over it.
//
// Threads: one thread at a time (rabbitmq-c's rule).
// Owns: rabbitmq-c's connection.
// Errors: everything throws WireError. After one of the kind `connection` the session is of no more
//         use; after one of the kind `channel` that channel is closed and may be opened again.
#pragma once

#include <amqp.h>

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "broker.h"
#include "event.h"
#include "message.h"

namespace errand::transport_amqp {

class Session {
public:
    // Both sides speak at least twice in that time, or the other is taken for dead.
    static constexpr int heartbeatSeconds = 15;

    // Connects and logs in. `ca`: file of the certificates to trust, empty: the system's; `name` is
    // what the broker's operator sees.
    Session(const Broker& broker, const std::string& ca, const std::string& name);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    std::size_t frameBytes() const noexcept {
        return static_cast<std::size_t>(amqp_get_frame_max(connection_));
    }
    int socket() const noexcept { return amqp_get_sockfd(connection_); }

    void openChannel(int channel);
    void closeChannel(int channel);
    void selectConfirms(int channel);

    // A durable topic exchange.
    void declareExchange(int channel, const std::string& name);

    struct QueueState {
        std::uint32_t messages = 0;
        std::uint32_t consumers = 0;
    };
    struct QueueShape {
        std::string name;
        bool durable = true;
        bool exclusive = false;
        bool autoDelete = false;
        std::chrono::milliseconds expires{0};
        bool quorum = false;
    };
    QueueState declareQueue(int channel, const QueueShape& shape);
    // As it is; a channel error of code 404 where it is not.
    QueueState lookAtQueue(int channel, const std::string& name);
    void bindQueue(int channel, const std::string& queue, const std::string& exchange,
                   const std::string& key);

    // How many unacknowledged messages a consumer that begins after this may hold; 0: any number.
    void setPrefetch(int channel, int count);
    // Returns the consumer's tag.
    std::string consume(int channel, const std::string& queue, bool exclusive);
    void cancelConsumer(int channel, const std::string& tag);

    void publish(int channel, const Message& message, bool mandatory);
    void acknowledge(int channel, std::uint64_t tag, bool multiple);
    void reject(int channel, std::uint64_t tag, bool requeue);

    // The next event that has arrived; nullopt when none has. Also sends and checks heartbeats, so
    // it is to be called twice in heartbeatSeconds at least.
    std::optional<Event> read();

    // Whether read() has something that the socket no longer shows.
    bool hasMore() const noexcept {
        return !early_.empty() || amqp_frames_enqueued(connection_) != 0 ||
               amqp_data_in_buffer(connection_) != 0;
    }

    // Holds what is sent back until it is let go, so that many small frames share a packet. Nothing
    // that is answered may be said meanwhile.
    void cork(bool held) noexcept;

private:
    // A message whose frames are coming in, one a channel.
    struct Partial {
        Event event;
        std::uint64_t missing = 0;  // bytes of the body
        bool hasHeader = false;
    };

    void connect(const Broker& broker, const std::string& ca);
    void logIn(const Broker& broker, const std::string& name);
    std::optional<Event> readFrame(bool& arrived);
    std::optional<Event> take(const amqp_frame_t& frame);
    std::optional<Event> takeMethod(int channel, const amqp_method_t& method);
    std::optional<Event> takeHeader(int channel, const amqp_frame_t& frame);
    std::optional<Event> takeBody(int channel, const amqp_frame_t& frame);
    std::optional<Event> whole(int channel);
    void checkRpc();
    void setAside(int channel);
    void confirmClosed(int channel);
    template <class Action>
    void onChannel(int channel, Action action);

    amqp_connection_state_t connection_;
    bool broken_ = false;  // no farewell
    bool tls_ = false;
    std::unordered_map<int, Partial> partial_;
    std::deque<Event> early_;  // read while something else was waited for
};

}  // namespace errand::transport_amqp
