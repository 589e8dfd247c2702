// SPDX-License-Identifier: Apache-2.0
#include "jobs/text_search.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cctype>
#include <random>
#include <string>

namespace errand::jobs {

class TextSearchTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TextSearchTest);
    CPPUNIT_TEST(textIsFoundAnywhere);
    CPPUNIT_TEST(onlyAsciiLettersAreAlikeInBothCases);
    CPPUNIT_TEST(whatJsonEscapesIsFoundBothWays);
    CPPUNIT_TEST(signsOfPatternsStandForThemselves);
    CPPUNIT_TEST(agreesWithABruteSearch);
    CPPUNIT_TEST_SUITE_END();

    static bool found(const std::string& text, const std::string& stored) {
        return TextSearch(text).isIn(stored);
    }

    void textIsFoundAnywhere() {
        const std::string stored = R"(["sum",30,10,"anna@example.com"])";
        for (const char* text : {"anna@example.com", "[", "]", "30,10", "sum", "m"})
            CPPUNIT_ASSERT_MESSAGE(text, found(text, stored));
        CPPUNIT_ASSERT(found(stored, stored));
        CPPUNIT_ASSERT(!found(stored + "]", stored));
        CPPUNIT_ASSERT(!found("hanna@example.com", stored));
        CPPUNIT_ASSERT(!found("x", ""));
    }

    void onlyAsciiLettersAreAlikeInBothCases() {
        CPPUNIT_ASSERT(found("ANNA@example.COM", "[\"anna@Example.com\"]"));
        CPPUNIT_ASSERT(found("z\xC3\xB6", "Z\xC3\xB6"));
        CPPUNIT_ASSERT(!found("\xC3\x96", "\xC3\xB6"));  // Ö and ö
        // '@' and '`', '[' and '{' differ by the bit that tells the cases of letters apart.
        CPPUNIT_ASSERT(!found("@", "`"));
        CPPUNIT_ASSERT(!found("{a", "[A"));
    }

    void whatJsonEscapesIsFoundBothWays() {
        const std::string stored = R"({"text":"say \"Hi\" c:\\x \u0001"})";
        CPPUNIT_ASSERT(found("say \"hi\"", stored));
        CPPUNIT_ASSERT(found("c:\\x", stored));
        CPPUNIT_ASSERT(found(std::string("x \x01"), stored));
        // As it is: for who knows how it is written, and for errors, which are no JSON.
        CPPUNIT_ASSERT(found(R"("text":"say)", stored));
        CPPUNIT_ASSERT(found("a\"b", "KeyError: a\"b"));
    }

    void signsOfPatternsStandForThemselves() {
        for (const char* text : {"%", "_", "*", "?", ".", "a%b"}) {
            CPPUNIT_ASSERT(!found(text, "aXb"));
            CPPUNIT_ASSERT(found(text, std::string("-") + text + "-"));
        }
    }

    void agreesWithABruteSearch() {
        std::minstd_rand dice(7);
        const auto word = [&](std::size_t size) {
            std::string text;
            while (text.size() < size) text += "abAB"[dice() / 7 % 4];
            return text;
        };
        const auto lower = [](std::string text) {
            std::transform(text.begin(), text.end(), text.begin(), [](char c) {
                return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            });
            return text;
        };
        int hits = 0;
        for (int i = 0; i < 20000; ++i) {
            const std::string text = word(1 + dice() / 7 % 7);
            const std::string stored = word(dice() / 7 % 40);
            const bool expected = lower(stored).find(lower(text)) != std::string::npos;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text + " in " + stored, expected, found(text, stored));
            hits += expected ? 1 : 0;
        }
        CPPUNIT_ASSERT(hits > 2000 && hits < 18000);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextSearchTest);

}  // namespace errand::jobs
