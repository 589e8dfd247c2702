// SPDX-License-Identifier: Apache-2.0
#include "rpc/service.h"

#include <cppunit/extensions/HelperMacros.h>

#include "probe_service.h"

using namespace errand;

namespace {

class NoCaller : public rpc::Caller {
public:
    rpc::Reply callAndWait(rpc::Call) override {
        return {rpc::ErrorReply{"AssertionError", "no call was expected"}, {}};
    }
};

// A method of each kind of signature.
class TypedService : public rpc::Service {
public:
    TypedService() : Service("typed", 1) {
        method("none", &TypedService::none, {}, "Takes nothing.").queued = true;
        method("all", &TypedService::all, {"text", "number", "to", "any"}, "Takes one of each.");
    }

private:
    void none(rpc::Context&) {}
    std::string all(rpc::Context&, const std::string& text, rpc::IntegerLike number,
                    std::optional<rpc::Mailbox> to, const std::optional<base::Json>& any) {
        return text + ' ' + base::toString(number.value(10)) + ' ' + (to ? to->address : "nobody") +
               ' ' + (any ? any->toString() : "nothing");
    }
};

}  // namespace

class ServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceTest);
    CPPUNIT_TEST(resultIsJson);
    CPPUNIT_TEST(argumentsFindTheirTypes);
    CPPUNIT_TEST(firstBadArgumentIsTold);
    CPPUNIT_TEST(methodsDescribeThemselves);
    CPPUNIT_TEST(unknownMethodIsNamed);
    CPPUNIT_TEST(unreadableArgumentsAreMalformed);
    CPPUNIT_TEST(wrongKindOfArgumentsIsASignatureError);
    CPPUNIT_TEST(errorsAndTryAgainBecomeReplies);
    CPPUNIT_TEST(foreignExceptionsAreNamedByType);
    CPPUNIT_TEST(textThatIsNotUtf8IsMadeSo);
    CPPUNIT_TEST(castsComeWithAResultAndWithAnError);
    CPPUNIT_TEST(registeredMethodsStayWhereTheyAre);
    CPPUNIT_TEST_SUITE_END();

    static rpc::Reply handle(const rpc::Service& service, const std::string& method,
                             const std::string& args, const std::string& kwargs = "{}") {
        NoCaller caller;
        rpc::Call call;
        call.service = service.name();
        call.method = method;
        call.arguments = {args, kwargs};
        rpc::Context context(call, caller);
        return service.handle(context);
    }

    static std::string text(const rpc::Reply& reply) {
        if (const auto* error = reply.error()) return error->type + ": " + error->message;
        if (const auto* again = reply.tryAgain()) return "try again: " + again->reason;
        return reply.result()->json;
    }

    const tests::ProbeService probe_{"probe", 1};
    const TypedService typed_;

