// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/body.h"

#include <cppunit/extensions/HelperMacros.h>

#include "rpc/error.h"

namespace errand::transport_amqp {

class BodyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BodyTest);
    CPPUNIT_TEST(requestIsWrittenAsKombuDoes);
    CPPUNIT_TEST(numbersPassDigitForDigit);
    CPPUNIT_TEST(pythonsTokensAreRead);
    CPPUNIT_TEST(pythonsTokensInStringsStay);
    CPPUNIT_TEST(whatOnlyContainsATokenIsRefused);
    CPPUNIT_TEST(extraKeysAreIgnored);
    CPPUNIT_TEST(wrongKindsOfArgumentsPass);
    CPPUNIT_TEST(requestWithoutArgsOrKwargsIsMalformed);
    CPPUNIT_TEST(requestThatIsNoObjectIsPythonsTypeError);
    CPPUNIT_TEST(requestThatIsNoJsonIsMalformed);
    CPPUNIT_TEST(resultIsWrittenAndRead);
    CPPUNIT_TEST(errorsAreWrittenBesideANullResult);
    CPPUNIT_TEST(castsComeBack);
    CPPUNIT_TEST(replyWithoutErrorOrResultIsNull);
    CPPUNIT_TEST(falsyErrorsAreNone);
    CPPUNIT_TEST(malformedCastsAreAMalformedReply);
    CPPUNIT_TEST(whateverIsNoReplyIsAMalformedOne);
    CPPUNIT_TEST_SUITE_END();

