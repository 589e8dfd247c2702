// SPDX-License-Identifier: Apache-2.0
#include "app/sources.h"

#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <fstream>

#include "app/value.h"

namespace errand::app {

class SourcesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SourcesTest);
    CPPUNIT_TEST(commandLineIsOverEnvironmentOverFile);
    CPPUNIT_TEST(lastDefineCounts);
    CPPUNIT_TEST(environmentNamesAreCapitals);
    CPPUNIT_TEST(variablesOfOthersAreLeft);
    CPPUNIT_TEST(unknownKeyOfFileNamesTheFile);
    CPPUNIT_TEST(unknownVariableSuggestsAVariable);
    CPPUNIT_TEST(unknownDefineWithoutNearOneSaysWhereToLook);
    CPPUNIT_TEST(keysOfTheTransportAreLeftToIt);
    CPPUNIT_TEST(keySetTwiceInTheFileIsRefused);
    CPPUNIT_TEST(missingFileIsNamed);
    CPPUNIT_TEST(directoryIsNoFile);
    CPPUNIT_TEST(valueIsReadFromAFile);
    CPPUNIT_TEST(missingValueFileNamesTheKey);
    CPPUNIT_TEST(fileWithoutEndIsRefused);
    CPPUNIT_TEST(processEnvironmentHoldsWhatWasSet);
    CPPUNIT_TEST_SUITE_END();

    const std::vector<std::string> known_ = {"http.port", "http.maxBodyBytes", "transport"};
    Poco::TemporaryFile file_;

    void write(const std::string& text) { std::ofstream(file_.path(), std::ios::binary) << text; }

    std::string refusal(const Sources& sources, const std::string& ownPrefix = "inproc.") {
        try {
            refuseUnknown(gather(sources, known_), known_, ownPrefix);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    void commandLineIsOverEnvironmentOverFile() {
        write("http.port = 1\nhttp.maxBodyBytes: 2\n# a comment\n\ntransport=file\n");
        const auto settings =
            gather({file_.path(),
                    {{"ERRAND_HTTP_MAXBODYBYTES", "3"}, {"ERRAND_TRANSPORT", "env"}},
                    {{"transport", "line"}}},
                   known_);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), settings.at("http.port").text);
        CPPUNIT_ASSERT_EQUAL("file " + file_.path(), settings.at("http.port").origin);
        CPPUNIT_ASSERT_EQUAL(std::string("3"), settings.at("http.maxBodyBytes").text);
        CPPUNIT_ASSERT_EQUAL(std::string("line"), settings.at("transport").text);
        CPPUNIT_ASSERT_EQUAL(std::string("the command line"), settings.at("transport").origin);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, settings.size());
    }

    void lastDefineCounts() {
        const auto settings = gather({"", {}, {{"http.port", "1"}, {"http.port", "2"}}}, known_);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), settings.at("http.port").text);
    }

    void environmentNamesAreCapitals() {
        CPPUNIT_ASSERT_EQUAL(std::string("ERRAND_HTTP_MAXBODYBYTES"),
                             environmentName("http.maxBodyBytes"));
    }

    void variablesOfOthersAreLeft() {
        CPPUNIT_ASSERT(gather({"",
                               {{"PATH", "/bin"},
                                {"ERRAND_BIN", "x"},
                                {"ERRAND_TEST_PORT", "1"},
                                {"errand_http_port", "1"}},
                               {}},
                              known_)
                           .empty());
    }

    void unknownKeyOfFileNamesTheFile() {
        write("http.prot=1\n");
        CPPUNIT_ASSERT_EQUAL("http.prot: there is no such key (from file " + file_.path() +
                                 "); did you mean http.port?",
                             refusal({file_.path(), {}, {}}));
    }

    void unknownVariableSuggestsAVariable() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("ERRAND_HTTP_PROT: there is no such key (from the environment variable "
                        "ERRAND_HTTP_PROT); did you mean ERRAND_HTTP_PORT?"),
            refusal({"", {{"ERRAND_HTTP_PROT", "1"}}, {}}));
    }

    void unknownDefineWithoutNearOneSaysWhereToLook() {
        CPPUNIT_ASSERT_EQUAL(std::string("colour: there is no such key (from the command line); "
                                         "errandd --show-config lists all keys"),
                             refusal({"", {}, {{"colour", "blue"}}}));
    }

    void keysOfTheTransportAreLeftToIt() {
        CPPUNIT_ASSERT_EQUAL(std::string(), refusal({"", {}, {{"inproc.x", "1"}}}));
        CPPUNIT_ASSERT(!refusal({"", {}, {{"inproc.", "1"}}}).empty());
        CPPUNIT_ASSERT(!refusal({"", {}, {{"other.x", "1"}}}).empty());
        const auto settings = gather({"", {{"ERRAND_INPROC_FIRST_SECOND", "1"}}, {}}, known_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, settings.count("inproc.first.second"));
    }

    void keySetTwiceInTheFileIsRefused() {
        write("http.port=1\nhttp.port=2\n");
        CPPUNIT_ASSERT(refusal({file_.path(), {}, {}}).starts_with("http.port: is set twice"));
    }

    void missingFileIsNamed() {
        const std::string path = file_.path() + ".none";
        CPPUNIT_ASSERT_EQUAL("--config: cannot read the file " + path +
                                 ": No such file or directory; name a file that can be read",
                             refusal({path, {}, {}}));
    }

    void directoryIsNoFile() {
        CPPUNIT_ASSERT_EQUAL(std::string("--config: / is a directory; name a file"),
                             refusal({"/", {}, {}}));
    }

    void valueIsReadFromAFile() {
        write("s3cret\n");
        CPPUNIT_ASSERT_EQUAL(std::string("s3cret"), dereference("some.key", '@' + file_.path()));
        write(" two\nlines\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string(" two\nlines"),
                             dereference("some.key", '@' + file_.path()));
        CPPUNIT_ASSERT_EQUAL(std::string("a@b"), dereference("some.key", "a@b"));
    }

    void missingValueFileNamesTheKey() {
        try {
            dereference("some.key", "@/none/such");
            CPPUNIT_FAIL("was not refused");
        } catch (const ConfigError& error) {
            CPPUNIT_ASSERT(std::string(error.what())
                               .starts_with("some.key: cannot read the file /none/such: "));
        }
    }

    void fileWithoutEndIsRefused() {
        CPPUNIT_ASSERT_THROW(dereference("some.key", "@/dev/zero"), ConfigError);
    }

    void processEnvironmentHoldsWhatWasSet() {
        ::setenv("ERRAND_TEST_EQUALS", "a=b", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("a=b"), processEnvironment().at("ERRAND_TEST_EQUALS"));
        ::unsetenv("ERRAND_TEST_EQUALS");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, processEnvironment().count("ERRAND_TEST_EQUALS"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SourcesTest);

}  // namespace errand::app
