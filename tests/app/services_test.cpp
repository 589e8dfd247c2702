// SPDX-License-Identifier: Apache-2.0
#include "app/services.h"

#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>

#include "rpc/error.h"

namespace errand::app {

class ServicesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServicesTest);
    CPPUNIT_TEST(theServicesAreCompiledIn);
    CPPUNIT_TEST(settingsReachTheServices);
    CPPUNIT_TEST(smtpNeedsNoMaildir);
    CPPUNIT_TEST(fileOfCertificatesConcernsWhoSends);
    CPPUNIT_TEST(mailElsewhereNeedsNoMaildirAndSendsNothing);
    CPPUNIT_TEST(webhooksElsewhereNeedNoCertificates);
    CPPUNIT_TEST(mailAndWebhooksAreQueued);
    CPPUNIT_TEST(hostedFollowsTheKey);
    CPPUNIT_TEST(unknownServiceIsNamed);
    CPPUNIT_TEST(limitsAreForServicesThatThereAre);
    CPPUNIT_TEST(strangeServiceListsWhatThereIs);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        std::filesystem::create_directory(directory_.path());
        config_ = loadConfig({"",
                              {},
                              {{"data.directory", directory_.path()},
                               {"compute.workers", "3"},
                               {"mail.workers", "7"},
                               {"webhook.workers", "5"}}},
                             "/bin/errandd");
        services_ = buildServices(config_);
    }

private:
    std::string refusal(const std::vector<std::string>& names) {
        try {
            hosted(services_, names);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    void theServicesAreCompiledIn() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, services_.all.size());
        CPPUNIT_ASSERT(services_.all[0]->find("compute") != nullptr);
        CPPUNIT_ASSERT(services_.all[1]->find("send") != nullptr);
        CPPUNIT_ASSERT(services_.all[2]->find("deliver") != nullptr);
        CPPUNIT_ASSERT(std::filesystem::is_directory(directory_.path() + "/maildir/new"));
    }

    void settingsReachTheServices() {
        CPPUNIT_ASSERT_EQUAL(3, services_.all[0]->workers());
        CPPUNIT_ASSERT_EQUAL(7, services_.all[1]->workers());
        CPPUNIT_ASSERT_EQUAL(5, services_.all[2]->workers());
    }

    Config smtpConfig() {
        Config config = config_;
        config.jobs.directory = directory_.path() + "/other";
        config.mailMode = MailMode::smtp;
        config.smtp.host = "mx.example.org";
        return config;
    }

    void smtpNeedsNoMaildir() {
        const Config config = smtpConfig();
        const Services services = buildServices(config);
        CPPUNIT_ASSERT(services.sender != nullptr);
        CPPUNIT_ASSERT(!std::filesystem::exists(maildirOf(config)));
    }

    void fileOfCertificatesConcernsWhoSends() {
        Config config = smtpConfig();
        config.smtp.ca = directory_.path() + "/none";
        try {
            buildServices(config);
            CPPUNIT_FAIL("was not refused");
        } catch (const ConfigError& error) {
            const std::string text = error.what();
            CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("smtp.ca: "));
        }
        config.services = {"compute"};
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, buildServices(config).all.size());
    }

    void mailElsewhereNeedsNoMaildirAndSendsNothing() {
        Config config = config_;
        config.jobs.directory = directory_.path() + "/other";
        config.services = {"compute"};
        const Services services = buildServices(config);
        CPPUNIT_ASSERT(!std::filesystem::exists(config.jobs.directory));
        class Nobody : public rpc::Caller {
            rpc::Reply callAndWait(rpc::Call) override { return {}; }
        } nobody;
        const rpc::Context context({}, nobody);
        CPPUNIT_ASSERT_THROW(services.sender->send({}, context), rpc::TryAgain);
    }

    void webhooksElsewhereNeedNoCertificates() {
        Config config = config_;
        config.webhookEnabled = false;
        config.webhook.ca = directory_.path() + "/none";
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, buildServices(config).all.size());
    }

    void mailAndWebhooksAreQueued() {
        CPPUNIT_ASSERT(anyQueued(hosted(services_, {"webhook"})));
        CPPUNIT_ASSERT(anyQueued(hosted(services_, {"compute", "mail"})));
        CPPUNIT_ASSERT(!anyQueued(hosted(services_, {"compute"})));
        CPPUNIT_ASSERT(!anyQueued({}));
    }

    void hostedFollowsTheKey() {
        const auto both = hosted(services_, {"mail", "compute"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, both.size());
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), both[0]->name());
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), both[1]->name());
        CPPUNIT_ASSERT(hosted(services_, {}).empty());
    }

    void limitsAreForServicesThatThereAre() {
        config_.http.access.jobs = {{"mail", {1, std::chrono::hours(1)}}};
        checkJobRates(services_, config_);
        config_.http.access.jobs = {{"mial", {1, std::chrono::hours(1)}}};
        try {
            checkJobRates(services_, config_);
            CPPUNIT_FAIL("it was let pass");
        } catch (const ConfigError& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("http.jobRates: there is no service \"mial\"; did you"
                                             " mean mail?"),
                                 std::string(error.what()));
        }
        config_.transport = "amqp";  // others may have one
        checkJobRates(services_, config_);
    }

    void unknownServiceIsNamed() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("services: there is no service \"mial\"; did you mean mail?"),
            refusal({"compute", "mial"}));
    }

    void strangeServiceListsWhatThereIs() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("services: there is no service \"thumbs\"; this program has compute, mail, "
                        "webhook"),
            refusal({"thumbs"}));
    }

    Poco::TemporaryFile directory_;
    Config config_;
    Services services_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServicesTest);

}  // namespace errand::app
