// SPDX-License-Identifier: Apache-2.0
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "system/database.h"
#include "system/with_server.h"

namespace errand::tests {

namespace {

// That a start ends, in the foreground and with --daemon, with one line that holds the parts: what
// is wrong and what to do.
void checkRefused(const std::vector<std::string>& arguments, const std::vector<std::string>& parts,
                  const Environment& environment = {}) {
    for (const bool daemon : {false, true}) {
        std::vector<std::string> all = arguments;
        if (daemon) all.push_back("--daemon");
        const Ended ended = runToEnd(all, environment);
        const std::string what = parts.front() + (daemon ? " with --daemon" : "");
        CPPUNIT_ASSERT_MESSAGE(what + ": " + ended.out, ended.code != 0);
        CPPUNIT_ASSERT_MESSAGE(what + ": ended by a signal", ended.code < 128);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string(), ended.out);
        for (const std::string& part : parts) checkOneLine(what, ended.err, part);
        CPPUNIT_ASSERT_MESSAGE(ended.err, ended.err.starts_with("errandd: "));
    }
}

}  // namespace

// A start that cannot be says in one line why, and what to do about it.
class RefusalTest : public WithServer {
    CPPUNIT_TEST_SUITE(RefusalTest);
    CPPUNIT_TEST(unknownKeysAreNamedWithTheOneThatWasMeant);
    CPPUNIT_TEST(badValuesAreNamedWithWhatIsAllowed);
    CPPUNIT_TEST(badOptionsAreNamed);
    CPPUNIT_TEST(missingFilesAreNamed);
    CPPUNIT_TEST(takenPortIsNamed);
    CPPUNIT_TEST(missingPluginIsNamed);
    CPPUNIT_TEST(unknownServiceIsNamed);
    CPPUNIT_TEST(unusableDataDirectoryIsNamed);
    CPPUNIT_TEST(secondServerLeavesTheFirstAlone);
    CPPUNIT_TEST(databaseOfANewerVersionIsLeftAlone);
    CPPUNIT_TEST(brokenDatabaseIsNamed);
    CPPUNIT_TEST(pidFileOfARunningProcessIsNotOverwritten);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { data_ = directory_ / "data"; }

private:
    void unknownKeysAreNamedWithTheOneThatWasMeant() {
        checkRefused(with("http.prot=1"),
                     {"http.prot: there is no such key (from the command line)", "http.port?"});
        checkRefused(with("wholly.unlike=1"), {"wholly.unlike", "--show-config"});
        checkRefused(serverArguments(data_), {"ERRAND_HTTP_PROT", "did you mean ERRAND_HTTP_PORT"},
                     {{"ERRAND_HTTP_PROT", "1"}});
        writeFile(directory_ / "app.properties", "http.threads=4\njobs.maxQueud=5\n");
        checkRefused({"--config=" + (directory_ / "app.properties")},
                     {"jobs.maxQueud", "app.properties", "did you mean jobs.maxQueued"});
        nothingWasMade();
    }

    void badValuesAreNamedWithWhatIsAllowed() {
        checkRefused(with("http.port=70000"), {"http.port: \"70000\"", "from 0 to 65535"});
        checkRefused(with("http.port="), {"http.port", "whole number"});
        checkRefused(with("jobs.timeout=soon"), {"jobs.timeout: \"soon\"", "250 ms"});
        checkRefused(with("jobs.timeout=5"), {"jobs.timeout", "250 ms"});
        checkRefused(with("data.minFree=much"), {"data.minFree", "64 MiB"});
        checkRefused(with("http.enabled=yes"), {"http.enabled", "true, false"});
        checkRefused(with("mail.from=nobody"), {"mail.from", "name@example.com"});
        checkRefused(with("log.level=info"), {"log.level", "information"});
        checkRefused(with("mail.from=a\nb: c@d.e"), {"mail.from", "a\\nb"});
        checkRefused(serverArguments(data_), {"http.threads", "ERRAND_HTTP_THREADS", "from 1 to"},
                     {{"ERRAND_HTTP_THREADS", "0"}});
        nothingWasMade();
    }

