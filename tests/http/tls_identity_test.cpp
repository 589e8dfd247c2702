// SPDX-License-Identifier: Apache-2.0
#include "http/tls_identity.h"

#include <cppunit/extensions/HelperMacros.h>

#include <openssl/x509.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include <Poco/Exception.h>

#include "http/test_site.h"
#include "system/certificates.h"
#include "system/process.h"
#include "system/temporary_directory.h"

namespace errand::http {
namespace {

using std::chrono::seconds;

class TlsIdentityTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TlsIdentityTest);
    CPPUNIT_TEST(certificateAndKeyMayBeInOneFile);
    CPPUNIT_TEST(whatDoesNotFitIsSaidWithItsKey);
    CPPUNIT_TEST(changedFilesAreReadAgain);
    CPPUNIT_TEST(filesThatDoNotFitChangeNothing);
    CPPUNIT_TEST(filesAreLookedAtOnceASecond);
    CPPUNIT_TEST_SUITE_END();

    tests::Certificates certificates_;
    const tests::TemporaryDirectory directory_;
    const base::SteadyTime now_{seconds(1000)};

    std::string path(const char* name) const { return directory_ / name; }

    void copy(const std::string& from, const char* to) const {
        std::filesystem::copy_file(from, path(to),
                                   std::filesystem::copy_options::overwrite_existing);
    }

    // The identity over copies of the pair, which a test may change.
    TlsFiles copies(const tests::KeyPair& pair) const {
        copy(pair.certificate, "certificate");
        copy(pair.key, "key");
        return {path("certificate"), path("key"), ""};
    }

    static std::string serial(const TlsIdentity& identity) {
        const auto ssl = identity.open();
        const ASN1_INTEGER* number =
            X509_get0_serialNumber(SSL_CTX_get0_certificate(SSL_get_SSL_CTX(ssl.get())));
        return {reinterpret_cast<const char*>(number->data),
                static_cast<std::size_t>(number->length)};
    }

    static std::string refusal(const TlsFiles& files) {
        try {
            const TlsIdentity identity(files);
        } catch (const Poco::FileException& error) {
            return error.message();
        }
        return "";
    }

    void certificateAndKeyMayBeInOneFile() {
        const auto pair = certificates_.issue("DNS:localhost");
        tests::writeFile(path("both"),
                         tests::readFile(pair.key) + tests::readFile(pair.certificate));
        CPPUNIT_ASSERT_EQUAL(std::string(), refusal({path("both"), "", ""}));
        CPPUNIT_ASSERT_EQUAL(std::string(), refusal({path("both"), "", certificates_.authority()}));
    }

    void whatDoesNotFitIsSaidWithItsKey() {
        const auto pair = certificates_.issue("DNS:localhost");
        const auto other = certificates_.issue("DNS:localhost");
        const std::string missing = path("missing");
        ASSERT_CONTAINS("http.tls.certificate: " + missing + " cannot be read: No such file",
                        refusal({missing, pair.key, ""}));
        ASSERT_CONTAINS("http.tls.certificate: " + pair.key + " holds no certificate (PEM)",
                        refusal({pair.key, pair.key, ""}));
        ASSERT_CONTAINS("http.tls.key: " + missing + " cannot be read: No such file",
                        refusal({pair.certificate, missing, ""}));
        ASSERT_CONTAINS("http.tls.key: " + pair.certificate + " holds no private key (PEM)",
                        refusal({pair.certificate, "", ""}));
        ASSERT_CONTAINS("does not belong to the certificate in " + pair.certificate,
                        refusal({pair.certificate, other.key, ""}));
        ASSERT_CONTAINS("http.tls.clientCa: " + missing + " cannot be read",
                        refusal({pair.certificate, pair.key, missing}));
        ASSERT_CONTAINS("http.tls.clientCa: " + pair.key + " holds no certificate",
                        refusal({pair.certificate, pair.key, pair.key}));
        const std::string locked = path("locked");
        CPPUNIT_ASSERT_EQUAL(0, tests::runToEnd({"pkey", "-in", pair.key, "-out", locked, "-aes128",
                                                 "-passout", "pass:secret"},
                                                {}, "/usr/bin/openssl")
                                    .code);
        ASSERT_CONTAINS("http.tls.key: " + locked + " is encrypted",
                        refusal({pair.certificate, locked, ""}));
    }

    void changedFilesAreReadAgain() {
        const auto second = certificates_.issue("DNS:localhost");
        TlsIdentity identity(copies(certificates_.issue("DNS:localhost")));
        const std::string before = serial(identity);
        copies(second);
        identity.refresh(now_);
        CPPUNIT_ASSERT(before != serial(identity));
    }

    void filesThatDoNotFitChangeNothing() {
        const auto second = certificates_.issue("DNS:localhost");
        TlsIdentity identity(copies(certificates_.issue("DNS:localhost")));
        const std::string before = serial(identity);
        copy(second.certificate, "certificate");  // its key has not come yet
        identity.refresh(now_);
        CPPUNIT_ASSERT(before == serial(identity));
        std::filesystem::remove(path("certificate"));
        identity.refresh(now_ + seconds(1));
        CPPUNIT_ASSERT(before == serial(identity));
        copies(second);
        identity.refresh(now_ + seconds(2));
        CPPUNIT_ASSERT(before != serial(identity));
    }

    void filesAreLookedAtOnceASecond() {
        const auto second = certificates_.issue("DNS:localhost");
        TlsIdentity identity(copies(certificates_.issue("DNS:localhost")));
        const std::string before = serial(identity);
        identity.refresh(now_);
        copies(second);
        identity.refresh(now_ + std::chrono::milliseconds(999));
        CPPUNIT_ASSERT(before == serial(identity));
        identity.refresh(now_ + seconds(1));
        CPPUNIT_ASSERT(before != serial(identity));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsIdentityTest);

}  // namespace
}  // namespace errand::http
