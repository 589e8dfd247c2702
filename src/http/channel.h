// SPDX-License-Identifier: Apache-2.0
// Channel is the bytes of one client's connection, both ways: the only code in http that receives
// from a client or sends to one.
//
// Threads: one at a time; another may shut the descriptor down meanwhile.
// Owns: its socket, which is closed with it.
// Errors: outcomes are values. A connection that broke is one that was closed.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include <Poco/Net/StreamSocket.h>

#include "base/sockets.h"

namespace errand::http {

class Channel {
public:
    // foreign: the client does not speak what is spoken here; what is sent reaches it in the clear.
    enum class Got { bytes, silence, closed, foreign };
    enum class Wait { no, slice };  // whether to block, for a slice of time at most

    explicit Channel(const Poco::Net::StreamSocket& socket) : socket_(socket) {}
    virtual ~Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    // Receives at most `room` bytes; `size` says how many there were.
    virtual Got receive(char* into, std::size_t room, std::size_t& size, Wait wait) noexcept = 0;

    // How many bytes the system took, 0 where it takes none now; nullopt: the other side is gone.
    virtual std::optional<std::size_t> send(std::string_view bytes, Wait wait) noexcept = 0;

    // Whether both sides know how they speak: through TLS, once the handshake is over.
    virtual bool agreed() const noexcept { return true; }

    // Says that no more will be sent.
    virtual void finishSending() noexcept = 0;

    // Throws away what has been received. False: there is no more to come.
    bool discard() noexcept;

    // Whether there is something to receive, or the end, without waiting.
    bool readable() const noexcept;

    int descriptor() const noexcept { return static_cast<int>(socket_.impl()->sockfd()); }

protected:
    // How long a receive or a send blocks that waits, where the socket blocks at all.
    void setSlice(std::chrono::milliseconds slice);
    void setBlocking(bool blocks) { socket_.setBlocking(blocks); }

    static Got gotFrom(const base::Transfer& transfer) noexcept;
    static Got receivePlain(int descriptor, char* into, std::size_t room, std::size_t& size,
                            Wait wait) noexcept;
    static std::optional<std::size_t> sendPlain(int descriptor, std::string_view bytes,
                                                Wait wait) noexcept;

private:
    Poco::Net::StreamSocket socket_;
};

// The bytes as they are.
class PlainChannel final : public Channel {
public:
    PlainChannel(const Poco::Net::StreamSocket& socket, std::chrono::milliseconds slice)
        : Channel(socket) {
        setSlice(slice);
    }

    Got receive(char* into, std::size_t room, std::size_t& size, Wait wait) noexcept override;
    std::optional<std::size_t> send(std::string_view bytes, Wait wait) noexcept override;
    void finishSending() noexcept override;
};

}  // namespace errand::http
