// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::cli {

class ArgumentsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ArgumentsTest);
    CPPUNIT_TEST(wordsAndOptionsComeInAnyOrder);
    CPPUNIT_TEST(valuesComeInFourForms);
    CPPUNIT_TEST(valueMayHoldEqualsAndDashes);
    CPPUNIT_TEST(numbersAreWords);
    CPPUNIT_TEST(allIsAWordAfterTwoDashes);
    CPPUNIT_TEST(whatIsNotGivenHasItsFallback);
    CPPUNIT_TEST(wrongOptionsAreNamed);
    CPPUNIT_TEST_SUITE_END();

    using Texts = std::vector<std::string>;

    const Texts nothing_{};
    const std::vector<Option> known_ = {{"config", "FILE", "the file", 'c'},
                                        {"define", "KEY=VALUE", "a key", 'D', true},
                                        {"wait", "", "until it has ended"}};

    Arguments parse(const Texts& given) const { return parseArguments(given, known_); }

    std::string refusal(const Texts& given) const {
        try {
            parse(given);
        } catch (const UsageError& error) {
            return error.what();
        }
        return {};
    }

    void wordsAndOptionsComeInAnyOrder() {
        const Arguments arguments = parse({"one", "--wait", "two", "--config", "x", "three"});
        CPPUNIT_ASSERT((arguments.words == Texts{"one", "two", "three"}));
        CPPUNIT_ASSERT(arguments.has("wait"));
        CPPUNIT_ASSERT_EQUAL(std::string("x"), arguments.value("config"));
    }

    void valuesComeInFourForms() {
        CPPUNIT_ASSERT(
            (parse({"--define=a=1", "--define", "b=2", "-Dc=3", "-D", "d=4"}).values("define") ==
             Texts{"a=1", "b=2", "c=3", "d=4"}));
    }

    void valueMayHoldEqualsAndDashes() {
        CPPUNIT_ASSERT_EQUAL(std::string("--wait"), parse({"--config", "--wait"}).value("config"));
        CPPUNIT_ASSERT_EQUAL(std::string("a=b=c"), parse({"--config=a=b=c"}).value("config"));
        CPPUNIT_ASSERT(parse({"--config="}).has("config"));
    }

    void numbersAreWords() {
        const Texts numbers{"sum", "-7", "-0.5", "-.5", "-1e3", "-"};
        CPPUNIT_ASSERT(parse(numbers).words == numbers);
    }

    void allIsAWordAfterTwoDashes() {
        const Arguments arguments = parse({"--wait", "--", "--config", "--"});
        CPPUNIT_ASSERT((arguments.words == Texts{"--config", "--"}));
        CPPUNIT_ASSERT(!arguments.has("config"));
    }

    void whatIsNotGivenHasItsFallback() {
        const Arguments arguments = parse({});
        CPPUNIT_ASSERT(arguments.words.empty() && !arguments.has("wait"));
        CPPUNIT_ASSERT_EQUAL(std::string("y"), arguments.value("config", "y"));
        CPPUNIT_ASSERT(arguments.values("define") == nothing_);
    }

    void wrongOptionsAreNamed() {
        CPPUNIT_ASSERT_EQUAL(std::string("there is no option --confg; did you mean --config?"),
                             refusal({"--confg=x"}));
        CPPUNIT_ASSERT_EQUAL(std::string("there is no option -x"), refusal({"-xyz"}));
        CPPUNIT_ASSERT_EQUAL(std::string("--config needs a value: FILE"), refusal({"--config"}));
        CPPUNIT_ASSERT_EQUAL(std::string("-D needs a value: KEY=VALUE"), refusal({"-D"}));
        CPPUNIT_ASSERT_EQUAL(std::string("--wait takes no value"), refusal({"--wait=5"}));
        CPPUNIT_ASSERT_EQUAL(std::string("-c is given twice"), refusal({"--config=a", "-cb"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ArgumentsTest);

}  // namespace errand::cli
