// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <new>
#include <utility>

#include <Poco/Net/IPAddress.h>

#include "mail/smtp_certificate.h"
#include "mail/smtp_failure.h"
#include "mail/smtp_reply.h"

namespace errand::mail {
namespace {

constexpr std::size_t firstBytes = 80;     // of them the kind shows, and a line of SMTP is shown
constexpr unsigned char alertRecord = 21;  // RFC 8446, 5.1: the first byte of each record
constexpr unsigned char applicationRecord = 23;

Poco::Net::Context::Ptr makeContext(const std::string& ca) {
    Poco::Net::Context::Params params;
    params.caLocation = ca;
    params.loadDefaultCAs = ca.empty();
    params.cipherList = "DEFAULT";  // OpenSSL's; Poco's own list has anonymous ciphers in it
    Poco::Net::Context::Ptr context(
        new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params));  // POCO owns it
    context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    return context;
}

BIO* makeMemory() {
    BIO* memory = BIO_new(BIO_s_mem());
    if (memory == nullptr) throw std::bad_alloc();
    BIO_set_mem_eof_return(memory, -1);  // when empty: more will come
    return memory;
}

SSL* makeSsl(const SmtpTlsContext& context) {
    SSL* ssl = SSL_new(context.native());
    if (ssl == nullptr) throw std::bad_alloc();
    return ssl;
}

int toInt(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, 1 << 30));
}

}  // namespace

SmtpTlsContext::SmtpTlsContext(const std::string& ca) : context_(makeContext(ca)) {}

SmtpTls::SmtpTls(const SmtpTlsContext& context, std::string host)
    : host_(std::move(host)), ssl_(makeSsl(context)) {
    SSL* ssl = ssl_.get();
    BIO* in = makeMemory();
    SSL_set_bio(ssl, in, makeMemory());  // it owns both
    SSL_set_connect_state(ssl);
    SSL_set_app_data(ssl, this);
    SSL_set_verify(ssl, SSL_VERIFY_PEER, &SmtpTls::verified);
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    Poco::Net::IPAddress address;
    const bool set = Poco::Net::IPAddress::tryParse(host_, address)
                         ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host_.c_str()) == 1
                         : SSL_set1_host(ssl, host_.c_str()) == 1 &&
                               SSL_set_tlsext_host_name(ssl, host_.c_str()) == 1;
    // Without it the certificate of anybody would do.
    if (!set) throw SmtpTrouble(SmtpCause::certificate, "no certificate can be for " + host_);
}

SmtpTls::~SmtpTls() = default;

int SmtpTls::verified(int good, X509_STORE_CTX* store) {
    if (good != 1) {
        const void* ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
        static_cast<SmtpTls*>(SSL_get_app_data(static_cast<const SSL*>(ssl)))->noteFault(store);
    }
    return good;
}

void SmtpTls::noteFault(X509_STORE_CTX* store) {
    fault_ = describeFault(X509_STORE_CTX_get_error(store), X509_STORE_CTX_get_current_cert(store),
                           host_);
}

void SmtpTls::receive(std::string_view bytes) {
    if (first_.size() < firstBytes) first_ += bytes.substr(0, firstBytes - first_.size());
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), toInt(bytes.size()));
}

std::string SmtpTls::takeOutgoing() {
    BIO* out = SSL_get_wbio(ssl_.get());
    std::string bytes(BIO_ctrl_pending(out), '\0');
    if (!bytes.empty()) BIO_read(out, bytes.data(), toInt(bytes.size()));
    return bytes;
}

bool SmtpTls::handshake() {
    ERR_clear_error();  // what an earlier connection of this thread left there is not ours
    const int result = SSL_do_handshake(ssl_.get());
    if (result != 1) {
        if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ) return false;
        throwFailure();
    }
    // OpenSSL has refused what is not good; this holds even if it were not set up to.
    if (SSL_get_verify_result(ssl_.get()) != X509_V_OK ||
        SSL_get0_peer_certificate(ssl_.get()) == nullptr) {
        throw SmtpTrouble(SmtpCause::certificate, "the server's certificate was not verified");
    }
    return true;
}

void SmtpTls::throwFailure() const {
    if (!fault_.empty()) throw SmtpTrouble(SmtpCause::certificate, fault_);
    const auto kind = first_.empty() ? alertRecord : static_cast<unsigned char>(first_[0]);
    if (kind < alertRecord - 1 || kind > applicationRecord) {
        const std::string line = first_.substr(0, first_.find_first_of("\r\n"));
        throw SmtpTrouble(SmtpCause::plain,
                          "the server does not speak TLS here: \"" + printable(line) + "\"");
    }
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    throw SmtpTrouble(SmtpCause::handshake,
                      std::string("TLS failed: ") + (reason ? reason : "the server gave it up"));
}

void SmtpTls::encrypt(std::string_view plain) {
    while (!plain.empty()) {
        ERR_clear_error();
        const int size = SSL_write(ssl_.get(), plain.data(), toInt(plain.size()));
        if (size <= 0) throw SmtpTrouble(SmtpCause::closed, "TLS broke off");
        plain.remove_prefix(static_cast<std::size_t>(size));
    }
}

bool SmtpTls::decrypt(std::string& into) {
    char chunk[4096];
    while (true) {
        ERR_clear_error();
        const int size = SSL_read(ssl_.get(), chunk, sizeof chunk);
        if (size > 0) {
            into.append(chunk, static_cast<std::size_t>(size));
            continue;
        }
        switch (SSL_get_error(ssl_.get(), size)) {
            case SSL_ERROR_WANT_READ:
                return true;
            case SSL_ERROR_ZERO_RETURN:
                return false;
            default:
                throw SmtpTrouble(SmtpCause::closed, "TLS broke off");
        }
    }
}

void SmtpTls::finish() noexcept {
    if (SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
}

std::string SmtpTls::description() const {
    X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    std::string text = SSL_get_version(ssl_.get());
    if (certificate != nullptr) text += ", certificate of " + describe(*certificate);
    return text;
}

}  // namespace errand::mail
