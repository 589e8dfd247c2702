// SPDX-License-Identifier: Apache-2.0
#include "app/config.h"

#include <Poco/Message.h>
#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace errand::app {

using namespace std::chrono_literals;

class ConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConfigTest);
    CPPUNIT_TEST(defaultsFillTheSettings);
    CPPUNIT_TEST(everyKeyReachesItsSetting);
    CPPUNIT_TEST(theDoorIsGuarded);
    CPPUNIT_TEST(relativePathsBecomeAbsolute);
    CPPUNIT_TEST(pluginsAreFoundBesideTheProgram);
    CPPUNIT_TEST(exampleFileListsEveryKeyWithItsDefault);
    CPPUNIT_TEST(secretsAreMasked);
    CPPUNIT_TEST(secretFromFileIsReadAndMasked);
    CPPUNIT_TEST(everyShownValueIsOneLine);
    CPPUNIT_TEST(badValuesNameTheirKey);
    CPPUNIT_TEST(badValueOfVariableNamesTheVariable);
    CPPUNIT_TEST(nodeWithoutWorkIsRefused);
    CPPUNIT_TEST(transportGetsItsOwnKeys);
    CPPUNIT_TEST(amqpGetsItsKeysAndWhatElseItNeeds);
    CPPUNIT_TEST(brokerOfTheClaimsHasNoPassword);
    CPPUNIT_TEST(handOffFollowsTheHttpThreads);
    CPPUNIT_TEST_SUITE_END();

    static Config load(std::vector<std::pair<std::string, std::string>> defines) {
        return loadConfig({"", {}, std::move(defines)}, "/opt/errand/bin/errandd");
    }

    static std::string refusal(std::vector<std::pair<std::string, std::string>> defines) {
        try {
            load(std::move(defines));
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    static std::string shown(const Config& config, const std::string& key) {
        for (const auto& [name, value] : config.shown) {
            if (name == key) return value;
        }
        CPPUNIT_FAIL(key + " is not shown");
        return {};
    }

    void defaultsFillTheSettings() {
        const Config config = load({});
        CPPUNIT_ASSERT(config.httpEnabled);
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), config.http.host);
        CPPUNIT_ASSERT_EQUAL(5000, config.http.port);
        CPPUNIT_ASSERT_EQUAL(64, config.http.threads);
        CPPUNIT_ASSERT((config.services == std::vector<std::string>{"compute", "mail"}));
        CPPUNIT_ASSERT_EQUAL(std::string("inproc"), config.transport);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{64} << 20, config.jobs.minFree);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000'000}, config.jobs.maxQueued);
        CPPUNIT_ASSERT(config.jobs.retention == 7 * 24h);
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(Poco::Message::PRIO_INFORMATION), config.logLevel);
    }

    // On loopback by names; elsewhere with tokens, and through TLS or a proxy.
    void theDoorIsGuarded() {
        const Config loopback = load({});
        CPPUNIT_ASSERT((loopback.http.access.hosts ==
                        std::vector<std::string>{"localhost", "127.0.0.1", "[::1]", "127.0.0.1"}));
        CPPUNIT_ASSERT(load({{"http.tokens", "t"}}).http.access.hosts.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("errand.example"),
                             load({{"http.hosts", "errand.example"}}).http.access.hosts.at(0));
        using Defines = std::vector<std::pair<std::string, std::string>>;
        const auto with = [](Defines more) {
            more.emplace_back("http.host", "0.0.0.0");
            return more;
        };
        const auto holds = [](const std::string& text, const char* part) {
            CPPUNIT_ASSERT_MESSAGE(text, text.find(part) != std::string::npos);
        };
        holds(refusal(with({})), "set http.tokens");
        holds(refusal(with({{"http.tokens", "t"}})), "set http.tls.certificate");
        load(with({{"http.tokens", "t"}, {"http.trustedProxies", "10.0.0.1"}}));
        load(with({{"http.tokens", "t"}, {"http.tls.certificate", "c"}}));
        load(with({{"http.enabled", "false"}}));
    }

    static void checkAccess(const http::AccessSettings& access) {
        CPPUNIT_ASSERT_EQUAL(std::string("https://a.example"), access.corsOrigins.at(0));
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.0/8"), access.trustedProxies.at(0));
        CPPUNIT_ASSERT(access.rfc7239);
        CPPUNIT_ASSERT((access.requests == base::Rate{600, std::chrono::seconds(60)}));
    }

    void everyKeyReachesItsSetting() {
        const Config config = load({{"http.enabled", "false"},
                                    {"http.host", "::1"},
                                    {"http.port", "0"},
                                    {"http.threads", "3"},
                                    {"http.maxBodyBytes", "2 MiB"},
                                    {"http.maxWait", "90s"},
                                    {"http.maxStreams", "7"},
                                    {"http.maxConnections", "8"},
                                    {"http.corsOrigins", "https://a.example"},
                                    {"http.trustedProxies", "10.0.0.0/8"},
                                    {"http.proxyField", "Forwarded"},
                                    {"http.rate", "600/1m"},
                                    {"mail.domains", "example.org"},
                                    {"mail.perRecipient", "20/1h"},
                                    {"services", "mail"},
                                    {"transport", "other"},
                                    {"data.minFree", "1 GiB"},
                                    {"mail.from", "a@b.example"},
                                    {"mail.workers", "5"},
                                    {"compute.workers", "6"},
                                    {"compute.maxDigits", "7"},
                                    {"jobs.maxQueued", "8"},
                                    {"jobs.timeout", "9 s"},
                                    {"jobs.maxCrashes", "10"},
                                    {"jobs.deliveryWindow", "2 min"},
                                    {"jobs.unroutableGrace", "0"},
                                    {"jobs.retention", "11 s"},
                                    {"jobs.retentionFailed", "12 d"},
                                    {"cancel.grace", "13 ms"},
                                    {"shutdown.grace", "14 min"},
                                    {"log.level", "error"}});
        CPPUNIT_ASSERT(!config.httpEnabled);
        CPPUNIT_ASSERT_EQUAL(std::string("::1"), config.http.host);
        CPPUNIT_ASSERT_EQUAL(0, config.http.port);
        CPPUNIT_ASSERT_EQUAL(3, config.http.threads);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2} << 20, config.http.maxBodyBytes);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{90}, std::int64_t{config.http.maxWait.count()});
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, config.http.maxStreams);
        CPPUNIT_ASSERT_EQUAL(std::size_t{8}, config.http.maxConnections);
        checkAccess(config.http.access);
        CPPUNIT_ASSERT_EQUAL(std::string("example.org"), config.mail.domains.at(0));
        CPPUNIT_ASSERT((config.mail.perRecipient == base::Rate{20, std::chrono::hours(1)}));
        CPPUNIT_ASSERT((config.services == std::vector<std::string>{"mail"}));
        CPPUNIT_ASSERT_EQUAL(std::string("other"), config.transport);
        CPPUNIT_ASSERT_EQUAL(std::string("other"), config.jobs.transport);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1} << 30, config.jobs.minFree);
        CPPUNIT_ASSERT_EQUAL(std::string("a@b.example"), config.mail.from);
        CPPUNIT_ASSERT_EQUAL(5, config.mail.workers);
        CPPUNIT_ASSERT_EQUAL(6, config.compute.workers);
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, config.compute.maxDigits);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8}, config.jobs.maxQueued);
        CPPUNIT_ASSERT(config.jobs.timeout == 9s);
        CPPUNIT_ASSERT_EQUAL(10, config.jobs.maxCrashes);
        CPPUNIT_ASSERT(config.jobs.deliveryWindow == 2min);
        CPPUNIT_ASSERT(config.jobs.unroutableGrace == 0ms);
        CPPUNIT_ASSERT(config.jobs.retention == 11s);
        CPPUNIT_ASSERT(config.jobs.retentionFailed == 12 * 24h);
        CPPUNIT_ASSERT(config.jobs.cancelGrace == 13ms);
        CPPUNIT_ASSERT(config.shutdownGrace == 14min);
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(Poco::Message::PRIO_ERROR), config.logLevel);
    }

    void relativePathsBecomeAbsolute() {
        const std::string here = std::filesystem::current_path();
        const Config config =
            load({{"data.directory", "some/./var/"}, {"http.root", "/srv/../srv/web"}});
        CPPUNIT_ASSERT_EQUAL(here + "/some/var", config.jobs.directory);
        CPPUNIT_ASSERT_EQUAL(here + "/some/var", shown(config, "data.directory"));
        CPPUNIT_ASSERT_EQUAL(std::string("/srv/web"), config.http.root);
    }

    void pluginsAreFoundBesideTheProgram() {
        CPPUNIT_ASSERT_EQUAL(std::string("/opt/errand/lib/errand"), load({}).pluginsDirectory);
        CPPUNIT_ASSERT_EQUAL(std::string("/opt/errand/share/errand/swagger-ui"),
                             load({}).http.swaggerUi);
        CPPUNIT_ASSERT_EQUAL(std::string("/plugins"),
                             load({{"plugins.directory", "/plugins"}}).pluginsDirectory);
    }

    void exampleFileListsEveryKeyWithItsDefault() {
        const std::filesystem::path tests = std::filesystem::path(__FILE__).parent_path();
        const std::string path = tests.parent_path().parent_path() / "etc" / "app.properties";
        std::ifstream file(path);
        std::map<std::string, std::pair<std::string, std::string>> listed;  // key: value, comment
        std::string comment;
        for (std::string line; std::getline(file, line);) {
            const std::size_t equals = line.find('=');
            if (line.starts_with("# ")) comment = line.substr(2);
            if (line.starts_with('#') || equals == std::string::npos) continue;
            listed[line.substr(0, equals)] = {line.substr(equals + 1), comment};
        }
        CPPUNIT_ASSERT_EQUAL(allKeys().size(), listed.size());
        for (const Key& key : allKeys()) {
            CPPUNIT_ASSERT_MESSAGE(key.name, listed.contains(key.name));
            CPPUNIT_ASSERT_EQUAL(std::string(key.fallback), listed[key.name].first);
            CPPUNIT_ASSERT_EQUAL(std::string(key.text), listed[key.name].second);
        }
        CPPUNIT_ASSERT_EQUAL(describe(load({})),
                             describe(loadConfig({path, {}, {}}, "/opt/errand/bin/errandd")));
    }

    static constexpr Key secretKeys[] = {
        {"some.password", Type::text, "", "A secret.",
         [](const Value& value, Config& config) { config.transport = value.text(); },
         Secret::everything},
        {"some.name", Type::text, "none", "No secret.", [](const Value&, Config&) {}}};

    void secretsAreMasked() {
        const Config config =
            loadConfig({"", {}, {{"some.password", "hunter2"}}}, "/bin/errandd", secretKeys);
        CPPUNIT_ASSERT_EQUAL(std::string("hunter2"), config.transport);
        CPPUNIT_ASSERT_EQUAL(std::string("some.password=********\nsome.name=none\n"),
                             describe(config));
        CPPUNIT_ASSERT_EQUAL(std::string("some.password=\nsome.name=none\n"),
                             describe(loadConfig({}, "/bin/errandd", secretKeys)));
    }

    void secretFromFileIsReadAndMasked() {
        const Poco::TemporaryFile file;
        std::ofstream(file.path()) << "hunter2\n";
        const Config config = loadConfig({"", {{"ERRAND_SOME_PASSWORD", '@' + file.path()}}, {}},
                                         "/bin/errandd", secretKeys);
        CPPUNIT_ASSERT_EQUAL(std::string("hunter2"), config.transport);
        CPPUNIT_ASSERT(describe(config).starts_with("some.password=********\n"));
    }

    void everyShownValueIsOneLine() {
        const Config config =
            loadConfig({"", {}, {{"some.name", "a\nb"}}}, "/bin/errandd", secretKeys);
        CPPUNIT_ASSERT_EQUAL(std::string("some.password=\nsome.name=a\\nb\n"), describe(config));
    }

    void badValuesNameTheirKey() {
        const std::pair<std::string, std::string> bad[] = {
            {"http.enabled", "yes"},
            {"http.host", ""},
            {"http.port", "65536"},
            {"http.port", "http"},
            {"http.maxWait", "2h"},
            {"http.maxStreams", "-1"},
            {"http.maxConnections", "0"},
            {"http.corsOrigins", "*"},
            {"http.trustedProxies", "10.0.0.0/99"},
            {"http.proxyField", "Via"},
            {"http.rate", "600"},
            {"http.threads", "0"},
            {"http.maxBodyBytes", "1"},
            {"http.maxArrayBytes", "257 MiB"},
            {"services", "a,,b"},
            {"transport", "../x"},
            {"transport", ""},
            {"data.minFree", "1 potato"},
            {"mail.mode", "pigeon"},
            {"mail.from", "nobody"},
            {"mail.workers", "-1"},
            {"compute.workers", "0"},
            {"compute.maxDigits", "0"},
            {"jobs.maxQueued", "0"},
            {"jobs.timeout", "10"},
            {"jobs.maxCrashes", "0"},
            {"jobs.retention", "0 s"},
            {"jobs.retentionFailed", "soon"},
            {"amqp.uri", ""},
            {"amqp.rpcExchange", ""},
            {"amqp.queueType", "lazy"},
            {"amqp.rpcExchange", "amq.direct"},
            {"amqp.prefetch", "65536"},
            {"amqp.rpcExchange", std::string(256, 'x')},
            {"jobs.deliveryWindow", "50 d"},
            {"jobs.unroutableGrace", "-1 s"},
            {"cancel.grace", "2 h"},
            {"shutdown.grace", "-1 s"},
            {"log.level", "loud"},
            {"http.root", ""},
            {"data.directory", ""}};
        for (const auto& [key, value] : bad) {
            const std::string text = refusal({{key, value}});
            CPPUNIT_ASSERT_MESSAGE(key + "=" + value + " gave " + text,
                                   text.starts_with(key + ": \"" + value + "\""));
        }
    }

    void badValueOfVariableNamesTheVariable() {
        try {
            loadConfig({"", {{"ERRAND_HTTP_PORT", "x"}}, {}}, "/bin/errandd");
            CPPUNIT_FAIL("was not refused");
        } catch (const ConfigError& error) {
            CPPUNIT_ASSERT(std::string(error.what())
                               .starts_with("http.port: \"x\" (from the environment variable "
                                            "ERRAND_HTTP_PORT) is not"));
        }
    }

    void nodeWithoutWorkIsRefused() {
        CPPUNIT_ASSERT(
            refusal({{"services", ""}, {"http.enabled", "false"}}).starts_with("services: "));
        CPPUNIT_ASSERT_EQUAL(std::string(), refusal({{"services", ""}}));
    }

    void transportGetsItsOwnKeys() {
        const Config config = load({{"transport", "pigeon"}, {"pigeon.ring", "7"}});
        CPPUNIT_ASSERT((config.transportSettings == rpc::Settings{{"ring", "7"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("********"), shown(config, "pigeon.ring"));
        CPPUNIT_ASSERT(refusal({{"pigeon.ring", "7"}}).starts_with("pigeon.ring: "));
        CPPUNIT_ASSERT(load({{"transport", "http"}}).transportSettings.empty());
    }

    void amqpGetsItsKeysAndWhatElseItNeeds() {
        CPPUNIT_ASSERT((load({{"transport", "amqp"}}).transportSettings ==
                        rpc::Settings{{"uri", "amqp://guest:guest@localhost:5672/%2F"},
                                      {"rpcExchange", "nameko-rpc"},
                                      {"queueType", "classic"},
                                      {"prefetch", "0"},
                                      {"tls.ca", ""},
                                      {"maxCrashes", "3"}}));
        CPPUNIT_ASSERT(
            (load({{"transport", "amqp"},
                   {"amqp.uri", "amqps://u:p@a:1/v,amqps://u:p@b:2/v"},
                   {"amqp.rpcExchange", "mine"},
                   {"amqp.queueType", "quorum"},
                   {"amqp.prefetch", "65535"},
                   {"amqp.tls.ca", "/etc/../etc/ca.pem"},
                   {"amqp.colour", "blue"},
                   {"jobs.maxCrashes", "7"}})
                 .transportSettings == rpc::Settings{{"uri", "amqps://u:p@a:1/v,amqps://u:p@b:2/v"},
                                                     {"rpcExchange", "mine"},
                                                     {"queueType", "quorum"},
                                                     {"prefetch", "65535"},
                                                     {"tls.ca", "/etc/ca.pem"},
                                                     {"colour", "blue"},
                                                     {"maxCrashes", "7"}}));
        CPPUNIT_ASSERT(load({{"amqp.prefetch", "5"}}).transportSettings.empty());
        CPPUNIT_ASSERT(refusal({{"amqp.colour", "blue"}}).starts_with("amqp.colour: "));
    }

    void brokerOfTheClaimsHasNoPassword() {
        const auto broker = [](const std::string& uri, const std::string& exchange) {
            const Config config =
                load({{"transport", "amqp"}, {"amqp.uri", uri}, {"amqp.rpcExchange", exchange}});
            CPPUNIT_ASSERT_EQUAL(config.broker, shown(config, "amqp.uri"));
            return config.jobs.broker;
        };
        const std::string before = broker("amqp://guest:old@host:1/v", "x");
        CPPUNIT_ASSERT_EQUAL(before, broker("amqp://guest:new@host:1/v", "x"));
        CPPUNIT_ASSERT_EQUAL(std::string("amqp://guest:********@host:1/v x"), before);
        CPPUNIT_ASSERT(before != broker("amqp://guest:old@other:1/v", "x"));
        CPPUNIT_ASSERT(before != broker("amqp://guest:old@host:1/v", "y"));
        CPPUNIT_ASSERT_EQUAL(std::string(), load({}).jobs.broker);
    }

    void handOffFollowsTheHttpThreads() {
        CPPUNIT_ASSERT_EQUAL(4 * 64, load({}).jobs.handOff);
        CPPUNIT_ASSERT_EQUAL(4 * 100, load({{"http.threads", "100"}}).jobs.handOff);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigTest);

}  // namespace errand::app
