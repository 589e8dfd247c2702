// SPDX-License-Identifier: Apache-2.0
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>

#include "app/config.h"

namespace errand::app {

// The keys webhook.*, and which nodes deliver.
class ConfigWebhookTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConfigWebhookTest);
    CPPUNIT_TEST(everyKeyReachesItsSetting);
    CPPUNIT_TEST(whoServesHttpDeliversUnlessToldOtherwise);
    CPPUNIT_TEST(oneThatIsListedIsHostedOnce);
    CPPUNIT_TEST(secretsAreMasked);
    CPPUNIT_TEST(badValuesNameTheirKey);
    CPPUNIT_TEST(valuesOfNobodysConcernAreNotLookedAt);
    CPPUNIT_TEST_SUITE_END();

    using Defines = std::vector<std::pair<std::string, std::string>>;
    using Names = std::vector<std::string>;

    static constexpr const char* secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static constexpr const char* older = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    static Config load(Defines defines) {
        return loadConfig({"", {}, std::move(defines)}, "/opt/bin/errandd");
    }

    static std::string refusal(Defines defines) {
        try {
            load(std::move(defines));
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    void everyKeyReachesItsSetting() {
        const Config config = load({{"webhook.workers", "3"},
                                    {"webhook.secrets", std::string(secret) + ", " + older},
                                    {"webhook.allow", "127.0.0.0/8,hooks.internal"},
                                    {"webhook.httpsOnly", "true"},
                                    {"data.directory", "/data/errand"}});
        CPPUNIT_ASSERT_EQUAL(3, config.webhook.workers);
        CPPUNIT_ASSERT((Names{secret, older}) == config.webhook.secrets);
        CPPUNIT_ASSERT((Names{"127.0.0.0/8", "hooks.internal"}) == config.webhook.allow);
        CPPUNIT_ASSERT(config.webhook.httpsOnly);
        CPPUNIT_ASSERT(!load({}).webhook.httpsOnly);
        CPPUNIT_ASSERT_EQUAL(std::string("/data/errand/webhook-secret"), config.webhook.secretFile);
    }

    void whoServesHttpDeliversUnlessToldOtherwise() {
        CPPUNIT_ASSERT((Names{"compute", "mail", "webhook"}) == hostedServices(load({})));
        CPPUNIT_ASSERT((Names{"webhook"}) == hostedServices(load({{"services", ""}})));
        CPPUNIT_ASSERT((Names{"compute", "mail"}) ==
                       hostedServices(load({{"webhook.enabled", "false"}})));
        CPPUNIT_ASSERT((Names{"compute"}) ==
                       hostedServices(load({{"http.enabled", "false"}, {"services", "compute"}})));
        // What is said at the start stays what was asked for.
        CPPUNIT_ASSERT((Names{"compute", "mail"}) == load({}).services);
    }

    void oneThatIsListedIsHostedOnce() {
        const Names wanted{"webhook", "mail"};
        for (const char* http : {"true", "false"}) {
            for (const char* enabled : {"true", "false"}) {
                const Config config = load({{"services", "webhook,mail"},
                                            {"http.enabled", http},
                                            {"webhook.enabled", enabled}});
                CPPUNIT_ASSERT(wanted == hostedServices(config));
                CPPUNIT_ASSERT(runs(config, "webhook"));
            }
        }
    }

    void secretsAreMasked() {
        const std::string text = describe(load({{"webhook.secrets", secret}}));
        CPPUNIT_ASSERT(text.find("webhook.secrets=********\n") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string::npos, text.find("MfKQ9r8"));
    }

    void badValuesNameTheirKey() {
        const Defines bad = {{"webhook.secrets", "hunter2"}, {"webhook.allow", "10.0.0.0/99"},
                             {"webhook.ca", "/none/ca.pem"}, {"webhook.workers", "0"},
                             {"webhook.httpsOnly", "maybe"}, {"webhook.enabled", "2"}};
        for (const auto& [key, value] : bad) {
            const std::string text = refusal({{key, value}});
            CPPUNIT_ASSERT_MESSAGE(key + " -> " + text, text.starts_with(key));
            CPPUNIT_ASSERT_EQUAL(std::string::npos, text.find("hunter2"));
        }
        const std::string twice = refusal({{"webhook.secrets", std::string("hunter2,hunter2")}});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(twice, std::string::npos, twice.find("hunter2"));
    }

    void valuesOfNobodysConcernAreNotLookedAt() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(), refusal({{"webhook.ca", "/none/ca.pem"}, {"webhook.enabled", "false"}}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigWebhookTest);

}  // namespace errand::app
