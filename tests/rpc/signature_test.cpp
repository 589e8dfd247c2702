// SPDX-License-Identifier: Apache-2.0
#include "rpc/signature.h"

#include <array>

#include <cppunit/extensions/HelperMacros.h>

#include "rpc/argument.h"
#include "rpc/error.h"

using namespace errand;
using base::Json;
using rpc::FieldError;
using rpc::Signature;

namespace {

// def NAME(self, x, y, z=None) or fewer of them.
Signature make(const std::string& name, std::size_t required, std::size_t optional) {
    const std::array<const char*, 3> names{"x", "y", "z"};
    std::vector<rpc::Parameter> parameters;
    std::vector<Signature::Check> checks;
    for (std::size_t i = 0; i < required + optional; ++i) {
        parameters.push_back({names[i], i < required, "{}"});
        checks.push_back(&rpc::Argument<std::string>::check);
    }
    return Signature(name, parameters, checks);
}

std::string refusal(const Signature& signature, const char* args, const char* kwargs) {
    std::array<const Json*, 3> bound{};
    const Json a = Json::parse(args);
    const Json k = Json::parse(kwargs);
    try {
        signature.bind(a, k, bound.data());
    } catch (const rpc::Error& e) {
        CPPUNIT_ASSERT_EQUAL(std::string("IncorrectSignature"), e.type());
        return e.what();
    }
    return "fits";
}

std::string describe(const std::vector<FieldError>& errors) {
    std::string text;
    for (const FieldError& error : errors) text += error.field + " " + error.message + "; ";
    return text;
}

}  // namespace

class SignatureTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SignatureTest);
    CPPUNIT_TEST(bindsByPositionAndName);
    CPPUNIT_TEST(missingArgumentsAreNamed);
    CPPUNIT_TEST(unexpectedNameIsRefused);
    CPPUNIT_TEST(doubleValueIsRefused);
    CPPUNIT_TEST(tooManyPositionalsAreCountedWithSelf);
    CPPUNIT_TEST(argumentsOfTheWrongKindAreRefused);
    CPPUNIT_TEST(checkFindsEverythingAtOnce);
    CPPUNIT_TEST(checkLetsGoodArgumentsPass);
    CPPUNIT_TEST(checkNamesAValueGivenTwice);
    CPPUNIT_TEST(checkRefusesTooManyPositionals);
    CPPUNIT_TEST_SUITE_END();

public:
    void bindsByPositionAndName() {
        const Json args = Json::parse(R"(["a"])");
        const Json kwargs = Json::parse(R"({"y":"b"})");
        std::array<const Json*, 3> bound{};
        make("three", 2, 1).bind(args, kwargs, bound.data());
        CPPUNIT_ASSERT_EQUAL(std::string("a"), bound[0]->asString());
        CPPUNIT_ASSERT_EQUAL(std::string("b"), bound[1]->asString());
        CPPUNIT_ASSERT(bound[2]->isNull());
    }

    // The expected texts are those of Python 3.11's inspect.getcallargs.
    void missingArgumentsAreNamed() {
        const Signature three = make("three", 3, 0);
        CPPUNIT_ASSERT_EQUAL(
            std::string("three() missing 3 required positional arguments: 'x', 'y' and 'z'"),
            refusal(three, "[]", "{}"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("three() missing 2 required positional arguments: 'x' and 'z'"),
            refusal(three, "[]", R"({"y":1})"));
        CPPUNIT_ASSERT_EQUAL(std::string("two() missing 1 required positional argument: 'x'"),
                             refusal(make("two", 1, 1), "[]", "{}"));
    }

    void unexpectedNameIsRefused() {
        const Signature two = make("two", 1, 1);
        CPPUNIT_ASSERT_EQUAL(std::string("two() got an unexpected keyword argument 'z'"),
                             refusal(two, "[1]", R"({"z":3})"));
        CPPUNIT_ASSERT_EQUAL(std::string("two() got an unexpected keyword argument \"it's\""),
                             refusal(two, "[1]", R"({"it's":3})"));
        // Told before the surplus of positionals.
        CPPUNIT_ASSERT_EQUAL(std::string("two() got an unexpected keyword argument 'z'"),
                             refusal(two, "[1,2,3]", R"({"z":3})"));
    }

    void doubleValueIsRefused() {
        const Signature two = make("two", 1, 1);
        CPPUNIT_ASSERT_EQUAL(std::string("two() got multiple values for argument 'x'"),
                             refusal(two, "[1]", R"({"x":2})"));
        CPPUNIT_ASSERT_EQUAL(std::string("two() got multiple values for argument 'self'"),
                             refusal(two, "[1]", R"({"self":2})"));
    }

    void tooManyPositionalsAreCountedWithSelf() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("two() takes from 2 to 3 positional arguments but 4 were given"),
            refusal(make("two", 1, 1), "[1,2,3]", "{}"));
        CPPUNIT_ASSERT_EQUAL(std::string("two() takes 3 positional arguments but 4 were given"),
                             refusal(make("two", 2, 0), "[1,2,3]", "{}"));
        CPPUNIT_ASSERT_EQUAL(std::string("none() takes 1 positional argument but 2 were given"),
                             refusal(make("none", 0, 0), "[1]", "{}"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("any() takes from 1 to 2 positional arguments but 3 were given"),
            refusal(make("any", 0, 1), "[1,2]", "{}"));
    }

    void argumentsOfTheWrongKindAreRefused() {
        const Signature one = make("one", 1, 0);
        CPPUNIT_ASSERT_EQUAL(std::string("Value after * must be an iterable, not int"),
                             refusal(one, "5", "{}"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("inspect.getcallargs() argument after ** must be a mapping, not NoneType"),
            refusal(one, "[]", "null"));
    }

    void checkFindsEverythingAtOnce() {
        const auto errors =
            make("three", 3, 0).check(Json::parse("[1]"), Json::parse(R"({"w":1,"y":null,"v":2})"));
        CPPUNIT_ASSERT_EQUAL(std::string("x must be a string, not number; "
                                         "y must be a string, not null; "
                                         "z is required; "
                                         "w is not a parameter of three; "
                                         "v is not a parameter of three; "),
                             describe(errors));
    }

    void checkLetsGoodArgumentsPass() {
        const auto errors = make("two", 1, 1).check(Json::parse(R"(["a"])"), Json::parse(R"({})"));
        CPPUNIT_ASSERT_EQUAL(std::string(), describe(errors));
    }

    void checkNamesAValueGivenTwice() {
        const auto errors =
            make("two", 1, 1).check(Json::parse(R"(["a"])"), Json::parse(R"({"x":"b"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("x is given twice, by position and by name; "),
                             describe(errors));
    }

    void checkRefusesTooManyPositionals() {
        const auto errors =
            make("one", 1, 0).check(Json::parse(R"(["a","b","c"])"), Json::parse("{}"));
        CPPUNIT_ASSERT_EQUAL(std::string("args holds 3 values, but one takes at most 1; "),
                             describe(errors));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SignatureTest);
