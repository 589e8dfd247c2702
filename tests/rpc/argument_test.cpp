// SPDX-License-Identifier: Apache-2.0
#include "rpc/argument.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace errand;
using base::Json;
using rpc::Argument;
using rpc::IntegerLike;

namespace {

constexpr std::size_t enough = 1000;

// The value, or "Type: text" of the error.
std::string integerOf(const char* json, std::size_t maxDigits = enough) {
    try {
        return base::toString(IntegerLike(Json::parse(json)).value(maxDigits));
    } catch (const rpc::Error& e) {
        return e.type() + ": " + e.what();
    }
}

bool httpTakes(const char* json) {
    return !Argument<IntegerLike>::check(Json::parse(json));
}

}  // namespace

class ArgumentTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ArgumentTest);
    CPPUNIT_TEST(integersAreReadAsPythonReadsThem);
    CPPUNIT_TEST(badLiteralHasPythonsText);
    CPPUNIT_TEST(longBadLiteralIsCut);
    CPPUNIT_TEST(otherTypesAreTypeErrors);
    CPPUNIT_TEST(infinityIsAnOverflow);
    CPPUNIT_TEST(tooManyDigitsAreRefused);
    CPPUNIT_TEST(httpTakesIntegersAndTheirStrings);
    CPPUNIT_TEST(stringsAreStringsOnly);
    CPPUNIT_TEST(optionalTakesNullAndChecksTheRest);
    CPPUNIT_TEST(schemasAreJson);
    CPPUNIT_TEST(resultsBecomeJson);
    CPPUNIT_TEST(resultThatIsNotUtf8IsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void integersAreReadAsPythonReadsThem() {
        CPPUNIT_ASSERT_EQUAL(std::string("30"), integerOf("30"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), integerOf("-0"));
        CPPUNIT_ASSERT_EQUAL(std::string("-12000"), integerOf(R"(" -12_000 ")"));
        CPPUNIT_ASSERT_EQUAL(std::string("-3"), integerOf("-3.99"));
        CPPUNIT_ASSERT_EQUAL(std::string("1000"), integerOf("1e3"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), integerOf("true"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), integerOf("false"));
        const std::string digits(300, '7');
        CPPUNIT_ASSERT_EQUAL(digits, integerOf(digits.c_str()));
    }

    void badLiteralHasPythonsText() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("ValueError: invalid literal for int() with base 10: 'abc'"),
            integerOf(R"("abc")"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("ValueError: invalid literal for int() with base 10: ' 1 2\\n'"),
            integerOf(R"(" 1 2\n")"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("ValueError: invalid literal for int() with base 10: \"it's\""),
            integerOf(R"("it's")"));
        CPPUNIT_ASSERT_EQUAL(std::string("ValueError: invalid literal for int() with base 10: ''"),
                             integerOf(R"("")"));
    }

    void longBadLiteralIsCut() {
        const std::string json = '"' + std::string(100000, 'x') + '"';
        CPPUNIT_ASSERT_EQUAL(
            "ValueError: invalid literal for int() with base 10: '" + std::string(199, 'x'),
            integerOf(json.c_str()));
    }

    void otherTypesAreTypeErrors() {
        const std::string text =
            "TypeError: int() argument must be a string, a bytes-like object or a real number, "
            "not ";
        CPPUNIT_ASSERT_EQUAL(text + "'NoneType'", integerOf("null"));
        CPPUNIT_ASSERT_EQUAL(text + "'list'", integerOf("[1]"));
        CPPUNIT_ASSERT_EQUAL(text + "'dict'", integerOf("{}"));
    }

    void infinityIsAnOverflow() {
        const std::string text = "OverflowError: cannot convert float infinity to integer";
        CPPUNIT_ASSERT_EQUAL(text, integerOf("1e400"));
        CPPUNIT_ASSERT_EQUAL(text, integerOf("-1e400"));
    }

    void tooManyDigitsAreRefused() {
        const std::string text =
            "ValueError: Exceeds the limit (3 digits) for integer string conversion: value has 4 "
            "digits";
        CPPUNIT_ASSERT_EQUAL(std::string("-999"), integerOf("-999", 3));
        CPPUNIT_ASSERT_EQUAL(text, integerOf("-1000", 3));
        CPPUNIT_ASSERT_EQUAL(text, integerOf(R"(" 1_000 ")", 3));
        CPPUNIT_ASSERT_EQUAL(text, integerOf("1e3", 3));
    }

    void httpTakesIntegersAndTheirStrings() {
        CPPUNIT_ASSERT(httpTakes("30"));
        CPPUNIT_ASSERT(httpTakes("-123456789012345678901234567890"));
        CPPUNIT_ASSERT(httpTakes(R"(" +1_0 ")"));
        CPPUNIT_ASSERT(!httpTakes("30.0"));
        CPPUNIT_ASSERT(!httpTakes("1e3"));
        CPPUNIT_ASSERT(!httpTakes("true"));
        CPPUNIT_ASSERT(!httpTakes("null"));
        CPPUNIT_ASSERT(!httpTakes("[1]"));
        CPPUNIT_ASSERT(!httpTakes(R"("1.0")"));
        CPPUNIT_ASSERT(!httpTakes(R"("1__0")"));
        CPPUNIT_ASSERT_EQUAL(std::string("must be an integer or a string that holds one"),
                             Argument<IntegerLike>::check(Json()).value());
    }

    void stringsAreStringsOnly() {
        CPPUNIT_ASSERT_EQUAL(std::string("x"), Argument<std::string>::read(Json("x")));
        CPPUNIT_ASSERT(!Argument<std::string>::check(Json("")));
        CPPUNIT_ASSERT_EQUAL(std::string("must be a string, not array"),
                             Argument<std::string>::check(Json::Array{}).value());
        try {
            Argument<std::string>::read(Json::integer(1));
            CPPUNIT_FAIL("an integer was read as a string");
        } catch (const rpc::Error& e) {
            CPPUNIT_ASSERT_EQUAL(std::string("TypeError"), e.type());
            CPPUNIT_ASSERT_EQUAL(std::string("argument must be str, not int"),
                                 std::string(e.what()));
        }
    }

    void optionalTakesNullAndChecksTheRest() {
        using Optional = Argument<std::optional<std::string>>;
        CPPUNIT_ASSERT(!Optional::read(Json()));
        CPPUNIT_ASSERT_EQUAL(std::string("x"), Optional::read(Json("x")).value());
        CPPUNIT_ASSERT(!Optional::check(Json()));
        CPPUNIT_ASSERT(Optional::check(Json(true)));
        CPPUNIT_ASSERT(!Optional::required);
    }

    void schemasAreJson() {
        CPPUNIT_ASSERT(Json::parse(Argument<std::string>::schema()).isObject());
        CPPUNIT_ASSERT(Json::parse(Argument<IntegerLike>::schema()).find("anyOf"));
        CPPUNIT_ASSERT(Json::parse(Argument<rpc::Mailbox>::schema()).find("format"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2),
                             Json::parse(Argument<std::optional<rpc::Mailbox>>::schema())
                                 .find("anyOf")
                                 ->asArray()
                                 .size());
    }

    void resultsBecomeJson() {
        CPPUNIT_ASSERT_EQUAL(std::string("-40"), rpc::toJson(base::Integer(-40)));
        CPPUNIT_ASSERT_EQUAL(std::string(R"("a\"b")"), rpc::toJson(std::string("a\"b")));
        CPPUNIT_ASSERT_EQUAL(std::string("[1e400]"), rpc::toJson(Json::parse("[1e400]")));
    }

    void resultThatIsNotUtf8IsRefused() {
        CPPUNIT_ASSERT_THROW(rpc::toJson(std::string("\xff")), rpc::Error);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ArgumentTest);
