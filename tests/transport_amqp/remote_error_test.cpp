// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/remote_error.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::transport_amqp {

using base::Json;
using namespace std::chrono_literals;

class RemoteErrorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RemoteErrorTest);
    CPPUNIT_TEST(namekosOwnAreUnderItsPath);
    CPPUNIT_TEST(pythonsOwnAreBuiltins);
    CPPUNIT_TEST(allOthersAreErrands);
    CPPUNIT_TEST(keyErrorsArgumentHasNoQuotes);
    CPPUNIT_TEST(unknownServiceGoesByItsName);
    CPPUNIT_TEST(whatWasWrittenIsReadAgain);
    CPPUNIT_TEST(tryAgainComesBack);
    CPPUNIT_TEST(tryAgainOfForeignShapesIsRead);
    CPPUNIT_TEST(finalErrorOfThatNameIsNoTryAgain);
    CPPUNIT_TEST(foreignShapesHaveAReading);
    CPPUNIT_TEST(pythonsTruthSaysWhatIsAnError);
    CPPUNIT_TEST_SUITE_END();

public:
    void namekosOwnAreUnderItsPath() {
        written({"MethodNotFound", "pow"}, "nameko.exceptions.MethodNotFound", "pow", "pow");
        const std::string signature = "two() missing 1 required positional argument: 'x'";
        written({"IncorrectSignature", signature}, "nameko.exceptions.IncorrectSignature",
                signature, signature);
        const std::string missing = "Message missing `args` or `kwargs`";
        written({"MalformedRequest", missing}, "nameko.exceptions.MalformedRequest", missing,
                missing);
    }

    void pythonsOwnAreBuiltins() {
        for (const char* type : {"TypeError", "ValueError", "ZeroDivisionError", "BufferError",
                                 "ArithmeticError", "Exception", "OSError", "TimeoutError"}) {
            written({type, "bad \"x\"\n"}, std::string("builtins.") + type, "bad \"x\"\n",
                    "bad \"x\"\n");
        }
    }

    void allOthersAreErrands() {
        for (const char* type : {"MailRefused", "valueerror", "ValueErro", ""}) {
            written({type, "m"}, std::string("errand.") + type, "m", "m");
        }
    }

    // str(KeyError(x)) is repr(x), and its argument is x.
    void keyErrorsArgumentHasNoQuotes() {
        const std::pair<const char*, const char*> texts[] = {
            {"'pow'", "pow"},
            {"\"it's\"", "it's"},
            {R"('a\'b"c')", "a'b\"c"},
            {R"('\\n\n\r\t')", "\\n\n\r\t"},
            {R"('\x07\u00e9')", "\x07é"},
            {R"('\U0001f600')", "😀"},
            {"''", ""},
            {"pow", "pow"},
            {"'pow", "'pow"},
            {"'pow\"", "'pow\""},
            {"'", "'"},
            {"3", "3"},
            {"", ""},
            // What Python never writes stays as it is.
            {R"('\q')", R"(\q)"},
            {R"('\x0')", R"(\x0)"},
            {R"('\ud800')", R"(\ud800)"},
            {R"('\U00110000')", R"(\U00110000)"},
            {R"('\xzz')", R"(\xzz)"},
            {R"('\')", "\\"},
        };
        for (const auto& [text, argument] : texts) {
            written({"KeyError", text}, "builtins.KeyError", argument, text);
        }
        written({"LookupError", "'pow'"}, "builtins.LookupError", "'pow'", "'pow'");
    }

    void unknownServiceGoesByItsName() {
        written({"UnknownService", "maths"}, "nameko.exceptions.UnknownService", "maths",
                "Unknown service `maths`");
        CPPUNIT_ASSERT_EQUAL(std::string("maths"),
                             read(R"({"exc_type":"UnknownService","exc_args":["maths"],)"
                                  R"("value":"Unknown service `maths`"})")
                                 .message);
        CPPUNIT_ASSERT_EQUAL(std::string("gone"),
                             read(R"({"exc_type":"UnknownService","value":"gone"})").message);
        CPPUNIT_ASSERT_EQUAL(
            std::string("gone"),
            read(R"({"exc_type":"UnknownService","exc_args":[],"value":"gone"})").message);
        CPPUNIT_ASSERT_EQUAL(std::string("v"),
                             read(R"({"exc_type":"X","exc_args":["a"],"value":"v"})").message);
    }

    void whatWasWrittenIsReadAgain() {
        for (const char* type : {"UnknownService", "MethodNotFound", "KeyError", "ValueError",
                                 "TryAgain", "Foreign", ""}) {
            for (const char* message : {"", "m", "'m'", "\"\n\\", "é"}) {
                const rpc::ErrorReply error{type, message};
                std::string text;
                writeError(text, error);
                CPPUNIT_ASSERT_MESSAGE(text, read(text) == error);
            }
        }
    }

    void tryAgainComesBack() {
        for (const auto scope : {rpc::Scope::job, rpc::Scope::service}) {
            for (const std::optional<std::chrono::milliseconds> after :
                 {std::optional<std::chrono::milliseconds>(), {0ms}, {1500ms}, {24h}}) {
                std::string text;
                writeError(text, rpc::TryAgainReply{"server \"busy\"", after, scope});
                const rpc::TryAgainReply again = readAgain(text);
                CPPUNIT_ASSERT_EQUAL(std::string("server \"busy\""), again.reason);
                CPPUNIT_ASSERT(again.after == after);
                CPPUNIT_ASSERT(again.scope == scope);
            }
        }
        std::string text;
        writeError(text, rpc::TryAgainReply{"busy", 1500ms, rpc::Scope::service});
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"exc_type":"TryAgain","exc_path":"errand.TryAgain",)"
                                         R"("exc_args":["busy","1500","service"],"value":"busy"})"),
                             text);
    }

    void tryAgainOfForeignShapesIsRead() {
        const auto of = [](const std::string& arguments) {
            return readAgain(R"({"exc_path":"errand.TryAgain")" + arguments + "}");
        };
        for (const char* arguments : {"", R"(,"exc_args":[])", R"(,"exc_args":"x")"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(), of(arguments).reason);
            CPPUNIT_ASSERT(!of(arguments).after);
            CPPUNIT_ASSERT(of(arguments).scope == rpc::Scope::job);
        }
        CPPUNIT_ASSERT(of(R"(,"exc_args":["r",1500])").after == 1500ms);
        for (const char* after :
             {"null", "\"-1\"", "\"12s\"", "1.5", "\"x\"", "[]", "\"9999999999999999999999\""}) {
            CPPUNIT_ASSERT_MESSAGE(after,
                                   !of(R"(,"exc_args":["r",)" + std::string(after) + "]").after);
        }
        // What cannot be added to a time is as good as never.
        const auto never = of(R"(,"exc_args":["r","9223372036854775807"])").after;
        CPPUNIT_ASSERT(never && *never > 24h * 365 * 99 && *never < 24h * 365 * 101);
        CPPUNIT_ASSERT(of(R"(,"exc_args":["r","1","all"])").scope == rpc::Scope::job);
    }

    void finalErrorOfThatNameIsNoTryAgain() {
        std::string text;
        writeError(text, rpc::ErrorReply{"TryAgain", "no"});
        CPPUNIT_ASSERT(read(text) == (rpc::ErrorReply{"TryAgain", "no"}));
        CPPUNIT_ASSERT(
            read(R"({"exc_type":"TryAgain","exc_path":"theirs.TryAgain","value":"v"})") ==
            (rpc::ErrorReply{"TryAgain", "v"}));
    }

    void foreignShapesHaveAReading() {
        const auto is = [](const char* text, const char* type, const char* message) {
            CPPUNIT_ASSERT_MESSAGE(text, read(text) == (rpc::ErrorReply{type, message}));
        };
        is("\"it broke\"", "RemoteError", "it broke");
        is("[1, \"x\"]", "RemoteError", R"([1,"x"])");
        is("5", "RemoteError", "5");
        is("true", "RemoteError", "true");
        is(R"({"exc_type":"X"})", "X", "None");
        is(R"({"exc_type":"X","value":null})", "X", "None");
        is(R"({"exc_type":"X","value":{"a":1}})", "X", R"({"a":1})");
        is(R"({"value":"v"})", "RemoteError", "v");
        is(R"({"exc_type":null,"value":"v"})", "None", "v");
        is(R"({"exc_type":5,"exc_path":6,"exc_args":7,"value":8})", "5", "8");
        is(R"({"other":1})", "RemoteError", "None");
    }

    void pythonsTruthSaysWhatIsAnError() {
        for (const char* none :
             {"null", "false", "0", "-0", "0.00", "0e5", "-0.0E1", "\"\"", "[]", "{}"}) {
            CPPUNIT_ASSERT_MESSAGE(none, !isError(Json::parse(none)));
        }
        for (const char* error : {"true", "1", "-2", "0.01", "1e0", "10E-1", "\"x\"", "\"0\"",
                                  "[null]", R"({"a":null})"}) {
            CPPUNIT_ASSERT_MESSAGE(error, isError(Json::parse(error)));
        }
    }