public:
    void resultIsJson() {
        CPPUNIT_ASSERT_EQUAL(std::string("40"), text(handle(probe_, "sum", "[30,10]")));
        CPPUNIT_ASSERT_EQUAL(std::string("null"), text(handle(typed_, "none", "[]")));
    }

    void argumentsFindTheirTypes() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"("a 5 b@c.d [1]")"),
                             text(handle(typed_, "all", R"(["a","5","b@c.d",[1]])")));
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"("a 5 nobody nothing")"),
            text(handle(typed_, "all", R"(["a"])", R"({"number":5.5,"to":null})")));
    }

    void firstBadArgumentIsTold() {
        CPPUNIT_ASSERT_EQUAL(std::string("TypeError: argument must be str, not int"),
                             text(handle(typed_, "all", R"([1,2,"bad"])")));
        CPPUNIT_ASSERT_EQUAL(std::string("ValueError: not a plain mailbox: 'bad'"),
                             text(handle(typed_, "all", R"(["a","x","bad"])")));
    }

    void methodsDescribeThemselves() {
        const rpc::Method* method = typed_.find("all");
        CPPUNIT_ASSERT(method);
        CPPUNIT_ASSERT_EQUAL(std::string("Takes one of each."), method->text);
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), method->parameters.size());
        CPPUNIT_ASSERT_EQUAL(std::string("number"), method->parameters[1].name);
        CPPUNIT_ASSERT(method->parameters[1].required);
        CPPUNIT_ASSERT(!method->parameters[2].required);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"type":"string"})"), method->parameters[0].schema);
        CPPUNIT_ASSERT(typed_.find("none")->queued);
        CPPUNIT_ASSERT(!typed_.find("other"));
        const auto errors =
            method->check(base::Json::parse(R"(["a",1.5])"), base::Json::parse(R"({"to":"x"})"));
        const std::vector<rpc::FieldError> expected{
            {"number", "must be an integer or a string that holds one"},
            {"to", "must be one plain mailbox such as name@example.com"}};
        CPPUNIT_ASSERT(errors == expected);
    }

    void unknownMethodIsNamed() {
        CPPUNIT_ASSERT_EQUAL(std::string("MethodNotFound: pow"), text(handle(typed_, "pow", "[]")));
    }

    void unreadableArgumentsAreMalformed() {
        CPPUNIT_ASSERT_EQUAL(std::string("MalformedRequest"),
                             handle(typed_, "none", "[").error()->type);
        CPPUNIT_ASSERT_EQUAL(std::string("MalformedRequest"),
                             handle(typed_, "none", "[]", "{]").error()->type);
    }

    void wrongKindOfArgumentsIsASignatureError() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("IncorrectSignature: Value after * must be an iterable, not int"),
            text(handle(typed_, "none", "5")));
    }

    void errorsAndTryAgainBecomeReplies() {
        CPPUNIT_ASSERT_EQUAL(std::string("KeyError: 'pow'"),
                             text(handle(probe_, "fail", R"(["KeyError","'pow'"])")));
        CPPUNIT_ASSERT_EQUAL(std::string("try again: not now"),
                             text(handle(probe_, "tryAgain", R"(["job"])")));
    }

    void foreignExceptionsAreNamedByType() {
        CPPUNIT_ASSERT_EQUAL(std::string("out_of_range: beyond the end"),
                             text(handle(probe_, "throwForeign", R"(["std"])")));
        CPPUNIT_ASSERT_EQUAL(std::string("FileNotFoundException: File not found: notes.txt"),
                             text(handle(probe_, "throwForeign", R"(["poco"])")));
        CPPUNIT_ASSERT_EQUAL(std::string("Exception"),
                             handle(probe_, "throwForeign", R"(["number"])").error()->type);
    }

    void textThatIsNotUtf8IsMadeSo() {
        CPPUNIT_ASSERT_EQUAL(std::string("runtime_error: caf?"),
                             text(handle(probe_, "throwForeign", R"(["bytes"])")));
    }

    void castsComeWithAResultAndWithAnError() {
        const rpc::Reply good = handle(probe_, "castOther", R"(["a","b","result"])");
        const rpc::Reply bad = handle(probe_, "castOther", R"(["a","b","error"])");
        const std::vector<rpc::Cast> expected{{"a", "b", {}}};
        CPPUNIT_ASSERT(good.result());
        CPPUNIT_ASSERT(good.casts == expected);
        CPPUNIT_ASSERT(bad.error());
        CPPUNIT_ASSERT(bad.casts == expected);
    }

    void registeredMethodsStayWhereTheyAre() {
        class Growing : public rpc::Service {
        public:
            Growing() : Service("growing", 1) {
                rpc::Method& first = method("first", &Growing::run, {}, "");
                for (int i = 0; i < 100; ++i) {
                    method("m" + std::to_string(i), &Growing::run, {}, "");
                }
                first.queued = true;
            }
            void run(rpc::Context&) {}
        };
        CPPUNIT_ASSERT(Growing().find("first")->queued);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceTest);
