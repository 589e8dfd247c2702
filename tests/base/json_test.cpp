// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <random>
#include <string>

#include <cppunit/extensions/HelperMacros.h>

using namespace errand::base;
using namespace std::string_literals;

namespace {

std::string rewritten(std::string_view text) {
    return Json::parse(text).toString();
}

std::string quoted(std::string_view text) {
    std::string out;
    appendJsonString(out, text);
    return out;
}

// Any value at all, decided by the generator; equal seeds give equal values.
Json anyValue(std::mt19937& random, int depth) {
    const auto below = [&](unsigned n) { return random() % n; };
    const auto text = [&] {
        static const std::string pieces[] = {"a",
                                             "\"",
                                             "\\",
                                             "\n",
                                             "\x01"s,
                                             "\0"s,
                                             "\xC3\xA9",
                                             "\x7f",
                                             "\xF0\x9F\x98\x80",
                                             "long plain run of text"};
        std::string all;
        for (unsigned i = below(5); i > 0; --i) all += pieces[below(std::size(pieces))];
        return all;
    };
    switch (below(depth > 0 ? 6 : 4)) {
        case 0:
            return nullptr;
        case 1:
            return below(2) == 0;
        case 2:
            return Json::Number{std::to_string(static_cast<int>(random())) + ".5e-7"};
        case 3:
            return text();
        case 4: {
            Json::Array array;
            for (unsigned i = below(5); i > 0; --i) array.push_back(anyValue(random, depth - 1));
            return array;
        }
        default: {
            Json::Object object;
            for (unsigned i = below(25); i > 0; --i) {
                object.emplace_back(text() + std::to_string(i), anyValue(random, depth - 1));
            }
            return object;
        }
    }
}

}  // namespace

class JsonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonTest);
    CPPUNIT_TEST(everyKindIsReadAndNamed);
    CPPUNIT_TEST(numbersKeepTheirDigits);
    CPPUNIT_TEST(hugeNumbersPassDigitForDigit);
    CPPUNIT_TEST(integersAreToldFromOtherNumbers);
    CPPUNIT_TEST(stringsAreUnescaped);
    CPPUNIT_TEST(stringsAreEscapedOnlyWhereNeeded);
    CPPUNIT_TEST(escapedTextsOfEveryLengthComeBack);
    CPPUNIT_TEST(membersKeepTheirOrderAndAreFound);
    CPPUNIT_TEST(spaceIsDropped);
    CPPUNIT_TEST(valuesBuiltInCodeAreWritten);
    CPPUNIT_TEST(equalityLooksAtTheDigits);
    CPPUNIT_TEST(writeAppends);
    CPPUNIT_TEST(whateverIsWrittenIsReadAsItWas);
    CPPUNIT_TEST_SUITE_END();

