// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_certificate.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>
#include <set>

#include <Poco/Crypto/X509Certificate.h>
#include <Poco/Net/IPAddress.h>

#include "mail/smtp_reply.h"

namespace errand::mail {
namespace {

constexpr std::size_t namesShown = 5;  // some certificates have a hundred

std::string day(const ASN1_TIME* time) {
    std::tm parts{};
    char text[32];
    if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unknown day";
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

struct FreeNames {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

void appendAddresses(X509& certificate, std::set<std::string>& names) {
    const std::unique_ptr<GENERAL_NAMES, FreeNames> all(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type != GEN_IPADD) continue;
        const auto size = static_cast<unsigned>(ASN1_STRING_length(name->d.iPAddress));
        if (size != 4 && size != 16) continue;
        names.insert(
            Poco::Net::IPAddress(ASN1_STRING_get0_data(name->d.iPAddress), size).toString());
    }
}

std::string namesOf(X509& certificate) {
    std::string common;
    std::set<std::string> names;
    Poco::Crypto::X509Certificate(&certificate, true).extractNames(common, names);
    appendAddresses(certificate, names);
    if (names.empty()) return "no name";
    std::string text;
    std::size_t shown = 0;
    for (const std::string& name : names) {
        if (shown++ == namesShown) return printable(text) + " and others";
        text += (text.empty() ? "" : ", ") + name;
    }
    return printable(text);
}

std::string unknownIssuer(int error, X509& certificate) {
    if (error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT) {
        return "the server's certificate is signed by itself, not by an authority that is trusted";
    }
    const Poco::Crypto::X509Certificate poco(&certificate, true);
    return "the server's certificate comes from an authority that is not trusted: " +
           printable(poco.issuerName());
}

}  // namespace

std::string describe(X509& certificate) {
    const Poco::Crypto::X509Certificate poco(&certificate, true);
    return printable(poco.subjectName()) + ", issued by " + printable(poco.issuerName()) +
           ", valid until " + day(X509_get0_notAfter(&certificate));
}

std::string describeFault(int error, X509* certificate, const std::string& host) {
    if (certificate == nullptr) return X509_verify_cert_error_string(error);
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "the server's certificate expired on " + day(X509_get0_notAfter(certificate));
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "the server's certificate is not valid before " +
                   day(X509_get0_notBefore(certificate));
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "the server's certificate is for " + namesOf(*certificate) + ", not for " + host;
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return unknownIssuer(error, *certificate);
        default:
            return std::string("the server's certificate is refused: ") +
                   X509_verify_cert_error_string(error);
    }
}

}  // namespace errand::mail
