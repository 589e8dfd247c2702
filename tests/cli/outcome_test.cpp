// SPDX-License-Identifier: Apache-2.0
#include "cli/outcome.h"

#include <cppunit/extensions/HelperMacros.h>

#include "cli/exit_code.h"

namespace errand::cli {

class OutcomeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OutcomeTest);
    CPPUNIT_TEST(repliesAreResultsOrErrorsByName);
    CPPUNIT_TEST(everyEndHasItsCodeAndName);
    CPPUNIT_TEST(linesAreLines);
    CPPUNIT_TEST(errorsAreJsonWhateverTheyHold);
    CPPUNIT_TEST_SUITE_END();

    using Kind = rpc::End::Kind;

    static Outcome of(Kind kind) {
        return outcomeOf({kind, {}, {}}, "pigeon", std::chrono::milliseconds(1500));
    }
    static Outcome replied(decltype(rpc::Reply::answer) answer) {
        return outcomeOf({Kind::reply, {std::move(answer), {}}, {}}, "pigeon", {});
    }
    static std::string said(const Outcome& outcome) {
        return std::to_string(outcome.code) + ' ' + errorLine(outcome.type, outcome.message);
    }

    void repliesAreResultsOrErrorsByName() {
        const Outcome well = replied(rpc::ResultReply{"40"});
        CPPUNIT_ASSERT_EQUAL(exitOk, well.code);
        CPPUNIT_ASSERT_EQUAL(std::string("40"), well.result);
        CPPUNIT_ASSERT(well.type.empty());
        CPPUNIT_ASSERT_EQUAL(
            std::string("1 ZeroDivisionError: division by zero"),
            said(replied(rpc::ErrorReply{"ZeroDivisionError", "division by zero"})));
        CPPUNIT_ASSERT_EQUAL(std::string("1 RemoteError: lost"),
                             said(replied(rpc::ErrorReply{"", "lost"})));
        CPPUNIT_ASSERT_EQUAL(std::string("75 TryAgain: the mail server is away"),
                             said(replied(rpc::TryAgainReply{"the mail server is away",
                                                             std::nullopt, rpc::Scope::service})));
    }

    void everyEndHasItsCodeAndName() {
        CPPUNIT_ASSERT_EQUAL(std::string("75 RpcTimeout: no answer within 1.5 s; it may run still"),
                             said(of(Kind::timeout)));
        CPPUNIT_ASSERT_EQUAL(std::string("69 UnknownService: Unknown service `pigeon`"),
                             said(of(Kind::unknownService)));
        CPPUNIT_ASSERT_EQUAL(std::string("69 ServiceUnavailable"),
                             said(of(Kind::unavailable)).substr(0, 21));
        CPPUNIT_ASSERT_EQUAL(exitUnavailable, of(Kind::detached).code);
        CPPUNIT_ASSERT_EQUAL(exitTryAgain, of(Kind::overdue).code);
        CPPUNIT_ASSERT_EQUAL(std::string("NodeLost"), of(Kind::lost).type);
    }

    void linesAreLines() {
        CPPUNIT_ASSERT_EQUAL(std::string("KeyError"), errorLine("KeyError", ""));
        CPPUNIT_ASSERT_EQUAL(std::string("E\\x1b: a\\nb"), errorLine("E\x1b", "a\nb"));
    }

    void errorsAreJsonWhateverTheyHold() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"error":{"type":"E","message":"a\"b"}})"),
                             errorJson("E", "a\"b"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"error":{"type":"E","message":"\\xff\\x9b"}})"),
                             errorJson("E", "\xFF\xC2\x9B"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"error":{"type":"E","message":"\n\u009b"}})"),
                             errorJson("E", "\n\xC2\x9B"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OutcomeTest);

}  // namespace errand::cli
