// SPDX-License-Identifier: Apache-2.0
#include "compute/compute_service.h"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "base/json.h"
#include "rpc/context.h"

namespace errand::compute {
namespace {

using base::Json;
using std::string;
using namespace std::string_literals;

class NoCaller : public rpc::Caller {
public:
    rpc::Reply callAndWait(rpc::Call) override { throw std::logic_error("compute calls nobody"); }
};

class ComputeServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ComputeServiceTest);
    CPPUNIT_TEST(theOriginalsExampleIsComputedAndMailed);
    CPPUNIT_TEST(operandsAreReadAsPythonsIntDoes);
    CPPUNIT_TEST(bigResultsAreExactInReplyAndMail);
    CPPUNIT_TEST(operandsOfTheFullSizeMultiply);
    CPPUNIT_TEST(nobodyIsMailedWithoutAnAddress);
    CPPUNIT_TEST(errorsHavePythonsTextsAndAreMailed);
    CPPUNIT_TEST(unknownOperationsAreKeyErrors);
    CPPUNIT_TEST(theFirstFaultPythonMeetsIsTold);
    CPPUNIT_TEST(operandsOverTheLimitAreRefused);
    CPPUNIT_TEST(callsThatDoNotFitAreRefusedWithoutAMail);
    CPPUNIT_TEST(checkAcceptsWhatIsFine);
    CPPUNIT_TEST(checkNamesEachBadField);
    CPPUNIT_TEST(checkLimitsTheDigits);
    CPPUNIT_TEST(schemaListsTheOperations);
    CPPUNIT_TEST(endsByErrandItselfAreMailed);
    CPPUNIT_TEST(failureCastsAreTotal);
    CPPUNIT_TEST(triesAreFewAndFast);
    CPPUNIT_TEST_SUITE_END();

    static rpc::Reply call(const ComputeService& service, const string& args,
                           const string& kwargs = "{}") {
        NoCaller caller;
        rpc::Call call;
        call.service = "compute";
        call.method = "compute";
        call.arguments = {args, kwargs};
        rpc::Context context(call, caller);
        return service.handle(context);
    }

    rpc::Reply call(const string& args, const string& kwargs = "{}") const {
        return call(service_, args, kwargs);
    }

    static void assertResult(const string& expected, const rpc::Reply& reply) {
        CPPUNIT_ASSERT_MESSAGE(reply.error() ? reply.error()->message : expected, reply.result());
        CPPUNIT_ASSERT_EQUAL(expected, reply.result()->json);
    }

    static void assertMail(const rpc::Cast& cast, const string& to, const string& subject,
                           const string& contents) {
        CPPUNIT_ASSERT_EQUAL("mail"s, cast.service);
        CPPUNIT_ASSERT_EQUAL("send"s, cast.method);
        CPPUNIT_ASSERT_EQUAL("[]"s, cast.arguments.args);
        const Json expected(Json::Object{{"to", to}, {"subject", subject}, {"contents", contents}});
        CPPUNIT_ASSERT_EQUAL(expected.toString(), cast.arguments.kwargs);
    }

