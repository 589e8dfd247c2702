// SPDX-License-Identifier: Apache-2.0
// TlsIdentity is the certificate that the server shows, and the authority whose certificates it
// asks its clients for; read anew when the files change.
//
// It is OpenSSL itself, as for mail and webhooks: POCO's SecureServerSocket keeps the certificate
// it began with, and its sockets tell a moment of silence as an exception.
//
// Threads: any.
// Owns: its OpenSSL context; each channel shares the one it was opened with.
// Errors: the constructor throws Poco::FileException with one line that names the key; refresh logs
//         what does not fit and keeps what there was.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/private_file.h"
#include "http/settings.h"

namespace errand::http {

struct FreeSsl {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

class TlsIdentity {
public:
    explicit TlsIdentity(const TlsFiles& files);
    TlsIdentity(const TlsIdentity&) = delete;
    TlsIdentity& operator=(const TlsIdentity&) = delete;

    // What one connection speaks with.
    std::unique_ptr<SSL, FreeSsl> open() const;

    // Reads the files again if one has changed, but looks once a second at most.
    void refresh(base::SteadyTime now);

private:
    using Context = std::unique_ptr<SSL_CTX, FreeSsl>;

    // Size, time and number of a file: changed, it is another.
    using Stamps = std::vector<base::FileStamp>;
    Stamps stamps() const;
    Context load() const;

    // Set in the constructor, then constant.
    const TlsFiles files_;

    mutable base::Mutex mutex_;
    Stamps stamps_ GUARDED_BY(mutex_);
    Context context_ GUARDED_BY(mutex_);
    base::SteadyTime nextLook_ GUARDED_BY(mutex_){};
};

}  // namespace errand::http