public:
    void everyKindIsReadAndNamed() {
        const auto named = [](const char* text) {
            return std::string(Json::parse(text).kindName());
        };
        CPPUNIT_ASSERT_EQUAL("null"s, named("null"));
        CPPUNIT_ASSERT_EQUAL("boolean"s, named("false"));
        CPPUNIT_ASSERT_EQUAL("number"s, named("-1.5"));
        CPPUNIT_ASSERT_EQUAL("string"s, named("\"\""));
        CPPUNIT_ASSERT_EQUAL("array"s, named("[]"));
        CPPUNIT_ASSERT_EQUAL("object"s, named("{}"));
        CPPUNIT_ASSERT(Json::parse("true").asBoolean());
        CPPUNIT_ASSERT(!Json::parse("false").asBoolean());
        CPPUNIT_ASSERT(Json::parse("null").isNull());
        CPPUNIT_ASSERT(Json::parse("[null,[]]").asArray()[1].isArray());
    }

    void numbersKeepTheirDigits() {
        for (const char* digits : {"0", "-0", "0.0", "-0.0e-0", "1e400", "1E+5", "1.10",
                                   "123456789012345678901234567890", "-9223372036854775809",
                                   "0.1000000000000000055511151231257827", "1e-99999999999"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(digits), Json::parse(digits).asDigits());
            CPPUNIT_ASSERT_EQUAL("[" + std::string(digits) + "]",
                                 rewritten("[ " + std::string(digits) + " ]"));
        }
    }

    void hugeNumbersPassDigitForDigit() {
        std::string digits = "-";
        for (int i = 0; i < 100'000; ++i) digits.push_back(static_cast<char>('1' + i % 9));
        CPPUNIT_ASSERT_EQUAL(digits, rewritten(digits));
        CPPUNIT_ASSERT(Json::parse(digits).isInteger());
        CPPUNIT_ASSERT_EQUAL(digits + ".5", rewritten(digits + ".5"));
    }

    void integersAreToldFromOtherNumbers() {
        for (const char* text : {"0", "-0", "7", "-12", "1000000000000000000000"}) {
            CPPUNIT_ASSERT_MESSAGE(text, Json::parse(text).isInteger());
        }
        for (const char* text : {"0.0", "1e3", "1E3", "-1.5", "\"1\"", "true", "null", "[1]"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Json::parse(text).isInteger());
        }
        for (const char* digits : {"", "-", "01", "1x", "+1", " 1", "e", "1_0"}) {
            CPPUNIT_ASSERT_MESSAGE(digits, !Json(Json::Number{digits}).isInteger());
        }
    }

    void stringsAreUnescaped() {
        const auto read = [](const char* text) { return Json::parse(text).asString(); };
        CPPUNIT_ASSERT_EQUAL(""s, read(R"("")"));
        CPPUNIT_ASSERT_EQUAL("\"\\/\b\f\n\r\t"s, read(R"("\"\\\/\b\f\n\r\t")"));
        CPPUNIT_ASSERT_EQUAL("A\xC3\xA9\xE2\x82\xAC"s, read(R"("\u0041\u00e9\u20AC")"));
        CPPUNIT_ASSERT_EQUAL("\xF0\x9F\x98\x80!"s, read(R"("\ud83d\uDE00!")"));
        CPPUNIT_ASSERT_EQUAL("\xF4\x8F\xBF\xBF"s, read(R"("\udbff\udfff")"));
        CPPUNIT_ASSERT_EQUAL("a\0b"s, read(R"("a\u0000b")"));
        CPPUNIT_ASSERT_EQUAL("\xEF\xBB\xBF"s, read("\"\xEF\xBB\xBF\""));
        CPPUNIT_ASSERT_EQUAL("\x7F gr\xC3\xBC\xC3\x9F"s, read("\"\x7F gr\xC3\xBC\xC3\x9F\""));
        CPPUNIT_ASSERT_EQUAL("\\u0041"s, read(R"("\\u0041")"));
    }

    void stringsAreEscapedOnlyWhereNeeded() {
        CPPUNIT_ASSERT_EQUAL(R"("")"s, quoted(""));
        CPPUNIT_ASSERT_EQUAL(R"("plain/text's")"s, quoted("plain/text's"));
        CPPUNIT_ASSERT_EQUAL(R"("\"\\\b\f\n\r\t")"s, quoted("\"\\\b\f\n\r\t"));
        CPPUNIT_ASSERT_EQUAL(R"("\u0000\u0001\u001f")"s, quoted("\0\x01\x1f"s));
        CPPUNIT_ASSERT_EQUAL("\"\x7F\xC3\xA9\xF0\x9F\x98\x80\""s,
                             quoted("\x7F\xC3\xA9\xF0\x9F\x98\x80"));
    }

    void escapedTextsOfEveryLengthComeBack() {
        for (std::size_t size = 0; size < 40; ++size) {
            for (std::size_t at = 0; at < size; ++at) {
                std::string text(size, 'x');
                text[at] = '\n';
                CPPUNIT_ASSERT_EQUAL(text, Json::parse(quoted(text)).asString());
            }
        }
    }

    void membersKeepTheirOrderAndAreFound() {
        const Json value = Json::parse(R"({"z":1,"a":{"b":[true]},"":null,"m\u006d":"x"})");
        CPPUNIT_ASSERT_EQUAL(R"({"z":1,"a":{"b":[true]},"":null,"mm":"x"})"s, value.toString());
        CPPUNIT_ASSERT_EQUAL("1"s, value.find("z")->asDigits());
        CPPUNIT_ASSERT(value.find("a")->find("b")->asArray()[0].asBoolean());
        CPPUNIT_ASSERT(value.find("")->isNull());
        CPPUNIT_ASSERT_EQUAL("x"s, value.find("mm")->asString());
        CPPUNIT_ASSERT(value.find("b") == nullptr);
        CPPUNIT_ASSERT(value.find("Z") == nullptr);
    }

    void spaceIsDropped() {
        CPPUNIT_ASSERT_EQUAL(R"({"a b":[1,{},[]],"c":" "})"s,
                             rewritten("\n{ \"a b\" :\t[ 1 , { } , [ ] ] ,\r\n\"c\": \" \" } "));
    }

    void valuesBuiltInCodeAreWritten() {
        const Json value = Json::Object{
            {"null", nullptr},
            {"yes", true},
            {"number", Json::integer(-9223372036854775807LL - 1)},
            {"text", "t\"t"},
            {"list", Json::Array{Json(), Json(std::string("s")), Json(Json::Number{"1e400"})}}};
        CPPUNIT_ASSERT_EQUAL(R"({"null":null,"yes":true,"number":-9223372036854775808,)"
                             R"("text":"t\"t","list":[null,"s",1e400]})"s,
                             value.toString());
    }

    void equalityLooksAtTheDigits() {
        CPPUNIT_ASSERT(Json::parse("[1,{\"a\":\"b\"}]") ==
                       Json::parse("[ 1, {\"\\u0061\":\"b\"}]"));
        CPPUNIT_ASSERT(!(Json::parse("1") == Json::parse("1.0")));
        CPPUNIT_ASSERT(!(Json::parse("1") == Json::parse("\"1\"")));
        CPPUNIT_ASSERT(!(Json::parse("{\"a\":1,\"b\":2}") == Json::parse("{\"b\":2,\"a\":1}")));
    }

    void writeAppends() {
        std::string out = "x=";
        Json::parse("[1]").write(out);
        appendJsonString(out, "y");
        CPPUNIT_ASSERT_EQUAL("x=[1]\"y\""s, out);
    }

    void whateverIsWrittenIsReadAsItWas() {
        for (unsigned seed = 0; seed < 500; ++seed) {
            std::mt19937 random(seed);
            const Json value = anyValue(random, 4);
            const std::string text = value.toString();
            CPPUNIT_ASSERT_MESSAGE(text, Json::parse(text) == value);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonTest);