private:
    static std::string member(const Json& error, const char* name) {
        const Json* value = error.find(name);
        CPPUNIT_ASSERT_MESSAGE(name, value && value->isString());
        return value->asString();
    }

    static void written(const rpc::ErrorReply& error, const std::string& path,
                        const std::string& argument, const std::string& value) {
        std::string text;
        writeError(text, error);
        const Json json = Json::parse(text);
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), json.asObject().size());
        CPPUNIT_ASSERT_EQUAL(error.type, member(json, "exc_type"));
        CPPUNIT_ASSERT_EQUAL(path, member(json, "exc_path"));
        CPPUNIT_ASSERT_EQUAL(value, member(json, "value"));
        CPPUNIT_ASSERT_EQUAL(Json(Json::Array{argument}).toString(),
                             json.find("exc_args")->toString());
    }

    static rpc::ErrorReply read(const std::string& text) {
        const BadEnding ending = readError(Json::parse(text));
        CPPUNIT_ASSERT_MESSAGE(text, std::holds_alternative<rpc::ErrorReply>(ending));
        return std::get<rpc::ErrorReply>(ending);
    }

    static rpc::TryAgainReply readAgain(const std::string& text) {
        const BadEnding ending = readError(Json::parse(text));
        CPPUNIT_ASSERT_MESSAGE(text, std::holds_alternative<rpc::TryAgainReply>(ending));
        return std::get<rpc::TryAgainReply>(ending);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RemoteErrorTest);

}  // namespace errand::transport_amqp
