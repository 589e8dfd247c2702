// SPDX-License-Identifier: Apache-2.0
#include "app/node.h"

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Logger.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>

#include "base/system.h"

namespace errand::app {

namespace {

class Extra : public rpc::Service {
public:
    Extra() : Service("extra", 1) {}
};

// Keeps what errandd logs while it lives.
class Log : public Poco::Channel {
public:
    void log(const Poco::Message& message) override { text += message.getText() + '\n'; }
    std::string text;
};
struct Listening {
    Listening() { Poco::Logger::get("errandd").setChannel(log); }
    ~Listening() { Poco::Logger::get("errandd").setChannel(Poco::Logger::root().getChannel()); }
    Poco::AutoPtr<Log> log{new Log};  // POCO owns it
};

}  // namespace

class NodeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NodeTest);
    CPPUNIT_TEST(servesHttpUntilStopped);
    CPPUNIT_TEST(runsWithoutHttp);
    CPPUNIT_TEST(stopsThoughNeverStarted);
    CPPUNIT_TEST(hostsTheServicesOfAProgramBuiltOnIt);
    CPPUNIT_TEST(takenPortNamesItsKey);
    CPPUNIT_TEST(missingPluginNamesItsKey);
    CPPUNIT_TEST(secondNodeOnTheSameDataIsRefused);
    CPPUNIT_TEST(dataDirectoryThatIsAFileIsRefused);
    CPPUNIT_TEST(transportRefusesKeysItDoesNotKnow);
    CPPUNIT_TEST(workerNeedsNoStore);
    CPPUNIT_TEST(nodesThatTakeJobsHaveAStore);
    CPPUNIT_TEST(amqpIsToldTheNodesId);
    CPPUNIT_TEST(servicesAreLoggedAsTheyStart);
    CPPUNIT_TEST(startsAgainAfterAFailedStart);
    CPPUNIT_TEST_SUITE_END();

    using Defines = std::vector<std::pair<std::string, std::string>>;

    Config config(const Defines& more = {}) {
        Defines defines = {{"data.directory", directory_.path()},
                           {"http.port", "0"},
                           {"http.threads", "2"},
                           {"http.root", "/"},
                           {"shutdown.grace", "20 s"}};
        defines.insert(defines.end(), more.begin(), more.end());
        return loadConfig({"", {}, defines}, base::executablePath());
    }

    static void unexpected(const store::StoreError& error) {
        CPPUNIT_FAIL("the store failed: " + error.message());
    }

    std::string refusal(const Config& settings) {
        try {
            Node node(settings, {}, unexpected);
            node.start();
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    static int livez(const std::string& address) {
        Poco::Net::HTTPClientSession session("127.0.0.1", portOf(address));
        session.setTimeout(Poco::Timespan(20, 0));
        Poco::Net::HTTPRequest request("GET", "/livez", "HTTP/1.1");
        session.sendRequest(request);
        Poco::Net::HTTPResponse response;
        session.receiveResponse(response);
        return response.getStatus();
    }

    static Poco::UInt16 portOf(const std::string& address) {
        return static_cast<Poco::UInt16>(std::stoi(address.substr(address.rfind(':') + 1)));
    }

    void servesHttpUntilStopped() {
        Node node(config(), {}, unexpected);
        node.start();
        const std::string address = node.address();
        CPPUNIT_ASSERT(address.starts_with("http://127.0.0.1:"));
        CPPUNIT_ASSERT(portOf(address) != 0);
        CPPUNIT_ASSERT_EQUAL(200, livez(address));
        CPPUNIT_ASSERT(node.stop());
        CPPUNIT_ASSERT_THROW(livez(address), Poco::Exception);
        CPPUNIT_ASSERT(node.stop());
    }

    void runsWithoutHttp() {
        Node node(config({{"http.enabled", "false"}}), {}, unexpected);
        node.start();
        CPPUNIT_ASSERT_EQUAL(std::string("none"), node.address());
        CPPUNIT_ASSERT(node.stop());
    }

    void stopsThoughNeverStarted() {
        Node node(config(), {}, unexpected);
        CPPUNIT_ASSERT(node.stop());
    }

    void hostsTheServicesOfAProgramBuiltOnIt() {
        Node::ExtraServices extra;
        extra.push_back(std::make_unique<Extra>());
        Node node(config({{"services", "extra,mail"}}), std::move(extra), unexpected);
        node.start();
        CPPUNIT_ASSERT(node.stop());
        CPPUNIT_ASSERT(refusal(config({{"services", "extra,mail"}})).starts_with("services: "));
    }

    void takenPortNamesItsKey() {
        Node first(config(), {}, unexpected);
        first.start();
        const Poco::TemporaryFile other;
        const std::string port = std::to_string(portOf(first.address()));
        const std::string text =
            refusal(config({{"data.directory", other.path()}, {"http.port", port}}));
        CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("http.port: "));
        CPPUNIT_ASSERT_MESSAGE(text, text.find(port) != std::string::npos);
        std::filesystem::remove_all(other.path());
    }

    void missingPluginNamesItsKey() {
        const std::string text = refusal(config({{"transport", "pigeon"}}));
        CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("transport: "));
        CPPUNIT_ASSERT_MESSAGE(text, text.find("\"pigeon\"") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(text, text.find("inproc") != std::string::npos);
    }

    void secondNodeOnTheSameDataIsRefused() {
        Node first(config(), {}, unexpected);
        first.start();
        const std::string text = refusal(config());
        CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("data.directory: "));
        CPPUNIT_ASSERT_MESSAGE(text, text.find(directory_.path()) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(200, livez(first.address()));
    }

    void dataDirectoryThatIsAFileIsRefused() {
        const Poco::TemporaryFile file;
        std::ofstream(file.path()) << "x";
        for (const std::string& path : {file.path(), file.path() + "/below"}) {
            const std::string text = refusal(config({{"data.directory", path}}));
            CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("data.directory: "));
            CPPUNIT_ASSERT_MESSAGE(text, text.find(path) != std::string::npos);
        }
    }

    void transportRefusesKeysItDoesNotKnow() {
        const std::string text = refusal(config({{"inproc.colour", "blue"}}));
        CPPUNIT_ASSERT_MESSAGE(text, text.find("colour") != std::string::npos);
    }

    // A transport named otherwise, as if it went beyond the process.
    Config over(const std::string& transport, const Defines& more = {}) {
        const std::string plugins = directory_.path() + ".plugins";
        std::filesystem::create_directory(plugins);
        const std::filesystem::path own = std::filesystem::path(base::executablePath());
        std::filesystem::copy_file(
            own.parent_path().parent_path() / "lib/errand/libtransport_inproc.so",
            plugins + "/libtransport_" + transport + ".so",
            std::filesystem::copy_options::skip_existing);
        Defines defines = {{"plugins.directory", plugins}, {"transport", transport}};
        defines.insert(defines.end(), more.begin(), more.end());
        return config(defines);
    }

    void workerNeedsNoStore() {
        Node node(over("other", {{"http.enabled", "false"}, {"services", "compute"}}), {},
                  unexpected);
        node.start();
        CPPUNIT_ASSERT_EQUAL(std::string("none"), node.address());
        CPPUNIT_ASSERT(node.stop());
        CPPUNIT_ASSERT(!std::filesystem::exists(directory_.path()));
        CPPUNIT_ASSERT(node.stop());
    }

    void nodesThatTakeJobsHaveAStore() {
        const Defines takers[] = {{{"services", ""}},
                                  {{"services", "mail"}, {"http.enabled", "false"}}};
        for (const Defines& taker : takers) {
            Node node(over("other", taker), {}, unexpected);
            node.start();
            CPPUNIT_ASSERT(node.stop());
            CPPUNIT_ASSERT(std::filesystem::exists(directory_.path() + "/errand.db"));
            CPPUNIT_ASSERT(!std::filesystem::exists(directory_.path() + "/node-id"));
            std::filesystem::remove_all(directory_.path());
        }
        Node within(config({{"services", "compute"}, {"http.enabled", "false"}}), {}, unexpected);
        within.start();
        CPPUNIT_ASSERT(std::filesystem::exists(directory_.path() + "/errand.db"));
    }

    void amqpIsToldTheNodesId() {
        // The plugin is the other one, and knows no settings at all: "maxCrashes" is the first.
        const std::string text = refusal(over("amqp"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("transport: the transport inproc has no setting 'maxCrashes'"), text);
        CPPUNIT_ASSERT(std::filesystem::exists(directory_.path() + "/node-id"));
        std::ofstream(directory_.path() + "/node-id") << "rubbish";
        const std::string damaged = refusal(over("amqp"));
        CPPUNIT_ASSERT_MESSAGE(damaged, damaged.starts_with("data.directory: "));
        CPPUNIT_ASSERT_MESSAGE(damaged, damaged.find("/node-id holds") != std::string::npos);
    }

    void servicesAreLoggedAsTheyStart() {
        const Listening listening;
        Node node(config({{"services", "mail,compute"}}), {}, unexpected);
        CPPUNIT_ASSERT_EQUAL(std::string(), listening.log->text);
        node.start();
        CPPUNIT_ASSERT_EQUAL(std::string("starting services: mail, compute, webhook\n"),
                             listening.log->text);
    }

    void startsAgainAfterAFailedStart() {
        CPPUNIT_ASSERT(!refusal(config({{"transport", "pigeon"}})).empty());
        CPPUNIT_ASSERT_EQUAL(std::string(), refusal(config()));
    }

public:
    void tearDown() override {
        std::filesystem::remove_all(directory_.path());
        std::filesystem::remove_all(directory_.path() + ".plugins");
    }

private:
    Poco::TemporaryFile directory_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(NodeTest);

}  // namespace errand::app
