// SPDX-License-Identifier: Apache-2.0
#include "webhook/secret.h"

#include <cppunit/extensions/HelperMacros.h>

#include "webhook/base64.h"

namespace errand::webhook {

class SecretTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretTest);
    CPPUNIT_TEST(signsAsStandardWebhooksLibrariesDo);
    CPPUNIT_TEST(eachPartIsSigned);
    CPPUNIT_TEST(lengthsAreLimited);
    CPPUNIT_TEST(otherTextIsRefused);
    CPPUNIT_TEST(generatedOnesDifferAndComeBack);
    CPPUNIT_TEST_SUITE_END();

    const Secret secret_ = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();

    // What the tests of Standard Webhooks' own libraries expect of a signer.
    void signsAsStandardWebhooksLibrariesDo() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            secret_.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"));
    }

    void eachPartIsSigned() {
        const std::string usual = secret_.sign("a", 1, "{}");
        CPPUNIT_ASSERT_EQUAL(usual, secret_.sign("a", 1, "{}"));
        CPPUNIT_ASSERT(usual != secret_.sign("b", 1, "{}"));
        CPPUNIT_ASSERT(usual != secret_.sign("a", 2, "{}"));
        CPPUNIT_ASSERT(usual != secret_.sign("a", 1, "{ }"));
        CPPUNIT_ASSERT(usual != Secret::generate().sign("a", 1, "{}"));
    }

    void lengthsAreLimited() {
        const auto ofLength = [](std::size_t size) {
            return Secret::parse("whsec_" + toBase64(std::string(size, 'k')));
        };
        CPPUNIT_ASSERT(!ofLength(23));
        CPPUNIT_ASSERT(ofLength(24));
        CPPUNIT_ASSERT(ofLength(64));
        CPPUNIT_ASSERT(!ofLength(65));
    }

    void otherTextIsRefused() {
        for (const char* text :
             {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2La",
              "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw ", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
              "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Secret::parse(text));
        }
    }

    void generatedOnesDifferAndComeBack() {
        const Secret made = Secret::generate();
        CPPUNIT_ASSERT(made.text() != Secret::generate().text());
        const Secret again = Secret::parse(made.text()).value();
        CPPUNIT_ASSERT_EQUAL(made.sign("a", 1, "{}"), again.sign("a", 1, "{}"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretTest);

}  // namespace errand::webhook
