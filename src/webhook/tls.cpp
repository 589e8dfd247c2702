// SPDX-License-Identifier: Apache-2.0
#include "webhook/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>

#include <new>

#include "webhook/trouble.h"

namespace errand::webhook {

TlsTrust::TlsTrust(const std::string& ca) : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX* context = context_.get();
    if (context == nullptr) throw std::bad_alloc();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    const int loaded = ca.empty() ? SSL_CTX_set_default_verify_paths(context)
                                  : SSL_CTX_load_verify_file(context, ca.c_str());
    ERR_clear_error();
    if (loaded != 1) {
        throw Poco::FileException(
            ca.empty() ? "the system's certificates cannot be read; name a file of PEM certificates"
                       : "cannot be read, or holds no certificate (PEM): " + ca);
    }
}

Tls::Tls(const TlsTrust& trust, int socket, const std::string& host)
    : ssl_(SSL_new(trust.native())) {
    SSL* ssl = ssl_.get();
    if (ssl == nullptr || SSL_set_fd(ssl, socket) != 1) throw std::bad_alloc();
    SSL_set_connect_state(ssl);
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    Poco::Net::IPAddress address;
    const bool set = Poco::Net::IPAddress::tryParse(host, address)
                         ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1
                         : SSL_set1_host(ssl, host.c_str()) == 1 &&
                               SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
    // Without it the certificate of anybody would do.
    if (!set) throw Trouble("no certificate can be for " + host);
}

Tls::Needs Tls::handshake() {
    ERR_clear_error();  // what an earlier connection of this thread left there is not ours
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) {
        // OpenSSL has refused what is not good; this holds even if it were not set up to.
        if (SSL_get_verify_result(ssl_.get()) != X509_V_OK ||
            SSL_get0_peer_certificate(ssl_.get()) == nullptr) {
            throwRefusal();
        }
        return Needs::nothing;
    }
    return judge(result, "TLS could not be agreed on");
}

Tls::Needs Tls::write(std::string_view bytes, std::size_t& done) {
    ERR_clear_error();
    return judge(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &done), "TLS broke off");
}

Tls::Needs Tls::read(char* into, std::size_t size, std::size_t& done) {
    ERR_clear_error();
    done = 0;
    const int result = SSL_read_ex(ssl_.get(), into, size, &done);
    if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) return Needs::nothing;
    return judge(result, "TLS broke off");
}

Tls::Needs Tls::judge(int result, const char* broken) {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_NONE:
            return Needs::nothing;
        case SSL_ERROR_WANT_READ:
            return Needs::toRead;
        case SSL_ERROR_WANT_WRITE:
            return Needs::toWrite;
        default:
            break;
    }
    if (SSL_get_verify_result(ssl_.get()) != X509_V_OK) throwRefusal();
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    throw Trouble(std::string(broken) + ": " +
                  (reason != nullptr ? reason : "the receiver closed the connection"));
}

void Tls::throwRefusal() const {
    throw Trouble(std::string("the receiver's certificate is refused: ") +
                  X509_verify_cert_error_string(SSL_get_verify_result(ssl_.get())));
}

void Tls::finish() noexcept {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
}

}  // namespace errand::webhook
