// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_certificate.h"

#include <cppunit/extensions/HelperMacros.h>

#include <openssl/x509_vfy.h>

#include <string>

#include <Poco/Crypto/X509Certificate.h>

#include "tests/mail/certificates.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;

class SmtpCertificateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpCertificateTest);
    CPPUNIT_TEST(aCertificateInWords);
    CPPUNIT_TEST(everyFaultInWords);
    CPPUNIT_TEST(namesAreFewAndPrintable);
    CPPUNIT_TEST_SUITE_END();

    static string dayOf(const Poco::DateTime& time) {
        const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
        return std::to_string(time.year()) + "-" + two(time.month()) + "-" + two(time.day());
    }

    void aCertificateInWords() {
        const Poco::Crypto::X509Certificate certificate(certificates_.make());
        X509& native = *const_cast<X509*>(certificate.certificate());
        CPPUNIT_ASSERT_EQUAL("CN=Test Server, issued by CN=Test Authority, valid until " +
                                 dayOf(certificate.expiresOn()),
                             describe(native));
    }

    void everyFaultInWords() {
        const string file = certificates_.make();
        const Poco::Crypto::X509Certificate certificate(file);
        X509* native = const_cast<X509*>(certificate.certificate());
        const auto words = [&](int error) {
            return describeFault(error, native, "mail.example.org");
        };
        CPPUNIT_ASSERT_EQUAL(
            "the server's certificate expired on " + dayOf(certificate.expiresOn()),
            words(X509_V_ERR_CERT_HAS_EXPIRED));
        CPPUNIT_ASSERT_EQUAL(
            "the server's certificate is not valid before " + dayOf(certificate.validFrom()),
            words(X509_V_ERR_CERT_NOT_YET_VALID));
        for (const int error : {X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH}) {
            CPPUNIT_ASSERT_EQUAL(
                "the server's certificate is for 127.0.0.1, localhost, not for mail.example.org"s,
                words(error));
        }
        CPPUNIT_ASSERT_EQUAL(
            "the server's certificate is signed by itself, not by an authority that is trusted"s,
            words(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT));
        for (const int error :
             {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
              X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE}) {
            CPPUNIT_ASSERT_EQUAL(
                "the server's certificate comes from an authority that is not trusted: "
                "CN=Test Authority"s,
                words(error));
        }
        CPPUNIT_ASSERT_EQUAL("the server's certificate is refused: certificate revoked"s,
                             words(X509_V_ERR_CERT_REVOKED));
        CPPUNIT_ASSERT(!describeFault(X509_V_ERR_UNSPECIFIED, nullptr, "a").empty());
    }

    void namesAreFewAndPrintable() {
        Certificates::Wish wish;
        wish.names = "DNS:a.example";
        for (int i = 0; i < 50; ++i) wish.names += ",DNS:b" + std::to_string(i) + ".example";
        const Poco::Crypto::X509Certificate many(certificates_.make(wish));
        CPPUNIT_ASSERT_EQUAL(
            "the server's certificate is for a.example, b0.example, b1.example, b10.example, "
            "b11.example and others, not for h"s,
            describeFault(X509_V_ERR_HOSTNAME_MISMATCH, const_cast<X509*>(many.certificate()),
                          "h"));
        wish.names = "DNS:x\x1b[2J.example";
        const Poco::Crypto::X509Certificate hostile(certificates_.make(wish));
        CPPUNIT_ASSERT_EQUAL("the server's certificate is for x?[2J.example, not for h"s,
                             describeFault(X509_V_ERR_HOSTNAME_MISMATCH,
                                           const_cast<X509*>(hostile.certificate()), "h"));
    }

    Certificates certificates_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpCertificateTest);

}  // namespace
}  // namespace errand::mail
