// SPDX-License-Identifier: Apache-2.0
// Tls is the TLS of one connection over a socket that does not block; TlsTrust is whom all trust.
//
// It is OpenSSL itself, as for mail: POCO's SecureStreamSocket waits anew for each packet of a
// handshake, checks names only after it, and hides why a certificate was refused.
//
// Threads: a TlsTrust by any number at once; a Tls by one at a time.
// Owns: its OpenSSL objects; borrows the socket.
// Errors: TlsTrust's constructor throws Poco::FileException when the certificates cannot be read;
//         Tls throws Trouble. SIGPIPE must be ignored, as base::blockTerminationSignals has it.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace errand::webhook {

class TlsTrust {
public:
    // A file of PEM certificates, which alone are trusted; empty: those of the system.
    explicit TlsTrust(const std::string& ca);

    SSL_CTX* native() const noexcept { return context_.get(); }

private:
    struct Free {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    std::unique_ptr<SSL_CTX, Free> context_;
};

class Tls {
public:
    // What a step needs before it can be tried again.
    enum class Needs { nothing, toRead, toWrite };

    // The certificate must be that host's, whether it is a name or an address.
    Tls(const TlsTrust& trust, int socket, const std::string& host);

    Needs handshake();
    // Sets `done` to how many bytes went out, or came in: 0 only at the stream's end.
    Needs write(std::string_view bytes, std::size_t& done);
    Needs read(char* into, std::size_t size, std::size_t& done);
    // Says that nothing follows, where that does not wait.
    void finish() noexcept;

private:
    Needs judge(int result, const char* broken);
    [[noreturn]] void throwRefusal() const;

    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };
    std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace errand::webhook
