// SPDX-License-Identifier: Apache-2.0
#include "tests/mail/certificates.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

#include <Poco/TemporaryFile.h>

namespace errand::mail {
namespace {

using Key = Certificates::Key;
using Certificate = Certificates::Certificate;

template <class T>
T* need(T* made) {
    if (made == nullptr) throw std::runtime_error("OpenSSL made nothing");
    return made;
}

void need(int done) {
    if (done <= 0) throw std::runtime_error("OpenSSL refused");
}

void addExtension(X509* certificate, int kind, const std::string& value) {
    X509_EXTENSION* extension = need(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
    need(X509_add_ext(certificate, extension, -1));
    X509_EXTENSION_free(extension);
}

Certificate begin(const std::string& name, EVP_PKEY* key, int fromDays, int toDays) {
    constexpr long day = 24 * 60 * 60;
    static long serial = 1;
    Certificate made(need(X509_new()), &X509_free);
    need(X509_set_version(made.get(), 2));
    need(ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial++));
    need(X509_gmtime_adj(X509_getm_notBefore(made.get()), fromDays * day));
    need(X509_gmtime_adj(X509_getm_notAfter(made.get()), toDays * day));
    need(X509_set_pubkey(made.get(), key));
    const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
    need(X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC, text, -1,
                                    -1, 0));
    return made;
}

void write(const std::string& path, X509* certificate, EVP_PKEY* key) {
    std::FILE* file = need(std::fopen(path.c_str(), "w"));
    need(PEM_write_X509(file, certificate));
    if (key) need(PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr));
    std::fclose(file);
}

}  // namespace

Certificates::Certificates()
    : directory_(Poco::TemporaryFile::tempName()),
      key_(need(EVP_EC_gen("P-256")), &EVP_PKEY_free),
      authority_(begin("Test Authority", key_.get(), -10, 100)) {
    std::filesystem::create_directories(directory_);
    need(X509_set_issuer_name(authority_.get(), X509_get_subject_name(authority_.get())));
    addExtension(authority_.get(), NID_basic_constraints, "critical,CA:TRUE");
    need(X509_sign(authority_.get(), key_.get(), EVP_sha256()));
    write(ca(), authority_.get(), nullptr);
}

Certificates::~Certificates() {
    std::error_code gone;
    std::filesystem::remove_all(directory_, gone);
}

std::string Certificates::make(const Wish& wish) {
    const Key key(need(EVP_EC_gen("P-256")), &EVP_PKEY_free);
    const Certificate made = begin("Test Server", key.get(), wish.validFromDays, wish.validToDays);
    X509* issuer = wish.signedByItself ? made.get() : authority_.get();
    need(X509_set_issuer_name(made.get(), X509_get_subject_name(issuer)));
    addExtension(made.get(), NID_subject_alt_name, wish.names);
    need(X509_sign(made.get(), wish.signedByItself ? key.get() : key_.get(), EVP_sha256()));
    std::string path = directory_ / ("server" + std::to_string(made_++) + ".pem");
    write(path, made.get(), key.get());
    return path;
}

}  // namespace errand::mail