public:
    void requestIsWrittenAsKombuDoes() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"args": [1, "x"], "kwargs": {"k": null}})"),
                             writeRequest({R"([1, "x"])", R"({"k": null})"}));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"args": [], "kwargs": {}})"), writeRequest({}));
        const rpc::Arguments arguments{R"([1,"é\n"])", R"({"k":{"a":[true]}})"};
        CPPUNIT_ASSERT(readRequest(writeRequest(arguments)) == arguments);
    }

    void numbersPassDigitForDigit() {
        const std::string digits(1000, '7');
        for (const std::string& number :
             {std::string("1180591620717411303424"), digits, '-' + digits, std::string("1e400"),
              std::string("-0"), std::string("0.10000000000000000001")}) {
            CPPUNIT_ASSERT_EQUAL('[' + number + ']', argsOf('[' + number + ']'));
            CPPUNIT_ASSERT_EQUAL(number, resultOf(R"({"result": )" + number + "}"));
        }
    }

    void pythonsTokensAreRead() {
        CPPUNIT_ASSERT_EQUAL(std::string("[null,1e999,-1e999,1]"),
                             argsOf("[NaN, Infinity, -Infinity,1]"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"([{"a":null},[-1e999]])"),
                             argsOf(R"([{"a":NaN},[-Infinity]])"));
        CPPUNIT_ASSERT_EQUAL(std::string("null"), resultOf(R"({"result": NaN, "error": null})"));
        CPPUNIT_ASSERT_EQUAL(std::string("-1e999"), resultOf(R"({"result": -Infinity})"));
    }

    void pythonsTokensInStringsStay() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["NaN, -Infinity"])"), argsOf(R"(["NaN, -Infinity"])"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["\" NaN","\\",null,{"Infinity":1e999}])"),
                             argsOf(R"(["\" NaN", "\\", NaN, {"Infinity": Infinity}])"));
    }

    void whatOnlyContainsATokenIsRefused() {
        for (const char* args :
             {"[1Infinity]", "[Infinity5]", "[1.Infinity]", "[--Infinity]", "[-NaN]", "[NaNNaN]",
              "[InfinityInfinity]", "[nan]", "[\"NaN]", "[NaN, \"\\", "[1-Infinity]"}) {
            CPPUNIT_ASSERT_EQUAL(
                std::string("MalformedRequest"),
                refusal(R"({"kwargs": {}, "args": )" + std::string(args) + "}").type());
        }
    }

    void extraKeysAreIgnored() {
        const auto read = readRequest(R"({"a":1,"args":[2],"kwargs":{"b":3},"c":[4]})");
        CPPUNIT_ASSERT(read == (rpc::Arguments{"[2]", R"({"b":3})"}));
    }

    // What is wrong with them only the method's signature can say.
    void wrongKindsOfArgumentsPass() {
        const auto read = readRequest(R"({"args": 5, "kwargs": null})");
        CPPUNIT_ASSERT(read == (rpc::Arguments{"5", "null"}));
    }

    void requestWithoutArgsOrKwargsIsMalformed() {
        for (const char* body : {"{}", R"({"args": []})", R"({"kwargs": {}})", R"({"Args":[]})"}) {
            const rpc::Error error = refusal(body);
            CPPUNIT_ASSERT_EQUAL(std::string("MalformedRequest"), error.type());
            CPPUNIT_ASSERT_EQUAL(std::string("Message missing `args` or `kwargs`"),
                                 std::string(error.what()));
        }
    }

    void requestThatIsNoObjectIsPythonsTypeError() {
        const std::pair<const char*, const char*> refusals[] = {
            {"[]", "list indices must be integers or slices, not str"},
            {R"("args")", "string indices must be integers, not 'str'"},
            {"5", "'int' object is not subscriptable"},
            {"1.5", "'float' object is not subscriptable"},
            {"NaN", "'NoneType' object is not subscriptable"},
            {"true", "'bool' object is not subscriptable"},
            {"null", "'NoneType' object is not subscriptable"},
        };
        for (const auto& [body, text] : refusals) {
            const rpc::Error error = refusal(body);
            CPPUNIT_ASSERT_EQUAL(std::string("TypeError"), error.type());
            CPPUNIT_ASSERT_EQUAL(std::string(text), std::string(error.what()));
        }
    }

    void requestThatIsNoJsonIsMalformed() {
        const std::string deep = std::string(100, '[') + std::string(100, ']');
        for (const std::string& body :
             {std::string(), std::string("{"), std::string("\xff"), std::string("{'args': []}"),
              R"({"args":)" + deep + R"(,"kwargs":{}})", std::string(R"({"args":[],"args":[]})")}) {
            const rpc::Error error = refusal(body);
            CPPUNIT_ASSERT_EQUAL(std::string("MalformedRequest"), error.type());
            CPPUNIT_ASSERT_EQUAL(std::size_t(0),
                                 std::string(error.what()).find("the body is no JSON: line 1"));
        }
        const std::string twice = refusal(R"({"args":[],"kwargs":{"a":1,"a":2}})").what();
        CPPUNIT_ASSERT_MESSAGE(twice, twice.ends_with(R"(duplicate key "a")"));
    }

    void resultIsWrittenAndRead() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"result": [1], "error": null})"),
                             writeReply({rpc::ResultReply{"[1]"}, {}}));
        CPPUNIT_ASSERT_EQUAL(std::string("[1]"), resultOf(R"({"result": [1], "error": null})"));
        CPPUNIT_ASSERT(readReply(R"({"result": 1})").casts.empty());
    }

    void errorsAreWrittenBesideANullResult() {
        const std::string text = writeReply({rpc::ErrorReply{"ValueError", "bad"}, {}});
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"result": null, "error": {"exc_type":"ValueError",)"
                        R"("exc_path":"builtins.ValueError","exc_args":["bad"],"value":"bad"}})"),
            text);
        CPPUNIT_ASSERT(*readReply(text).error() == (rpc::ErrorReply{"ValueError", "bad"}));
        const rpc::Reply again = readReply(writeReply({rpc::TryAgainReply{"busy", {}, {}}, {}}));
        CPPUNIT_ASSERT_EQUAL(std::string("busy"), again.tryAgain()->reason);
    }

    void castsComeBack() {
        const std::vector<rpc::Cast> casts{{"mail", "send", {R"(["a@b"])", R"({"k":1})"}},
                                           {"s\"x", "m\n", {}}};
        const std::string text = writeReply({rpc::ResultReply{"1"}, casts});
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"result": 1, "error": null,"casts":[{"service":"mail",)"
                        R"("method":"send","args":["a@b"],"kwargs":{"k":1}},{"service":"s\"x",)"
                        R"("method":"m\n","args":[],"kwargs":{}}]})"),
            text);
        CPPUNIT_ASSERT(readReply(text).casts == casts);
        const rpc::Reply bad = readReply(writeReply({rpc::ErrorReply{"E", "e"}, casts}));
        CPPUNIT_ASSERT(bad.casts == casts);
        CPPUNIT_ASSERT(*bad.error() == (rpc::ErrorReply{"E", "e"}));
        CPPUNIT_ASSERT(readReply(R"({"result":1,"casts":[]})").casts.empty());
    }

    void replyWithoutErrorOrResultIsNull() {
        CPPUNIT_ASSERT_EQUAL(std::string("null"), resultOf("{}"));
        CPPUNIT_ASSERT_EQUAL(std::string("null"), resultOf(R"({"error": null})"));
        CPPUNIT_ASSERT_EQUAL(std::string("5"), resultOf(R"({"result": 5})"));
    }

    void falsyErrorsAreNone() {
        for (const char* error : {"null", "{}", "[]", "\"\"", "false", "0", "-0.0", "0e5"}) {
            CPPUNIT_ASSERT_EQUAL(std::string("5"),
                                 resultOf(R"({"result":5,"error":)" + std::string(error) + "}"));
        }
    }

    void malformedCastsAreAMalformedReply() {
        for (const char* casts : {"5", "null", "{}", "\"x\""}) {
            malformed(R"({"result":1,"casts":)" + std::string(casts) + "}",
                      "the reply's casts are no array");
        }
        for (const char* cast :
             {"5", "[]", "{}", R"({"service":"s"})", R"({"service":"s","method":"m"})",
              R"({"service":"s","method":"m","args":[]})",
              R"({"service":1,"method":"m","args":[],"kwargs":{}})",
              R"({"service":"s","method":null,"args":[],"kwargs":{}})",
              R"({"service":"s","method":"m","args":{},"kwargs":{}})",
              R"({"service":"s","method":"m","args":[],"kwargs":[]})"}) {
            malformed(R"({"result":1,"casts":[)" + std::string(cast) + "]}",
                      "a cast in the reply makes no sense");
        }
    }

    void whateverIsNoReplyIsAMalformedOne() {
        for (const char* body : {"[]", "5", "\"x\"", "null", "NaN"}) {
            malformed(body, "the reply is no JSON object");
        }
        for (const char* body : {"", "{", "\xff\xff", R"({"result":1,"result":2})", "{NaN}"}) {
            const rpc::Reply reply = readReply(body);
            CPPUNIT_ASSERT(reply.error());
            CPPUNIT_ASSERT_EQUAL(std::string("MalformedReply"), reply.error()->type);
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), reply.error()->message.find("line 1, column "));
        }
    }

private:
    static std::string argsOf(const std::string& args) {
        return readRequest(R"({"args": )" + args + R"(, "kwargs": {}})").args;
    }

    static std::string resultOf(const std::string& body) {
        const rpc::Reply reply = readReply(body);
        CPPUNIT_ASSERT_MESSAGE(body, reply.result());
        return reply.result()->json;
    }

    static rpc::Error refusal(const std::string& body) {
        try {
            readRequest(body);
        } catch (const rpc::Error& error) {
            return error;
        }
        CPPUNIT_FAIL("taken: " + body);
        return {"", ""};
    }

    static void malformed(const std::string& body, const std::string& text) {
        const rpc::Reply reply = readReply(body);
        CPPUNIT_ASSERT_MESSAGE(body, reply.error());
        CPPUNIT_ASSERT(*reply.error() == (rpc::ErrorReply{"MalformedReply", text}));
        CPPUNIT_ASSERT(reply.casts.empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BodyTest);

}  // namespace errand::transport_amqp
