// SPDX-License-Identifier: Apache-2.0
#include "cli/operands.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>

#include "system/process.h"
#include "system/temporary_directory.h"

namespace errand::cli {

class OperandsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OperandsTest);
    CPPUNIT_TEST(targetsSplitAtTheLastDot);
    CPPUNIT_TEST(wordsAreJsonOrStrings);
    CPPUNIT_TEST(kwargsAreAnObject);
    CPPUNIT_TEST(secondsHaveLimits);
    CPPUNIT_TEST(optionCountsOverEnvironmentOverFallback);
    CPPUNIT_TEST(valueCanBeReadFromAFile);
    CPPUNIT_TEST_SUITE_END();

    template <class Action>
    static std::string refusal(Action action) {
        try {
            action();
        } catch (const UsageError& error) {
            return error.what();
        }
        return "no refusal";
    }

    static Arguments given(const std::string& option, const std::string& value) {
        Arguments arguments;
        arguments.options[option] = {value};
        return arguments;
    }

    void targetsSplitAtTheLastDot() {
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), readTarget("compute.compute").service);
        CPPUNIT_ASSERT_EQUAL(std::string("a.b-c"), readTarget("a.b-c.go").service);
        CPPUNIT_ASSERT_EQUAL(std::string("go"), readTarget("a.b-c.go").method);
        for (const char* word : {"", "compute", ".compute", "compute."}) {
            CPPUNIT_ASSERT_EQUAL(
                '"' + std::string(word) + "\" is no SERVICE.METHOD, such as compute.compute",
                refusal([&] { readTarget(word); }));
        }
    }

    void wordsAreJsonOrStrings() {
        const std::vector<std::string> words{"sum",           "30",  "-1.5", "a@b.c",
                                             "true",          "nul", "null", "\"30\"",
                                             "[1,{\"a\":2}]", "007", "",     "{a"};
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["sum",30,-1.5,"a@b.c",true,"nul",null,"30",)"
                                         R"([1,{"a":2}],"007","","{a"])"),
                             readCallArguments(words, "").args);
        const std::vector<std::string> big{std::string(400, '7')};
        CPPUNIT_ASSERT_EQUAL('[' + big[0] + ']', readCallArguments(big, "").args);
        const std::vector<std::string> bytes{"\xFF"};
        CPPUNIT_ASSERT_EQUAL(std::string("an argument is not UTF-8"),
                             refusal([&] { readCallArguments(bytes, ""); }));
    }

    void kwargsAreAnObject() {
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), readCallArguments({}, "").kwargs);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a":1})"),
                             readCallArguments({}, R"({ "a" : 1 })").kwargs);
        CPPUNIT_ASSERT_EQUAL(std::string("--kwargs must be a JSON object, not array"),
                             refusal([] { readCallArguments({}, "[1]"); }));
        CPPUNIT_ASSERT(refusal([] {
                           readCallArguments({}, "{a:1}");
                       }).starts_with("--kwargs is not JSON: line 1, column 2"));
    }

    void secondsHaveLimits() {
        using namespace std::chrono_literals;
        CPPUNIT_ASSERT(readSeconds(given("timeout", "2.5"), "timeout", 1s) == 2500ms);
        CPPUNIT_ASSERT(readSeconds({}, "timeout", 1s) == 1s);
        for (const char* text : {"0", "-1", "x", "", "100001", "nan", "5s"}) {
            CPPUNIT_ASSERT_EQUAL(
                "--timeout: \"" + std::string(text) +
                    "\" is no number of seconds from 0.001 to 100000",
                refusal([&] { readSeconds(given("timeout", text), "timeout", 1s); }));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("2.5 s"), inSeconds(2500ms));
        CPPUNIT_ASSERT_EQUAL(std::string("60 s"), inSeconds(60s));
    }

    void optionCountsOverEnvironmentOverFallback() {
        const char* variable = "OPERANDS_TEST";
        const auto value = [&](const Arguments& arguments) {
            return optionOrEnvironment(arguments, "url", variable, "fallback");
        };
        ::unsetenv(variable);
        CPPUNIT_ASSERT_EQUAL(std::string("fallback"), value({}));
        ::setenv(variable, "", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("fallback"), value({}));
        ::setenv(variable, "inherited", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("inherited"), value({}));
        CPPUNIT_ASSERT_EQUAL(std::string("given"), value(given("url", "given")));
        ::unsetenv(variable);
    }

    void valueCanBeReadFromAFile() {
        const tests::TemporaryDirectory directory;
        tests::writeFile(directory / "uri", "amqp://u:p@h\r\nmore\n");
        const auto value = [&](const std::string& text) {
            return optionOrEnvironment(given("broker", text), "broker", "NO_SUCH_VARIABLE", "");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("amqp://u:p@h"), value('@' + (directory / "uri")));
        const std::string missing = directory / "missing";
        CPPUNIT_ASSERT_EQUAL("cannot read " + missing, refusal([&] { value('@' + missing); }));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OperandsTest);

}  // namespace errand::cli
