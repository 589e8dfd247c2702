// SPDX-License-Identifier: Apache-2.0
#include "webhook/settings.h"

#include <cppunit/extensions/HelperMacros.h>

#include "system/certificates.h"
#include "system/process.h"

namespace errand::webhook {

class SettingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingsTest);
    CPPUNIT_TEST(theDefaultsAreFine);
    CPPUNIT_TEST(aBadSecretIsCountedAndNotRepeated);
    CPPUNIT_TEST(aBadNetworkIsNamed);
    CPPUNIT_TEST(certificatesMustBeThere);
    CPPUNIT_TEST_SUITE_END();

    static std::string wrong(const Settings& settings) {
        return whatIsWrong(settings).value_or("");
    }

    void theDefaultsAreFine() {
        CPPUNIT_ASSERT_EQUAL(std::string(), wrong({}));
        CPPUNIT_ASSERT(Settings().timeout >= std::chrono::seconds(15));
        CPPUNIT_ASSERT(Settings().timeout <= std::chrono::seconds(30));
    }

    void aBadSecretIsCountedAndNotRepeated() {
        Settings settings;
        settings.secrets = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_hunter2"};
        CPPUNIT_ASSERT_EQUAL(std::string("webhook.secrets: number 2 is no secret: whsec_ and the "
                                         "base64 of 24 to 64 bytes"),
                             wrong(settings));
    }

    void aBadNetworkIsNamed() {
        Settings settings;
        settings.allow = {"10.0.0.0/8", "localhost", "10.0.0.0/99"};
        CPPUNIT_ASSERT_EQUAL(
            std::string("webhook.allow: 10.0.0.0/99 is neither a network such as 10.0.0.0/8, nor "
                        "an address, nor a host name"),
            wrong(settings));
    }

    void certificatesMustBeThere() {
        const tests::TemporaryDirectory directory;
        Settings settings;
        settings.ca = directory / "ca.pem";
        const std::string wanted =
            "webhook.ca: cannot be read, or holds no certificate (PEM): " + settings.ca;
        CPPUNIT_ASSERT_EQUAL(wanted, wrong(settings));
        tests::writeFile(settings.ca, "rubbish");
        CPPUNIT_ASSERT_EQUAL(wanted, wrong(settings));
        const tests::Certificates certificates;
        settings.ca = certificates.authority();
        CPPUNIT_ASSERT_EQUAL(std::string(), wrong(settings));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTest);

}  // namespace errand::webhook
