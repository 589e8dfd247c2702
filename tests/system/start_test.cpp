// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <filesystem>
#include <sstream>
#include <string>

#include "system/with_server.h"

namespace errand::tests {

namespace {

// The value of a key in what --show-config prints.
std::string shown(const std::string& config, const std::string& key) {
    std::istringstream lines(config);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(key + '=')) return line.substr(key.size() + 1);
    return "(no " + key + ")";
}

std::string showConfig(std::vector<std::string> arguments, const Environment& environment = {}) {
    arguments.push_back("--show-config");
    const Ended ended = runToEnd(arguments, environment);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.err, 0, ended.code);
    return ended.out;
}

}  // namespace

// What the program does before and until it serves.
class StartTest : public WithServer {
    CPPUNIT_TEST_SUITE(StartTest);
    CPPUNIT_TEST(readyLineNamesAddressTransportAndServices);
    CPPUNIT_TEST(readyLineIsAllThereIsOnStandardOutput);
    CPPUNIT_TEST(nodeWithoutHttpSaysSo);
    CPPUNIT_TEST(dataDirectoryHoldsDatabaseAndMaildir);
    CPPUNIT_TEST(versionIsPrinted);
    CPPUNIT_TEST(helpNamesEveryOption);
    CPPUNIT_TEST(theProjectsConfigurationIsTheDefault);
    CPPUNIT_TEST(commandLineCountsOverEnvironmentOverFile);
    CPPUNIT_TEST(valueCanBeReadFromAFile);
    CPPUNIT_TEST(secretsAreMasked);
    CPPUNIT_TEST(pathsAreShownAbsolute);
    CPPUNIT_TEST_SUITE_END();

    void readyLineNamesAddressTransportAndServices() {
        start();
        CPPUNIT_ASSERT_EQUAL(
            "errandd ready: " + server().url() + " transport=inproc services=compute,mail",
            server().readyLine());
        CPPUNIT_ASSERT(server().port() > 0);
        // Ready means ready: the first request is answered.
        CPPUNIT_ASSERT_EQUAL(200, http().get("/readyz").status);
        start({.settings = {"services=mail"}});
        checkHolds("a part of the services", server().readyLine(), " services=mail");
        CPPUNIT_ASSERT(server().readyLine().ends_with("services=mail"));
    }

    void readyLineIsAllThereIsOnStandardOutput() {
        const TemporaryDirectory directory;
        Process process("errandd", serverArguments(directory / "data"), directory / "stderr");
        CPPUNIT_ASSERT(process.readLine().has_value());
        process.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(std::string(), process.readAll());
        CPPUNIT_ASSERT_EQUAL(0, process.wait());
    }

    void nodeWithoutHttpSaysSo() {
        Server node({.settings = {"http.enabled=false"}});
        CPPUNIT_ASSERT_EQUAL(
            std::string("errandd ready: none transport=inproc services=compute,mail"),
            node.readyLine());
        node.stop();
    }

    void dataDirectoryHoldsDatabaseAndMaildir() {
        const TemporaryDirectory directory;
        // It is made with all that is missing above it.
        start({.directory = directory / "some/where"});
        CPPUNIT_ASSERT(std::filesystem::is_regular_file(directory / "some/where/errand.db"));
        CPPUNIT_ASSERT(std::filesystem::is_directory(directory / "some/where/maildir/new"));
        tearDown();
    }

    void versionIsPrinted() {
        const Ended ended = runToEnd({"--version"});
        CPPUNIT_ASSERT_EQUAL(0, ended.code);
        checkOneLine("version", ended.out, "errandd 0.");
        CPPUNIT_ASSERT_EQUAL(std::string(), ended.err);
    }

    void helpNamesEveryOption() {
        const Ended ended = runToEnd({"--help"});
        CPPUNIT_ASSERT_EQUAL(0, ended.code);
        for (const char* option :
             {"--config", "-D", "--daemon", "--pidfile", "--show-config", "--version", "--help"})
            checkHolds("help", ended.out, option);
        CPPUNIT_ASSERT_EQUAL(ended.out, runToEnd({"-h"}).out);
    }

    void theProjectsConfigurationIsTheDefault() {
        CPPUNIT_ASSERT_EQUAL(showConfig({}),
                             showConfig({"--config=" ERRAND_SOURCE "/etc/app.properties"}));
    }

    void commandLineCountsOverEnvironmentOverFile() {
        const TemporaryDirectory directory;
        const std::string file = directory / "app.properties";
        writeFile(file, "http.port=1001\nhttp.threads=11\nhttp.maxBodyBytes=1 MiB\n");
        const Environment environment{{"ERRAND_HTTP_PORT", "1002"}, {"ERRAND_HTTP_THREADS", "12"}};
        const std::string config =
            showConfig({"--config=" + file, "-Dhttp.port=1003"}, environment);
        CPPUNIT_ASSERT_EQUAL(std::string("1003"), shown(config, "http.port"));
        CPPUNIT_ASSERT_EQUAL(std::string("12"), shown(config, "http.threads"));
        CPPUNIT_ASSERT_EQUAL(std::string("1 MiB"), shown(config, "http.maxBodyBytes"));
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), shown(config, "http.host"));
        // A key with capitals, too, has its place in the environment.
        CPPUNIT_ASSERT_EQUAL(
            std::string("2 MiB"),
            shown(showConfig({}, {{"ERRAND_HTTP_MAXBODYBYTES", "2 MiB"}}), "http.maxBodyBytes"));
    }

    void valueCanBeReadFromAFile() {
        const TemporaryDirectory directory;
        writeFile(directory / "from", "someone@example.org\n");
        const std::string config = showConfig({"-Dmail.from=@" + (directory / "from")});
        CPPUNIT_ASSERT_EQUAL(std::string("someone@example.org"), shown(config, "mail.from"));
    }

    void secretsAreMasked() {
        // Only a plugin knows which of its keys are secret.
        const std::string config = showConfig({"-Dinproc.password=hunter2"});
        CPPUNIT_ASSERT_EQUAL(std::string("********"), shown(config, "inproc.password"));
        CPPUNIT_ASSERT_EQUAL(std::string::npos, config.find("hunter2"));
    }

    void pathsAreShownAbsolute() {
        const std::string here = std::filesystem::current_path();
        const std::string config = showConfig({"-Ddata.directory=some/../where/"});
        CPPUNIT_ASSERT_EQUAL(here + "/where", shown(config, "data.directory"));
        CPPUNIT_ASSERT_EQUAL(here + "/web", shown(config, "http.root"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StartTest);

}  // namespace errand::tests
