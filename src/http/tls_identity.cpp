// SPDX-License-Identifier: Apache-2.0
#include "http/tls_identity.h"

#include <openssl/err.h>

#include <array>
#include <cerrno>
#include <new>
#include <string_view>
#include <system_error>

#include <Poco/Exception.h>
#include <Poco/Logger.h>

namespace errand::http {
namespace {

constexpr std::chrono::seconds lookInterval{1};

// Forward secrecy and authenticated encryption; those of TLS 1.3 all have both.
constexpr auto ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

// Sessions that are resumed belong to this server's.
constexpr std::string_view sessionContext = "errand";

[[noreturn]] void refuse(const char* key, const std::string& file, const std::string& what) {
    throw Poco::FileException(std::string("http.tls.") + key + ": " + file + ' ' + what);
}

std::string systemReason() {
    return std::generic_category().message(errno);
}

void requireReadable(const char* key, const std::string& file) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened(std::fopen(file.c_str(), "rb"),
                                                                 &std::fclose);
    if (!opened) refuse(key, file, "cannot be read: " + systemReason());
}

// A key with a passphrase would else have it asked for on the terminal.
int noPassphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

void useCertificate(SSL_CTX* context, const TlsFiles& files) {
    requireReadable("certificate", files.certificate);
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
        refuse("certificate", files.certificate, "holds no certificate (PEM)");
    const std::string& key = files.key.empty() ? files.certificate : files.key;
    requireReadable("key", key);
    bool locked = false;
    SSL_CTX_set_default_passwd_cb(context, noPassphrase);
    SSL_CTX_set_default_passwd_cb_userdata(context, &locked);
    ERR_clear_error();
    const bool used = SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
    if (used) return;
    const unsigned long error = ERR_peek_last_error();
    if (ERR_GET_LIB(error) == ERR_LIB_X509)
        refuse("key", key, "does not belong to the certificate in " + files.certificate);
    refuse("key", key,
           locked ? "is encrypted: give one without a passphrase, in a file that others cannot read"
                  : "holds no private key (PEM)");
}

void askClients(SSL_CTX* context, const std::string& authority) {
    requireReadable("clientCa", authority);
    STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(authority.c_str());
    if (names == nullptr || SSL_CTX_load_verify_file(context, authority.c_str()) != 1)
        refuse("clientCa", authority, "holds no certificate (PEM)");
    SSL_CTX_set_client_CA_list(context, names);  // OpenSSL owns it
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

// HTTP/1.1 where the client offers a choice with it; else nothing is agreed on.
int chooseProtocol(SSL*, const unsigned char** chosen, unsigned char* size,
                   const unsigned char* offered, unsigned int offeredSize, void*) {
    static constexpr std::array<unsigned char, 9> known = {8,   'h', 't', 't', 'p',
                                                           '/', '1', '.', '1'};
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, size, known.data(), known.size(), offered, offeredSize) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsIdentity::TlsIdentity(const TlsFiles& files)
    : files_(files), stamps_(stamps()), context_(load()) {}

TlsIdentity::Context TlsIdentity::load() const {
    Context context(SSL_CTX_new(TLS_server_method()));
    if (!context) throw std::bad_alloc();
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context.get(), ciphers);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    // A connection that rests holds no buffers.
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_id_context(context.get(),
                                   reinterpret_cast<const unsigned char*>(sessionContext.data()),
                                   static_cast<unsigned int>(sessionContext.size()));
    SSL_CTX_set_alpn_select_cb(context.get(), chooseProtocol, nullptr);
    useCertificate(context.get(), files_);
    if (!files_.clientCa.empty()) askClients(context.get(), files_.clientCa);
    ERR_clear_error();
    return context;
}

TlsIdentity::Stamps TlsIdentity::stamps() const {
    Stamps all;
    for (const std::string* file : {&files_.certificate, &files_.key, &files_.clientCa}) {
        try {
            all.push_back(base::stampOf(*file));
        } catch (const Poco::FileException&) {
            all.emplace_back();  // there is none
        }
    }
    return all;
}

std::unique_ptr<SSL, FreeSsl> TlsIdentity::open() const {
    const base::MutexLock lock(mutex_);
    std::unique_ptr<SSL, FreeSsl> ssl(SSL_new(context_.get()));
    if (!ssl) throw std::bad_alloc();
    SSL_set_accept_state(ssl.get());
    return ssl;
}

void TlsIdentity::refresh(base::SteadyTime now) {
    const base::MutexLock lock(mutex_);
    if (now < nextLook_) return;
    nextLook_ = now + lookInterval;
    Stamps found = stamps();
    if (found == stamps_) return;
    // Also where it does not fit: it is said once, and again when it is changed again.
    stamps_ = std::move(found);
    try {
        context_ = load();
        Poco::Logger::get("http").notice("TLS goes on with the certificate that " +
                                         files_.certificate + " holds now");
    } catch (const Poco::Exception& error) {
        ERR_clear_error();
        Poco::Logger::get("http").error("TLS keeps the certificate it has: " + error.message());
    }
}

}  // namespace errand::http
