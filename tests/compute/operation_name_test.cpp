// SPDX-License-Identifier: Apache-2.0
#include "compute/operation_name.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "rpc/error.h"

namespace errand::compute {
namespace {

using base::Json;
using std::string;

class OperationNameTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OperationNameTest);
    CPPUNIT_TEST(namesFindTheirOperation);
    CPPUNIT_TEST(unknownNamesAreKeyErrorsInPythonsWords);
    CPPUNIT_TEST(whatPythonCannotLookUpIsATypeError);
    CPPUNIT_TEST(checkAcceptsTheNamesAndNothingElse);
    CPPUNIT_TEST_SUITE_END();

    using Argument = rpc::Argument<OperationName>;

    static void assertError(const string& type, const string& message, const string& name) {
        try {
            Argument::read(Json::parse(name)).find();
            CPPUNIT_FAIL("found: " + name);
        } catch (const rpc::Error& error) {
            CPPUNIT_ASSERT_EQUAL(type, error.type());
            CPPUNIT_ASSERT_EQUAL(message, string(error.what()));
        }
    }

    void namesFindTheirOperation() {
        for (const Operation& operation : operations()) {
            const OperationName name = Argument::read(Json(string(operation.name)));
            CPPUNIT_ASSERT(&name.find() == &operation);
        }
    }

    void unknownNamesAreKeyErrorsInPythonsWords() {
        const std::vector<std::pair<string, string>> cases = {
            {R"("pow")", "'pow'"},
            {R"("it's")", "\"it's\""},
            {R"("a\tb")", "'a\\tb'"},
            {R"("")", "''"},
            {R"("\u200b")", "'\\u200b'"},
            {R"("é")", "'é'"},
            {R"("Sum")", "'Sum'"},
            {"5", "5"},
            {"-0", "0"},
            {"null", "None"},
            {"true", "True"},
            {"false", "False"},
            {"1.50", "1.5"},
            {"1e400", "inf"},
            {"-1e400", "-inf"},
            {"1e16", "1e+16"},
            {"1e15", "1000000000000000.0"},
            {"1E22", "1e+22"},
            {"-0.0", "-0.0"},
            {"0.0001", "0.0001"},
            {"0.0000001", "1e-07"},
            {"123456789.123", "123456789.123"},
            {"1e-400", "0.0"},
            {"0.1", "0.1"},
            {"5e-324", "5e-324"},
            {"-1.7976931348623157e308", "-1.7976931348623157e+308"},
            {"-0.00012345678901234567", "-0.00012345678901234567"}};
        for (const auto& [name, repr] : cases) assertError("KeyError", repr, name);
    }

    void whatPythonCannotLookUpIsATypeError() {
        assertError("TypeError", "unhashable type: 'list'", "[]");
        assertError("TypeError", "unhashable type: 'dict'", R"({"sum":1})");
    }

    void checkAcceptsTheNamesAndNothingElse() {
        for (const char* name : {"sum", "sub", "mul", "div"}) {
            CPPUNIT_ASSERT_MESSAGE(name, !Argument::check(Json(name)));
        }
        for (const char* value : {"5", "null", "true", "[\"sum\"]", "\"SUM\"", "\"\"", "{}"}) {
            const auto fault = Argument::check(Json::parse(value));
            CPPUNIT_ASSERT_MESSAGE(value, fault.has_value());
            CPPUNIT_ASSERT_EQUAL(string("must be one of sum, sub, mul, div"), *fault);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OperationNameTest);

}  // namespace
}  // namespace errand::compute
