// SPDX-License-Identifier: Apache-2.0
#include "cli/shell.h"

#include <cppunit/extensions/HelperMacros.h>

#include <deque>
#include <sstream>

#include "cli/exit_code.h"
#include "fake_transport.h"

namespace errand::cli {

namespace {

// What a person does at the terminal, line for line.
class Typed : public LineSource {
public:
    explicit Typed(std::deque<Line> lines) : lines_(std::move(lines)) {}
    Line next(bool continued) override {
        prompts += continued ? '.' : '>';
        if (lines_.empty()) return {};
        Line line = lines_.front();
        lines_.pop_front();
        return line;
    }
    std::string prompts;

private:
    std::deque<Line> lines_;
};

}  // namespace

class ShellTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ShellTest);
    CPPUNIT_TEST(callsAreMadeAndValuesShown);
    CPPUNIT_TEST(noneShowsNothing);
    CPPUNIT_TEST(scriptStopsAtTheFirstError);
    CPPUNIT_TEST(scriptStopsAtAMistake);
    CPPUNIT_TEST(scriptThatEndsTooEarlyFails);
    CPPUNIT_TEST(personGoesOnAfterAnError);
    CPPUNIT_TEST(linesAreContinued);
    CPPUNIT_TEST(interruptDropsWhatWasTyped);
    CPPUNIT_TEST(interruptedCallIsSaid);
    CPPUNIT_TEST(pastedPromptsAreDropped);
    CPPUNIT_TEST(exitLeaves);
    CPPUNIT_TEST(helpHelps);
    CPPUNIT_TEST_SUITE_END();

    std::ostringstream out_;
    std::ostringstream err_;
    std::vector<rpc::Call> calls_;
    std::optional<rpc::End> end_ = result("40");

    Shell shell(Shell::Mode mode) {
        const auto caller = [this](rpc::Call call) {
            calls_.push_back(std::move(call));
            return end_;
        };
        return {caller, std::chrono::seconds(5), mode, {out_, err_}};
    }
    int script(const std::string& text) {
        std::istringstream in(text);
        ScriptLines lines(in);
        return shell(Shell::Mode::script).run(lines);
    }
    int type(std::deque<Line> lines, std::string* prompts = nullptr) {
        Typed typed(std::move(lines));
        const int code = shell(Shell::Mode::person).run(typed);
        if (prompts) *prompts = typed.prompts;
        return code;
    }
    static Line line(const std::string& text) { return {Line::Kind::text, text}; }

    void callsAreMadeAndValuesShown() {
        CPPUNIT_ASSERT_EQUAL(exitOk, script("n.rpc.compute.compute('sum', 30, 10, \"a@b.c\")\r\n"
                                            "\n# a comment\n"
                                            "n.rpc['a-b'].go(x={'y': None})"));
        CPPUNIT_ASSERT_EQUAL(std::string("40\n40\n"), out_.str());
        CPPUNIT_ASSERT_EQUAL(std::string(), err_.str());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), calls_.size());
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), calls_[0].method);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["sum",30,10,"a@b.c"])"), calls_[0].arguments.args);
        CPPUNIT_ASSERT_EQUAL(std::string("a-b"), calls_[1].service);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"x":{"y":null}})"), calls_[1].arguments.kwargs);
    }

    void noneShowsNothing() {
        end_ = result("null");
        CPPUNIT_ASSERT_EQUAL(exitOk, script("n.rpc.mail.send('a', 'b', 'c')\n"));
        CPPUNIT_ASSERT_EQUAL(std::string(), out_.str() + err_.str());
    }

    void scriptStopsAtTheFirstError() {
        end_ = error("ZeroDivisionError", "division by zero");
        CPPUNIT_ASSERT_EQUAL(exitFailed, script("# first\n\nn.rpc.a.b(\n1)\nn.rpc.a.b(2)\n"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), calls_.size());
        CPPUNIT_ASSERT_EQUAL(
            std::string("  File \"<stdin>\", line 3\nZeroDivisionError: division by zero\n"),
            err_.str());
        CPPUNIT_ASSERT_EQUAL(std::string(), out_.str());
    }

    void scriptStopsAtAMistake() {
        CPPUNIT_ASSERT_EQUAL(exitFailed, script("n.rpc.a.b(1 + 1)\nn.rpc.a.b(2)\n"));
        CPPUNIT_ASSERT(calls_.empty());
        CPPUNIT_ASSERT(err_.str().starts_with("  File \"<stdin>\", line 1\nSyntaxError: a comma"));
    }

    void scriptThatEndsTooEarlyFails() {
        CPPUNIT_ASSERT_EQUAL(exitFailed, script("n.rpc.a.b(1,\n2"));
        CPPUNIT_ASSERT(calls_.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("  File \"<stdin>\", line 1\nSyntaxError: the text ends "
                                         "within a call\n"),
                             err_.str());
    }

    void personGoesOnAfterAnError() {
        end_ = rpc::End{rpc::End::Kind::unknownService, {}, {}};
        CPPUNIT_ASSERT_EQUAL(exitOk, type({line("n.rpc.a.b()"), line("rubbish"),
                                           line("n.rpc.c.b()"), line("n.rpc.d.b(")}));
        CPPUNIT_ASSERT_EQUAL(
            std::string("UnknownService: Unknown service `a`\n"
                        "SyntaxError: this shell knows n.rpc.SERVICE.METHOD(...), help and exit "
                        "(line 1, column 1)\n"
                        "UnknownService: Unknown service `c`\n"
                        "SyntaxError: the text ends within a call\n"),
            err_.str());
    }

    void linesAreContinued() {
        std::string prompts;
        type({line("n.rpc.a.b('''x"), line("y''',"), line(""), line(")"), line("n.rpc.c.d()")},
             &prompts);
        CPPUNIT_ASSERT_EQUAL(std::string(">...>>"), prompts);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["x\ny"])"), calls_.at(0).arguments.args);
        CPPUNIT_ASSERT_EQUAL(std::string("c"), calls_.at(1).service);
    }

    void interruptDropsWhatWasTyped() {
        std::string prompts;
        type({line("n.rpc.a.b("), {Line::Kind::interrupted, ""}, line("n.rpc.c.d()")}, &prompts);
        CPPUNIT_ASSERT_EQUAL(std::string(">.>>"), prompts);
        CPPUNIT_ASSERT_EQUAL(std::string("KeyboardInterrupt\n"), err_.str());
        CPPUNIT_ASSERT_EQUAL(std::string("c"), calls_.at(0).service);
    }

    void interruptedCallIsSaid() {
        end_.reset();
        CPPUNIT_ASSERT_EQUAL(exitOk, type({line("n.rpc.a.b()")}));
        CPPUNIT_ASSERT_EQUAL(std::string("\nKeyboardInterrupt\n"), err_.str());
    }

    void pastedPromptsAreDropped() {
        CPPUNIT_ASSERT_EQUAL(exitOk, script(">>> n.rpc.a.b('''x\n... y''')\n"
                                            "  n.rpc.a.b('''x\n... y''')\n>>>\n"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["x\ny"])"), calls_.at(0).arguments.args);
        // Without a prompt in front, the dots are the text's own.
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["x\n... y"])"), calls_.at(1).arguments.args);
    }

    void exitLeaves() {
        CPPUNIT_ASSERT_EQUAL(exitOk, script("n.rpc.a.b()\nexit()\nrubbish\n"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), calls_.size());
        CPPUNIT_ASSERT_EQUAL(std::string(), err_.str());
    }

    void helpHelps() {
        CPPUNIT_ASSERT_EQUAL(exitOk, type({line("help")}));
        CPPUNIT_ASSERT(out_.str().find("n.rpc.SERVICE.METHOD(...)") != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ShellTest);

}  // namespace errand::cli
