// SPDX-License-Identifier: Apache-2.0
// What is refused, and in which words; what is read lies in json_test.cpp.
#include "base/json_reader.h"

#include <string>
#include <string_view>

#include <cppunit/extensions/HelperMacros.h>

using namespace errand::base;
using namespace std::string_literals;

namespace {

// The error's text, or what was read where there was none.
std::string refusal(std::string_view text) {
    try {
        return "accepted: " + JsonReader(text).read().toString();
    } catch (const JsonError& e) {
        return e.what();
    }
}

std::string nested(std::size_t depth, const std::string& open, const std::string& close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += "0";
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
}

// {"k0":0,"k1":1,...} with the key at `repeatAt` replaced by the one at `first`.
std::string manyKeys(std::size_t count, std::size_t first, std::size_t repeatAt) {
    std::string text = "{";
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) text += ",\n";
        text += "\"k" + std::to_string(i == repeatAt ? first : i) + "\":" + std::to_string(i);
    }
    return text + "}";
}

}  // namespace

class JsonReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonReaderTest);
    CPPUNIT_TEST(nothingIsNoValue);
    CPPUNIT_TEST(brokenObjectsAreRefused);
    CPPUNIT_TEST(brokenArraysAreRefused);
    CPPUNIT_TEST(brokenNumbersAreRefused);
    CPPUNIT_TEST(wordsOtherThanTheThreeAreRefused);
    CPPUNIT_TEST(brokenStringsAreRefused);
    CPPUNIT_TEST(halfSurrogatePairsAreRefused);
    CPPUNIT_TEST(invalidUtf8IsRefusedWhereItStands);
    CPPUNIT_TEST(byteOrderMarkIsRefused);
    CPPUNIT_TEST(nulBytesAreRefusedAndDoNotEndTheText);
    CPPUNIT_TEST(nothingMayFollowTheValue);
    CPPUNIT_TEST(duplicateKeysAreRefused);
    CPPUNIT_TEST(duplicateAmongManyKeysIsFoundWhereItStands);
    CPPUNIT_TEST(manyKeysOfInnerAndOuterObjectsAreKeptApart);
    CPPUNIT_TEST(hundredThousandKeysAreRead);
    CPPUNIT_TEST(nestingEndsAtTheLimit);
    CPPUNIT_TEST(endlessNestingIsRefusedAndNotFollowed);
    CPPUNIT_TEST(placeIsCountedInLinesAndBytes);
    CPPUNIT_TEST(everyCutOfATextIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void nothingIsNoValue() {
        const std::string end = "expected a value, found the end of the text";
        CPPUNIT_ASSERT_EQUAL("line 1, column 1: " + end, refusal(""));
        CPPUNIT_ASSERT_EQUAL("line 2, column 2: " + end, refusal("  \n\t"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 1: expected a value, found '#'"s, refusal("# 1"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 1: expected a value, found '/'"s, refusal("/**/1"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 1: expected a value, found control character 0x0c"s,
                             refusal("\f1"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 1: expected a value, found '\xC2\xA0'"s,
                             refusal("\xC2\xA0"
                                     "1"));
    }

    void brokenObjectsAreRefused() {
        const std::string key = "expected a key in double quotes, found ";
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: " + key + "the end of the text", refusal("{"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 8: " + key + "'}'", refusal("{\"a\":1,}"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: " + key + "','", refusal("{,}"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: " + key + "'a'", refusal("{a:1}"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: " + key + "'''", refusal("{'a':1}"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: " + key + "'1'", refusal("{1:1}"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 5: expected ':' after a key, found '}'"s,
                             refusal("{\"a\"}"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 6: expected a value, found '}'"s, refusal("{\"a\":}"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 8: expected ',' or '}' in an object, found '\"'"s,
                             refusal("{\"a\":1 \"b\":2}"));
        CPPUNIT_ASSERT_EQUAL(
            "line 1, column 7: expected ',' or '}' in an object, found the end of the text"s,
            refusal("{\"a\":1"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 7: expected ',' or '}' in an object, found ']'"s,
                             refusal("{\"a\":1]"));
    }

    void brokenArraysAreRefused() {
        CPPUNIT_ASSERT_EQUAL("line 1, column 4: expected a value, found ']'"s, refusal("[1,]"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: expected a value, found ','"s, refusal("[,1]"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 4: expected ',' or ']' in an array, found '2'"s,
                             refusal("[1 2]"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: expected a value, found the end of the text"s,
                             refusal("["));
        CPPUNIT_ASSERT_EQUAL("line 1, column 3: expected ',' or ']' in an array, found '}'"s,
                             refusal("[1}"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 1: expected a value, found ']'"s, refusal("]"));
    }

    void brokenNumbersAreRefused() {
        const std::string zeros = "line 1, column 1: a number may not have leading zeros";
        const std::string point =
            "line 1, column 1: a number needs a digit after its decimal point";
        const std::string exponent = "line 1, column 1: a number needs a digit in its exponent";
        for (const char* text : {"01", "-01", "00", "-00.5"}) {
            CPPUNIT_ASSERT_EQUAL(zeros, refusal(text));
        }
        for (const char* text : {"1.", "-0.", "1.e5", "1.x"}) {
            CPPUNIT_ASSERT_EQUAL(point, refusal(text));
        }
        for (const char* text : {"1e", "1E+", "1.5e-", "1ex"}) {
            CPPUNIT_ASSERT_EQUAL(exponent, refusal(text));
        }
        CPPUNIT_ASSERT_EQUAL(
            "line 1, column 2: expected a digit after '-', found the end of the text"s,
            refusal("-"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: expected a digit after '-', found '-'"s,
                             refusal("--1"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 1: expected a value, found '+'"s, refusal("+1"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 1: expected a value, found '.'"s, refusal(".5"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: expected nothing after the value, found 'x'"s,
                             refusal("0x10"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: expected nothing after the value, found '_'"s,
                             refusal("1_000"));
    }

    void wordsOtherThanTheThreeAreRefused() {
        const std::string word = "line 1, column 1: expected a value, found the word ";
        for (const char* text :
             {"NaN", "Infinity", "True", "None", "nul", "trueish", "undefined"}) {
            CPPUNIT_ASSERT_EQUAL(word + "\"" + text + "\"", refusal(text));
        }
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: expected a digit after '-', found 'I'"s,
                             refusal("-Infinity"));
        CPPUNIT_ASSERT_EQUAL(word + "\"" + std::string(60, 'a') + "...\"",
                             refusal(std::string(1000, 'a')));
    }

    void brokenStringsAreRefused() {
        const std::string open = "line 1, column 1: a string that begins here is not closed";
        CPPUNIT_ASSERT_EQUAL(open, refusal("\""));
        CPPUNIT_ASSERT_EQUAL(open, refusal("\"abc"));
        CPPUNIT_ASSERT_EQUAL(open, refusal("\"abc\\\""));
        CPPUNIT_ASSERT_EQUAL(
            "line 1, column 5: a backslash may not stand before the end of the text"s,
            refusal("\"abc\\"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: a backslash may not stand before 'x'"s,
                             refusal(R"("\x41")"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 2: a backslash may not stand before 'U'"s,
                             refusal(R"("\U0041")"));
        const std::string digits = "line 1, column 3: \\u needs four hexadecimal digits";
        for (const char* text :
             {R"("a\u")", R"("a\u12")", R"("a\u12g4")", R"("a\u 123")", "\"a\\u12"}) {
            CPPUNIT_ASSERT_EQUAL(digits, refusal(text));
        }
        for (const std::string& raw : {"\n"s, "\t"s, "\x1f"s, "\x01"s}) {
            const std::string said = refusal("\"ab" + raw + "\"");
            CPPUNIT_ASSERT_MESSAGE(said, said.find("must be escaped in a string") != said.npos);
            CPPUNIT_ASSERT_MESSAGE(said, said.starts_with("line 1, column 4: "));
        }
    }

    void halfSurrogatePairsAreRefused() {
        const auto half = [](const std::string& which) {
            return "line 1, column 2: " + which + " is half of a surrogate pair";
        };
        CPPUNIT_ASSERT_EQUAL(half("\\ud800"), refusal(R"("\ud800")"));
        CPPUNIT_ASSERT_EQUAL(half("\\uDBFF"), refusal(R"("\uDBFFx")"));
        CPPUNIT_ASSERT_EQUAL(half("\\udc00"), refusal(R"("\udc00")"));
        CPPUNIT_ASSERT_EQUAL(half("\\udfff"), refusal(R"("\udfff\ud800")"));
        CPPUNIT_ASSERT_EQUAL(half("\\ud800"), refusal(R"("\ud800\n")"));
        CPPUNIT_ASSERT_EQUAL(half("\\ud800"), refusal(R"("\ud800\u0041")"));
        CPPUNIT_ASSERT_EQUAL(half("\\ud800"), refusal(R"("\ud800\ud800\udc00")"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 8: \\u needs four hexadecimal digits"s,
                             refusal(R"("\ud800\u12")"));
    }

    void invalidUtf8IsRefusedWhereItStands() {
        CPPUNIT_ASSERT_EQUAL("line 1, column 3: byte 0xff is not valid UTF-8"s,
                             refusal("\"a\xFF\""));
        CPPUNIT_ASSERT_EQUAL("line 2, column 2: byte 0xed is not valid UTF-8"s,
                             refusal("[\n\"\xED\xA0\x80\"]"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 1: byte 0xfe is not valid UTF-8"s,
                             refusal("\xFE\xFF\0{\0}"s));
    }

    void byteOrderMarkIsRefused() {
        CPPUNIT_ASSERT_EQUAL(
            "line 1, column 1: a byte order mark stands before the value; send UTF-8 without one"s,
            refusal("\xEF\xBB\xBF{}"));
    }

    void nulBytesAreRefusedAndDoNotEndTheText() {
        CPPUNIT_ASSERT_EQUAL(
            "line 1, column 3: expected nothing after the value, found control character 0x00"s,
            refusal("{}\0"s));
        CPPUNIT_ASSERT_EQUAL(
            "line 1, column 2: control character 0x00 must be escaped in a string"s,
            refusal("\"\0\""s));
        CPPUNIT_ASSERT_EQUAL(
            "line 1, column 3: expected ',' or ']' in an array, found control character 0x00"s,
            refusal("[1\0]"s));
    }

    void nothingMayFollowTheValue() {
        CPPUNIT_ASSERT_EQUAL("line 1, column 3: expected nothing after the value, found '2'"s,
                             refusal("1 2"));
        CPPUNIT_ASSERT_EQUAL("line 2, column 1: expected nothing after the value, found '{'"s,
                             refusal("{}\n{}"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 3: expected nothing after the value, found '}'"s,
                             refusal("{}}"));
        CPPUNIT_ASSERT_EQUAL("accepted: {}"s, refusal(" \t\r\n{} \t\r\n"));
    }

    void duplicateKeysAreRefused() {
        CPPUNIT_ASSERT_EQUAL("line 1, column 8: duplicate key \"a\""s, refusal(R"({"a":1,"a":2})"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 8: duplicate key \"a\""s,
                             refusal(R"({"a":1,"\u0061":2})"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 7: duplicate key \"\""s, refusal(R"({"":1,"":2})"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 20: duplicate key \"b\""s,
                             refusal(R"({"a":1,"o":{"b":1, "b":2}})"));
        CPPUNIT_ASSERT_EQUAL("line 1, column 14: duplicate key \"a\\n\\\"\""s,
                             refusal(R"({"a\n\"":[], "a\n\"":2})"));
        CPPUNIT_ASSERT_EQUAL("accepted: {\"a\":{\"a\":1},\"A\":2}"s,
                             refusal(R"({"a":{"a":1},"A":2})"));
        const std::string longKey(100, 'k');
        CPPUNIT_ASSERT_EQUAL(
            "line 1, column 107: duplicate key \"" + longKey.substr(0, 60) + "...\"",
            refusal("{\"" + longKey + "\":0,\"" + longKey + "\":0}"));
    }

    void duplicateAmongManyKeysIsFoundWhereItStands() {
        for (const std::size_t repeatAt : {1, 15, 16, 17, 18, 40}) {
            const std::string line = "line " + std::to_string(repeatAt + 1) + ", column ";
            const std::string said = refusal(manyKeys(41, 0, repeatAt));
            CPPUNIT_ASSERT_EQUAL(line + (repeatAt == 0 ? "2" : "1") + ": duplicate key \"k0\"",
                                 said);
        }
        CPPUNIT_ASSERT_EQUAL("line 40, column 1: duplicate key \"k38\""s,
                             refusal(manyKeys(41, 38, 39)));
    }

    void manyKeysOfInnerAndOuterObjectsAreKeptApart() {
        const std::string inner = manyKeys(30, 0, 30);
        std::string outer = manyKeys(30, 0, 30);
        outer.pop_back();
        const std::string good = outer + ",\"x\":" + inner + ",\"y\":" + inner + ",\"z\":1}";
        CPPUNIT_ASSERT(refusal(good).starts_with("accepted: "));
        const std::string bad = outer + ",\"x\":" + inner + ",\"k20\":1}";
        CPPUNIT_ASSERT_EQUAL("line 59, column 11: duplicate key \"k20\""s, refusal(bad));
    }

    void hundredThousandKeysAreRead() {
        constexpr std::size_t count = 100'000;
        const Json value = JsonReader(manyKeys(count, 0, count)).read();
        CPPUNIT_ASSERT_EQUAL(count, value.asObject().size());
        CPPUNIT_ASSERT_EQUAL("k99999"s, value.asObject().back().first);
        CPPUNIT_ASSERT_EQUAL("line 100000, column 1: duplicate key \"k7\""s,
                             refusal(manyKeys(count, 7, count - 1)));
    }

    void nestingEndsAtTheLimit() {
        const std::size_t most = Json::maxDepth;
        CPPUNIT_ASSERT_EQUAL(std::size_t{64}, most);
        CPPUNIT_ASSERT(refusal(nested(most, "[", "]")).starts_with("accepted: "));
        CPPUNIT_ASSERT(refusal(nested(most, "{\"a\":", "}")).starts_with("accepted: "));
        CPPUNIT_ASSERT_EQUAL("line 1, column 65: nesting deeper than 64"s,
                             refusal(nested(most + 1, "[", "]")));
        CPPUNIT_ASSERT_EQUAL("line 1, column 321: nesting deeper than 64"s,
                             refusal(nested(most + 1, "{\"a\":", "}")));
        // What was left again does not count.
        std::string wide = "[";
        for (int i = 0; i < 200; ++i) wide += "[],{},";
        CPPUNIT_ASSERT(refusal(wide + "0]").starts_with("accepted: "));
    }

    void endlessNestingIsRefusedAndNotFollowed() {
        CPPUNIT_ASSERT_EQUAL("line 1, column 65: nesting deeper than 64"s,
                             refusal(std::string(5'000'000, '[')));
    }

    void placeIsCountedInLinesAndBytes() {
        try {
            JsonReader("{\r\n  \"\xC3\xA9\": nope\r\n}").read();
            CPPUNIT_FAIL("accepted");
        } catch (const JsonError& e) {
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, e.line());
            CPPUNIT_ASSERT_EQUAL(std::size_t{9}, e.column());
            CPPUNIT_ASSERT_EQUAL("line 2, column 9: expected a value, found the word \"nope\""s,
                                 std::string(e.what()));
        }
    }

    void everyCutOfATextIsRefused() {
        const std::string text =
            R"({"a":[1,-2.5e3,true,false,null],"\u00e9\ud83d\ude00":{"b":"x\ny"}})";
        CPPUNIT_ASSERT(refusal(text).starts_with("accepted: "));
        for (std::size_t size = 0; size < text.size(); ++size) {
            const std::string cut = text.substr(0, size);
            CPPUNIT_ASSERT_MESSAGE(cut, refusal(cut).starts_with("line 1, column "));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonReaderTest);
