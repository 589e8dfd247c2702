// SPDX-License-Identifier: Apache-2.0
#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>

#include "app/config.h"

namespace errand::app {

// The keys smtp.*, which must also go together.
class ConfigSmtpTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConfigSmtpTest);
    CPPUNIT_TEST(maildirIsTheDefault);
    CPPUNIT_TEST(everyKeyReachesItsSetting);
    CPPUNIT_TEST(portFollowsTheSecurity);
    CPPUNIT_TEST(passwordIsMasked);
    CPPUNIT_TEST(passwordFromAFileIsMasked);
    CPPUNIT_TEST(pathOfTheCertificatesBecomesAbsolute);
    CPPUNIT_TEST(badValuesNameTheirKey);
    CPPUNIT_TEST(keysMustGoTogether);
    CPPUNIT_TEST(keysNeedNotGoTogetherWhereNothingIsSent);
    CPPUNIT_TEST(noRefusalRepeatsThePassword);
    CPPUNIT_TEST_SUITE_END();

    using Defines = std::vector<std::pair<std::string, std::string>>;

    static Config load(Defines defines, std::map<std::string, std::string> environment = {}) {
        return loadConfig({"", std::move(environment), std::move(defines)}, "/opt/bin/errandd");
    }

    // Complete: a server, and nothing more.
    static Config loadSmtp(Defines defines) {
        const Defines base{{"mail.mode", "smtp"}, {"smtp.host", "mx.example.org"}};
        defines.insert(defines.begin(), base.begin(), base.end());
        return load(std::move(defines));
    }

    static std::string refusal(Defines defines) {
        try {
            load(std::move(defines));
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    void maildirIsTheDefault() {
        const Config config = load({});
        CPPUNIT_ASSERT(config.mailMode == MailMode::maildir);
        CPPUNIT_ASSERT(config.smtp.security == mail::SmtpSecurity::starttls);
        CPPUNIT_ASSERT_EQUAL(std::string(), config.smtp.host + config.smtp.username +
                                                config.smtp.password + config.smtp.ca +
                                                config.smtp.helo);
    }

    void everyKeyReachesItsSetting() {
        const Config config = loadSmtp({{"smtp.port", "2525"},
                                        {"smtp.security", "tls"},
                                        {"smtp.username", "errand"},
                                        {"smtp.password", "hunter2"},
                                        {"smtp.helo", "me.example.org"},
                                        {"mail.workers", "9"}});
        CPPUNIT_ASSERT(config.mailMode == MailMode::smtp);
        CPPUNIT_ASSERT_EQUAL(std::string("mx.example.org"), config.smtp.host);
        CPPUNIT_ASSERT_EQUAL(2525, config.smtp.port);
        CPPUNIT_ASSERT(config.smtp.security == mail::SmtpSecurity::tls);
        CPPUNIT_ASSERT_EQUAL(std::string("errand"), config.smtp.username);
        CPPUNIT_ASSERT_EQUAL(std::string("hunter2"), config.smtp.password);
        CPPUNIT_ASSERT_EQUAL(std::string("me.example.org"), config.smtp.helo);
        CPPUNIT_ASSERT_EQUAL(9, config.smtp.connections);
    }

    void portFollowsTheSecurity() {
        CPPUNIT_ASSERT_EQUAL(587, loadSmtp({}).smtp.port);
        CPPUNIT_ASSERT_EQUAL(465, loadSmtp({{"smtp.security", "tls"}}).smtp.port);
        CPPUNIT_ASSERT_EQUAL(25, loadSmtp({{"smtp.security", "none"}}).smtp.port);
        CPPUNIT_ASSERT_EQUAL(26,
                             loadSmtp({{"smtp.security", "none"}, {"smtp.port", "26"}}).smtp.port);
    }

    void passwordIsMasked() {
        const Config config = load({}, {{"ERRAND_SMTP_PASSWORD", "hunter2"}});
        CPPUNIT_ASSERT_EQUAL(std::string("hunter2"), config.smtp.password);
        const std::string text = describe(config);
        CPPUNIT_ASSERT(text.find("\nsmtp.password=********\n") != std::string::npos);
        CPPUNIT_ASSERT(text.find("hunter2") == std::string::npos);
        // That there is none is no secret.
        CPPUNIT_ASSERT(describe(load({})).find("\nsmtp.password=\n") != std::string::npos);
    }

    void passwordFromAFileIsMasked() {
        const Poco::TemporaryFile file;
        std::ofstream(file.path()) << "two words\n";
        const Config config = load({{"smtp.password", '@' + file.path()}});
        CPPUNIT_ASSERT_EQUAL(std::string("two words"), config.smtp.password);
        CPPUNIT_ASSERT(describe(config).find("\nsmtp.password=********\n") != std::string::npos);
    }

    void pathOfTheCertificatesBecomesAbsolute() {
        CPPUNIT_ASSERT_EQUAL(std::filesystem::current_path().string() + "/ca.pem",
                             load({{"smtp.ca", "ca.pem"}}).smtp.ca);
    }

    void badValuesNameTheirKey() {
        const std::pair<std::string, std::string> bad[] = {{"mail.mode", "pigeon"},
                                                           {"smtp.port", "65536"},
                                                           {"smtp.port", "smtp"},
                                                           {"smtp.security", "ssl"}};
        for (const auto& [key, value] : bad) {
            const std::string text = refusal({{key, value}});
            CPPUNIT_ASSERT_MESSAGE(key + "=" + value + " gave " + text,
                                   text.starts_with(key + ": \"" + value + "\""));
        }
    }

    void keysMustGoTogether() {
        const Defines smtp{{"mail.mode", "smtp"}};
        const std::string text = refusal(smtp);
        CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("smtp.host: "));
        CPPUNIT_ASSERT_EQUAL(std::string::npos, text.find('\n'));
        const auto with = [&smtp](Defines more) {
            more.insert(more.begin(), smtp.begin(), smtp.end());
            more.emplace_back("smtp.host", "mx.example.org");
            return refusal(std::move(more));
        };
        CPPUNIT_ASSERT_EQUAL(std::string(), with({}));
        CPPUNIT_ASSERT(with({{"smtp.ca", "/none/such"}}).starts_with("smtp.ca: "));
        CPPUNIT_ASSERT(with({{"smtp.username", "me"}}).starts_with("smtp.password: is empty"));
        CPPUNIT_ASSERT(with({{"smtp.password", "x"}}).starts_with("smtp.password: "));
    }

    void keysNeedNotGoTogetherWhereNothingIsSent() {
        CPPUNIT_ASSERT_EQUAL(std::string(), refusal({{"smtp.ca", "/none/such"}}));
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             refusal({{"mail.mode", "smtp"}, {"services", "compute"}}));
    }

    void noRefusalRepeatsThePassword() {
        for (const Defines& more : {Defines{{"smtp.username", ""}},
                                    Defines{{"smtp.security", "none"}, {"smtp.username", "me"}},
                                    Defines{{"smtp.username", "me"}, {"smtp.port", "x"}}}) {
            Defines all{{"mail.mode", "smtp"}, {"smtp.password", "hunter2\nhunter2"}};
            all.insert(all.end(), more.begin(), more.end());
            const std::string text = refusal(all);
            CPPUNIT_ASSERT(!text.empty());
            CPPUNIT_ASSERT_MESSAGE(text, text.find("hunter2") == std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigSmtpTest);

}  // namespace errand::app
