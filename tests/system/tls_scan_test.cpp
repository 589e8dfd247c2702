// SPDX-License-Identifier: Apache-2.0
// What sslscan finds of a server that speaks TLS: it knows the versions, ciphers and flaws that a
// server should have done with.
#include <algorithm>
#include <regex>

#include "system/certificates.h"
#include "system/with_server.h"

namespace errand::tests {

class TlsScanTest : public WithServer {
    CPPUNIT_TEST_SUITE(TlsScanTest);
    CPPUNIT_TEST(nothingIsFoundThatIsWrong);
    CPPUNIT_TEST_SUITE_END();

    // What the attribute is of all elements that match.
    static std::vector<std::string> all(const std::string& report, const std::string& pattern) {
        const std::regex regex(pattern);
        std::vector<std::string> found;
        for (std::sregex_iterator at(report.begin(), report.end(), regex), end; at != end; ++at)
            found.push_back((*at)[1]);
        return found;
    }

    void nothingIsFoundThatIsWrong() {
        Certificates certificates;
        const KeyPair pair = certificates.issue("DNS:localhost");
        Server server(
            {.settings = {"http.tls.certificate=" + pair.certificate, "http.tls.key=" + pair.key}});
        const TemporaryDirectory own;
        Process scan("/usr/bin/sslscan",
                     {"--xml=-", "--no-colour", "localhost:" + std::to_string(server.port())},
                     own / "errors");
        const std::string report = scan.readAll();
        CPPUNIT_ASSERT_EQUAL(0, scan.wait());
        using Texts = std::vector<std::string>;
        CPPUNIT_ASSERT_MESSAGE(
            report, all(report, R"re(version="([^"]*)" enabled="1")re") == Texts({"1.2", "1.3"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(4),
                             all(report, R"re(version="([^"]*)" enabled="0")re").size());
        CPPUNIT_ASSERT_MESSAGE(
            report, all(report, R"re(<renegotiation supported="([^"]*)")re") == Texts({"0"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), all(report, R"re(vulnerable="(0)")re").size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), all(report, R"re(vulnerable="(1)")re").size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0),
                             all(report, R"re(<compression supported="(1)")re").size());
        // Forward secrecy and authenticated encryption alone.
        const Texts ciphers = all(report, R"re(<cipher [^>]*cipher="([^"]*)")re");
        CPPUNIT_ASSERT_MESSAGE(report, ciphers.size() >= 3);
        for (const std::string& cipher : ciphers) {
            CPPUNIT_ASSERT_MESSAGE(cipher,
                                   cipher.starts_with("TLS_") || cipher.starts_with("ECDHE-"));
            CPPUNIT_ASSERT_MESSAGE(cipher, cipher.find("GCM") != cipher.npos ||
                                               cipher.find("CHACHA20") != cipher.npos);
        }
        for (const std::string& strength : all(report, R"re(strength="([^"]*)")re"))
            CPPUNIT_ASSERT_MESSAGE(report, strength == "strong" || strength == "acceptable");
        server.stop();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsScanTest);

}  // namespace errand::tests
