// SPDX-License-Identifier: Apache-2.0
// TlsChannel is a client's bytes through TLS.
//
// Threads: as Channel.
// Owns: as Channel, and its OpenSSL object.
// Errors: as Channel; a handshake that fails is a connection that was closed. SIGPIPE must be
//         ignored, as base::blockTerminationSignals has it.
#pragma once

#include "http/channel.h"
#include "http/tls_identity.h"

namespace errand::http {

class TlsChannel final : public Channel {
public:
    TlsChannel(const Poco::Net::StreamSocket& socket, std::unique_ptr<SSL, FreeSsl> ssl,
               std::chrono::milliseconds slice);
    // Says that nothing follows, where that has not been said: RFC 8446, section 6.1.
    ~TlsChannel() override { sayEnd(); }

    Got receive(char* into, std::size_t room, std::size_t& size, Wait wait) noexcept override;
    std::optional<std::size_t> send(std::string_view bytes, Wait wait) noexcept override;
    bool agreed() const noexcept override;
    void finishSending() noexcept override;

private:
    // What there is to do about an operation that did not succeed.
    enum class Next { again, silence, end };

    Got greet(Wait wait) noexcept;
    Next judge(int result, Wait& wait) noexcept;
    bool await(base::Ready ready) noexcept;
    void sayEnd() noexcept;

    // Set in the constructor, then constant.
    const std::unique_ptr<SSL, FreeSsl> ssl_;
    const std::chrono::milliseconds slice_;

    bool greeted_ = false;  // its first byte has been seen
    bool foreign_ = false;  // and was none of TLS
    bool over_ = false;     // nothing more can be said, or has been said that nothing follows
};

}  // namespace errand::http