    // The error is the reply, and its text the one mail.
    static void assertError(const string& type, const string& message, const rpc::Reply& reply) {
        CPPUNIT_ASSERT_MESSAGE(message, reply.error() != nullptr);
        CPPUNIT_ASSERT_EQUAL(type, reply.error()->type);
        CPPUNIT_ASSERT_EQUAL(message, reply.error()->message);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, reply.casts.size());
        assertMail(reply.casts[0], "a@b.c", "An error occurred", message);
    }

    static string sum(const string& value) { return R"(["sum",)" + value + R"(,0,"a@b.c"])"; }

    std::vector<rpc::FieldError> check(const string& args, const string& kwargs) const {
        return service_.find("compute")->check(Json::parse(args), Json::parse(kwargs));
    }

    void theOriginalsExampleIsComputedAndMailed() {
        for (const rpc::Reply& reply :
             {call(R"(["sum",30,10,"name@email.com"])"),
              call("[]", R"({"operation":"sum","value":30,"other":10,"email":"name@email.com"})"),
              call(R"(["sum","30"])", R"({"other":10,"email":"name@email.com"})")}) {
            assertResult("40", reply);
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, reply.casts.size());
            assertMail(reply.casts[0], "name@email.com", "Your operation is complete!",
                       "The result is: 40");
        }
        assertResult("20", call(R"(["sub",30,10,"a@b.c"])"));
        assertResult("300", call(R"(["mul",30,10,"a@b.c"])"));
        assertResult("3", call(R"(["div",30,10,"a@b.c"])"));
        assertResult("-4", call(R"(["div",-7,2,"a@b.c"])"));
    }

    void operandsAreReadAsPythonsIntDoes() {
        assertResult("-12000", call(sum(R"(" -12_000 ")")));
        assertResult("3", call(sum("3.99")));
        assertResult("-3", call(sum("-3.99")));
        assertResult("1", call(sum("true")));
        assertResult("0", call(sum("-0")));
        assertResult("1000", call(sum("1e3")));
        assertResult("7", call(sum(R"("+007")")));
        assertResult("12", call(sum(R"("\u0661\u0662")")));
    }

    void bigResultsAreExactInReplyAndMail() {
        const string nines(300, '9');
        const string expected = "1" + string(300, '0');
        for (const string& value : {nines, "\"" + nines + "\""}) {
            const rpc::Reply reply = call(R"(["sum",)" + value + R"(,1,"a@b.c"])");
            assertResult(expected, reply);
            assertMail(reply.casts.at(0), "a@b.c", "Your operation is complete!",
                       "The result is: " + expected);
        }
    }

    void operandsOfTheFullSizeMultiply() {
        // 99...9 * 99...9 = 99...98 00...01
        const string nines(100'000, '9');
        const rpc::Reply reply = call(R"(["mul",)" + nines + "," + nines + R"(,"a@b.c"])");
        const string expected = string(99'999, '9') + "8" + string(99'999, '0') + "1";
        CPPUNIT_ASSERT(reply.result() != nullptr);
        CPPUNIT_ASSERT(reply.result()->json == expected);
        assertMail(reply.casts.at(0), "a@b.c", "Your operation is complete!",
                   "The result is: " + expected);
    }

    void nobodyIsMailedWithoutAnAddress() {
        for (const char* args : {R"(["sum",30,10])", R"(["sum",30,10,null])"}) {
            const rpc::Reply reply = call(args);
            assertResult("40", reply);
            CPPUNIT_ASSERT(reply.casts.empty());
        }
        const rpc::Reply failed = call(R"(["div",1,0])");
        CPPUNIT_ASSERT_EQUAL("ZeroDivisionError"s, failed.error()->type);
        CPPUNIT_ASSERT(failed.casts.empty());
    }

    void errorsHavePythonsTextsAndAreMailed() {
        const string literal = "invalid literal for int() with base 10: ";
        const string argument =
            "int() argument must be a string, a bytes-like object or a real number, not ";
        assertError("ZeroDivisionError", "division by zero", call(R"(["div",1,0,"a@b.c"])"));
        assertError("ValueError", literal + "'abc'", call(sum(R"("abc")")));
        assertError("ValueError", literal + "''", call(sum(R"("")")));
        assertError("ValueError", literal + "'1.5'", call(sum(R"("1.5")")));
        assertError("ValueError", literal + "'1__0'", call(sum(R"("1__0")")));
        assertError("ValueError", literal + "\"it's\"", call(sum(R"("it's")")));
        assertError("ValueError", literal + "'a\\nü\\x00'", call(sum(R"("a\nü\u0000")")));
        assertError("ValueError", literal + "'" + string(199, 'a'),
                    call(sum("\"" + string(300, 'a') + "\"")));
        assertError("TypeError", argument + "'NoneType'", call(sum("null")));
        assertError("TypeError", argument + "'list'", call(sum("[]")));
        assertError("TypeError", argument + "'dict'", call(sum("{}")));
        assertError("OverflowError", "cannot convert float infinity to integer",
                    call(sum("1e400")));
    }

    void unknownOperationsAreKeyErrors() {
        assertError("KeyError", "'pow'", call(R"(["pow",1,2,"a@b.c"])"));
        assertError("TypeError", "unhashable type: 'list'", call(R"([[],1,2,"a@b.c"])"));
    }

    void theFirstFaultPythonMeetsIsTold() {
        assertError("KeyError", "'pow'", call(R"(["pow","abc","def","a@b.c"])"));
        assertError("ValueError", "invalid literal for int() with base 10: 'abc'",
                    call(R"(["div","abc","def","a@b.c"])"));
        assertError("ValueError", "invalid literal for int() with base 10: 'def'",
                    call(R"(["div",1,"def","a@b.c"])"));
    }

    void operandsOverTheLimitAreRefused() {
        const ComputeService service({1, 10});
        assertResult("19999999998", call(service, R"(["sum",9999999999,9999999999])"));
        for (const string& value : {"12345678901"s, R"("12345678901")"s, "1e10"s}) {
            const rpc::Reply reply = call(service, sum(value));
            assertError("ValueError",
                        "Exceeds the limit (10 digits) for integer string conversion: value has 11 "
                        "digits",
                        reply);
        }
    }

    void callsThatDoNotFitAreRefusedWithoutAMail() {
        for (const auto& [args, kwargs] :
             std::vector<std::pair<string, string>>{{"[]", "{}"},
                                                    {R"(["sum",1])", R"({"email":"a@b.c"})"},
                                                    {R"(["sum",1,2,"a@b.c",3])", "{}"},
                                                    {R"(["sum",1,2,"a@b.c"])", R"({"value":1})"},
                                                    {R"(["sum",1,2])", R"({"to":"a@b.c"})"}}) {
            const rpc::Reply reply = call(args, kwargs);
            CPPUNIT_ASSERT_MESSAGE(args, reply.error() != nullptr);
            CPPUNIT_ASSERT_EQUAL("IncorrectSignature"s, reply.error()->type);
            CPPUNIT_ASSERT(reply.casts.empty());
        }
        const rpc::Reply reply = call(R"(["sum",1,2,"a@b.c\r\nBcc: x@y.z"])");
        CPPUNIT_ASSERT(reply.error() != nullptr);
        CPPUNIT_ASSERT(reply.casts.empty());
    }

    void checkAcceptsWhatIsFine() {
        for (const string& args :
             {R"(["sum",30,10,"a@b.c"])"s, R"(["div","-1","1_000",null])"s, R"(["mul",-0,0])"s,
              R"(["sub",)" + string(100'000, '9') + ",\"-" + string(100'000, '9') + "\"]"}) {
            CPPUNIT_ASSERT(check(args, "{}").empty());
        }
        CPPUNIT_ASSERT(check("[]", R"({"operation":"sum","value":" 7 ","other":1})").empty());
    }

    void checkNamesEachBadField() {
        const auto errors =
            check("[]", R"({"operation":"pow","value":30.0,"other":"x","email":"y"})");
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, errors.size());
        CPPUNIT_ASSERT(
            (errors[0] == rpc::FieldError{"operation", "must be one of sum, sub, mul, div"}));
        CPPUNIT_ASSERT_EQUAL("value"s, errors[1].field);
        CPPUNIT_ASSERT_EQUAL("other"s, errors[2].field);
        CPPUNIT_ASSERT_EQUAL("email"s, errors[3].field);
        for (const char* bad : {"5", "null", "[\"sum\"]", "\"SUM\"", "true"}) {
            const auto one = check("["s + bad + ",1,2]", "{}");
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, one.size());
            CPPUNIT_ASSERT_EQUAL("operation"s, one[0].field);
        }
        for (const char* bad : {"1e3", "true", "null", "[]", "\"\"", "\"1.0\""}) {
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, check("[\"sum\",1,"s + bad + "]", "{}").size());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, check("[]", "{}").size());
    }

    void checkLimitsTheDigits() {
        const ComputeService service({1, 5});
        const auto check = [&](const string& args, const string& kwargs) {
            return service.find("compute")->check(Json::parse(args), Json::parse(kwargs));
        };
        CPPUNIT_ASSERT(check(R"(["sum",-12345," +1_2_3_4_5 "])", "{}").empty());
        const auto errors = check(R"(["sum",-123456])", R"({"other":"0_00001"})");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, errors.size());
        CPPUNIT_ASSERT((errors[0] == rpc::FieldError{"value", "must have at most 5 digits"}));
        CPPUNIT_ASSERT((errors[1] == rpc::FieldError{"other", "must have at most 5 digits"}));
        // One complaint a field.
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, check(R"(["sum","123456x",1])", "{}").size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             check(R"(["sum",123456,1])", R"({"value":123456})").size());
    }

    void schemaListsTheOperations() {
        const auto& parameters = service_.find("compute")->parameters;
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, parameters.size());
        CPPUNIT_ASSERT_EQUAL(R"({"type":"string","enum":["sum","sub","mul","div"]})"s,
                             parameters[0].schema);
        for (const rpc::Parameter& parameter : parameters) {
            CPPUNIT_ASSERT_EQUAL(parameter.name != "email", parameter.required);
            CPPUNIT_ASSERT(Json::parse(parameter.schema).isObject());
        }
    }

    std::vector<rpc::Cast> failureCasts(const string& args, const string& kwargs) const {
        return service_.find("compute")->failureCasts({args, kwargs},
                                                      {"Timeout", "not done in 60 s"});
    }

    void endsByErrandItselfAreMailed() {
        for (const auto& casts : {failureCasts(R"(["sum",1,2,"a@b.c"])", "{}"),
                                  failureCasts(R"(["sum",1,2])", R"({"email":"a@b.c"})"),
                                  failureCasts("[]", R"({"operation":"pow","email":"a@b.c"})")}) {
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, casts.size());
            assertMail(casts[0], "a@b.c", "An error occurred", "Timeout: not done in 60 s");
        }
    }

    void failureCastsAreTotal() {
        for (const auto& [args, kwargs] :
             std::vector<std::pair<string, string>>{{R"(["sum",1,2])", "{}"},
                                                    {R"(["sum",1,2,null])", "{}"},
                                                    {R"(["sum",1,2,5])", "{}"},
                                                    {R"(["sum",1,2,"a@b.c, d@e.f"])", "{}"},
                                                    {R"(["sum",1,2])", R"({"email":"a@b.c\n"})"},
                                                    {R"(["sum",1,2])", R"({"email":["a@b.c"]})"},
                                                    {"not JSON", R"({"email":"a@b.c"})"},
                                                    {"[]", "not JSON"},
                                                    {"", ""},
                                                    {"{}", R"({"email":"a@b.c"})"},
                                                    {R"(["sum",1,2,"a@b.c"])", "[]"},
                                                    {"null", "null"}}) {
            CPPUNIT_ASSERT_MESSAGE(args + " " + kwargs, failureCasts(args, kwargs).empty());
        }
    }

    void triesAreFewAndFast() {
        const rpc::Method* method = service_.find("compute");
        CPPUNIT_ASSERT(!method->queued);
        CPPUNIT_ASSERT_EQUAL(3, method->policy.maxAttempts);
        CPPUNIT_ASSERT(method->policy.timeout == std::chrono::seconds(60));
        CPPUNIT_ASSERT_EQUAL("compute"s, service_.name());
        CPPUNIT_ASSERT_EQUAL(3, service_.workers());
    }

    const ComputeService service_{{3, 100'000}};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ComputeServiceTest);

}  // namespace
}  // namespace errand::compute