    void badOptionsAreNamed() {
        checkRefused({"--frobnicate"}, {"--frobnicate", "errandd --help"});
        checkRefused({"serve"}, {"serve", "errandd --help"});
        checkRefused({"-Dhttp.port"}, {"http.port", "-Dkey=value"});
    }

    void missingFilesAreNamed() {
        const std::string missing = directory_ / "missing";
        checkRefused({"--config=" + missing}, {"--config", missing, "name a file"});
        checkRefused({"--config=" + directory_.path()}, {"--config", "is a directory"});
        checkRefused(with("mail.from=@" + missing), {"mail.from", missing, "name a file"});
    }

    void takenPortIsNamed() {
        const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
        const std::string port = std::to_string(socket.address().port());
        checkRefused(with("http.port=" + port),
                     {"http.port", "127.0.0.1:" + port, "Address already in use", "set http.port"});
    }

    void missingPluginIsNamed() {
        checkRefused(with("transport=pigeon"),
                     {"transport", "\"pigeon\"", "inproc", "plugins.directory"});
        checkRefused(with("transport=../evil"), {"transport", "\"../evil\""});
        checkRefused(with("plugins.directory=" + directory_.path()),
                     {"transport", "\"inproc\"", "plugins.directory"});
    }

    void unknownServiceIsNamed() {
        checkRefused(with("services=compute,male"), {"services", "male", "mail"});
        checkRefused(with("services=mail,mail"), {"services", "mail twice"});
    }

    void unusableDataDirectoryIsNamed() {
        // The super-user may write anywhere, but not below a file.
        const std::string file = directory_ / "file";
        writeFile(file, "");
        checkRefused(serverArguments(file + "/data"),
                     {"data.directory", file + "/data", "can be written"});
        checkRefused(serverArguments(file), {"data.directory", file, "can be written"});
    }

    void secondServerLeavesTheFirstAlone() {
        start({.directory = data_});
        const std::string id = submit(http(), computation("sum", "30", "10"));
        checkRefused(serverArguments(data_),
                     {"data.directory", "another server", data_, "choose another"});
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(waitFor(http(), id), "result"));
        CPPUNIT_ASSERT_EQUAL(200, http().get("/readyz").status);
        tearDown();
    }

    void databaseOfANewerVersionIsLeftAlone() {
        start({.directory = data_});
        const std::string id = submit(http(), computation("sum", "30", "10"));
        waitFor(http(), id);
        tearDown();
        const std::string readable = readFile(data_ + "/errand.db");
        changeDatabase(data_, "PRAGMA user_version=999");
        const std::string before = readFile(data_ + "/errand.db");
        checkRefused(serverArguments(data_), {"data.directory", "version 999", "newer errandd"});
        CPPUNIT_ASSERT(before == readFile(data_ + "/errand.db"));
        writeFile(data_ + "/errand.db", readable);
        start({.directory = data_});
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(jobNow(http(), id), "result"));
        tearDown();
    }

    void brokenDatabaseIsNamed() {
        std::filesystem::create_directories(data_);
        writeFile(data_ + "/errand.db", std::string(8192, 'x'));
        checkRefused(serverArguments(data_), {"data.directory", "errand.db",
                                              "file is not a database", "move the file away"});
        CPPUNIT_ASSERT_EQUAL(std::string(8192, 'x'), readFile(data_ + "/errand.db"));
    }

    void pidFileOfARunningProcessIsNotOverwritten() {
        const std::string file = directory_ / "pid";
        const std::string ours = std::to_string(::getpid());
        writeFile(file, ours + '\n');
        std::vector<std::string> arguments = serverArguments(data_);
        arguments.push_back("--pidfile=" + file);
        checkRefused(arguments, {"--pidfile", file, ours, "which runs"});
        CPPUNIT_ASSERT_EQUAL(ours + '\n', readFile(file));
    }

    std::vector<std::string> with(const std::string& setting) const {
        return serverArguments(data_, {setting});
    }

    // The configuration is checked before anything is touched.
    void nothingWasMade() const { CPPUNIT_ASSERT(!std::filesystem::exists(data_)); }

    const TemporaryDirectory directory_;
    std::string data_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(RefusalTest);

}  // namespace errand::tests
