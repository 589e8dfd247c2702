// SPDX-License-Identifier: Apache-2.0
// SmtpTls is the TLS of one connection, as a filter between plain bytes and those on the wire: it
// does no input or output. SmtpTlsContext is what all connections trust.
//
// Poco's SecureStreamSocket is not used for it, only its Context: in 1.11 it hides its SSL object,
// so that nobody can ask why a certificate was refused or which protocol runs; its handshake waits
// anew for each packet; its names are checked only after the handshake, and not at all for
// loopback addresses unless the mode is VERIFY_STRICT; and it writes where SIGPIPE may come.
//
// Threads: a context may be used by any number of threads once built; an SmtpTls by one at a time.
// Owns: its OpenSSL objects.
// Errors: the context's constructor throws Poco exceptions when the certificates cannot be read;
//         SmtpTls throws SmtpTrouble (plain, handshake, certificate, closed).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <Poco/Net/Context.h>

namespace errand::mail {

class SmtpTlsContext {
public:
    // A file of PEM certificates, which alone are trusted; empty: those of the system.
    explicit SmtpTlsContext(const std::string& ca);

    SSL_CTX* native() const { return context_->sslContext(); }

private:
    const Poco::Net::Context::Ptr context_;
};

class SmtpTls {
public:
    // The certificate must be that host's, whether it is a name or an address.
    SmtpTls(const SmtpTlsContext& context, std::string host);
    ~SmtpTls();
    SmtpTls(const SmtpTls&) = delete;
    SmtpTls& operator=(const SmtpTls&) = delete;

    // What came from the wire.
    void receive(std::string_view bytes);
    // What is to be put on the wire now; it counts as put there.
    std::string takeOutgoing();

    // Goes on with what has been received; whether it is done.
    bool handshake();
    void encrypt(std::string_view plain);
    // Appends what has become readable; false: the other side has ended its stream.
    bool decrypt(std::string& into);
    // Says to the other side that nothing follows.
    void finish() noexcept;

    // "TLSv1.3, certificate of CN=a, issued by CN=b, valid until 2027-11-22"
    std::string description() const;

private:
    static int verified(int good, X509_STORE_CTX* store);
    void noteFault(X509_STORE_CTX* store);
    [[noreturn]] void throwFailure() const;

    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };

    const std::string host_;
    const std::unique_ptr<SSL, Free> ssl_;
    std::string first_;  // of what was received: whether it is TLS at all
    std::string fault_;  // why the certificate was refused
};

}  // namespace errand::mail
