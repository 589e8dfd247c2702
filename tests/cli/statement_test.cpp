// SPDX-License-Identifier: Apache-2.0
#include "cli/statement.h"

#include <cppunit/extensions/HelperMacros.h>

#include "cli/cursor.h"

namespace errand::cli {

class StatementTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StatementTest);
    CPPUNIT_TEST(theTutorialsLinesAreCalls);
    CPPUNIT_TEST(servicesMayHaveAnyName);
    CPPUNIT_TEST(blanksAndCommentsAreFree);
    CPPUNIT_TEST(nothingIsNothing);
    CPPUNIT_TEST(otherWordsAreHelpAndLeave);
    CPPUNIT_TEST(openCallsMayBeCompleted);
    CPPUNIT_TEST(mistakesAreSaid);
    CPPUNIT_TEST_SUITE_END();

    // "SERVICE|METHOD|ARGS|KWARGS"
    static std::string call(const std::string& text) {
        const Statement statement = readStatement(text);
        CPPUNIT_ASSERT_MESSAGE(text, statement.kind == Statement::Kind::call);
        return statement.service + '|' + statement.method + '|' + statement.arguments.args + '|' +
               statement.arguments.kwargs;
    }
    static Statement::Kind kind(const std::string& text) { return readStatement(text).kind; }
    static void refuse(const std::string& what, const std::string& text) {
        std::string said = "nothing";
        try {
            readStatement(text);
        } catch (const BadSyntax& error) {
            said = (error.incomplete() ? "..." : "") + std::string(error.what());
        }
        CPPUNIT_ASSERT_MESSAGE(text + ": " + said, said.starts_with(what));
    }

    void theTutorialsLinesAreCalls() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"(mail|send|["name@email.com","testing","Just testing"]|{})"),
            call("n.rpc.mail.send(\"name@email.com\", \"testing\", \"Just testing\")"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(compute|compute|["sum",30,10,"name@email.com"]|{})"),
                             call("n.rpc.compute.compute('sum', 30, 10, \"name@email.com\")"));
    }

    void servicesMayHaveAnyName() {
        CPPUNIT_ASSERT_EQUAL(std::string("service-name|go|[]|{\"a\":1}"),
                             call("n.rpc['service-name'].go(a=1)"));
        CPPUNIT_ASSERT_EQUAL(std::string("a.b|go|[]|{}"), call("n.rpc[\"a\" '.b'].go()"));
        CPPUNIT_ASSERT_EQUAL(std::string("n|rpc|[]|{}"), call("n.rpc.n.rpc()"));
        CPPUNIT_ASSERT_EQUAL(std::string("exit|help|[]|{}"), call("n.rpc.exit.help()"));
    }

    void blanksAndCommentsAreFree() {
        CPPUNIT_ASSERT_EQUAL(std::string("a|b|[1]|{}"), call("  n . rpc .a. b (1)  # why\n\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("a|b|[1]|{}"), call("n.rpc.a.b( # one\n 1\n)"));
        CPPUNIT_ASSERT_EQUAL(std::string("a|b|[]|{}"), call("n.rpc \\\n .a.b()"));
    }

    void nothingIsNothing() {
        for (const char* text : {"", "   ", "# a comment", "\n\t\n"}) {
            CPPUNIT_ASSERT_MESSAGE(text, kind(text) == Statement::Kind::nothing);
        }
    }

    void otherWordsAreHelpAndLeave() {
        CPPUNIT_ASSERT(kind("help") == Statement::Kind::help);
        CPPUNIT_ASSERT(kind("help()") == Statement::Kind::help);
        for (const char* text : {"exit()", "quit()", "exit", " quit ( ) # bye"}) {
            CPPUNIT_ASSERT_MESSAGE(text, kind(text) == Statement::Kind::leave);
        }
        refuse("')' must follow", "exit(1)");
    }

    void openCallsMayBeCompleted() {
        refuse("...'(' was never closed (line 1, column 12)", "n.rpc.a.bcd(");
        refuse("...'[' was never closed", "n.rpc[");
        refuse("...'[' was never closed", "n.rpc['a'");
        refuse("...unterminated triple-quoted", "n.rpc.a.b('''x");
        refuse("...", "n.rpc.a \\");
    }

    void mistakesAreSaid() {
        refuse("this shell knows n.rpc.SERVICE.METHOD(...), help and exit (line 1, column 1)",
               "print(1)");
        refuse("this shell knows", "n");
        refuse("this shell knows", "n.config");
        refuse("this shell knows", "x = n.rpc.a.b()");
        refuse("this shell knows", "1 + 1");
        refuse("the service is missing", "n.rpc");
        refuse("a name must follow the dot", "n.rpc.");
        refuse("the method is missing", "n.rpc.compute('sum', 1, 2)");
        refuse("a call needs its brackets", "n.rpc.a.b");
        refuse("a method has no parts here", "n.rpc.a.b.call_async()");
        refuse("the service's name must stand here, in quotes", "n.rpc[a].b()");
        refuse("the service has no name", "n.rpc[''].b()");
        refuse("one call a line", "n.rpc.a.b(); n.rpc.a.b()");
        refuse("one call at a time", "n.rpc.a.b()\nn.rpc.a.b()");
        refuse("nothing can be taken from an answer here", "n.rpc.a.b()[0]");
        refuse("a call stands alone in its line", "n.rpc.a.b() + 1");
        refuse("the line is not UTF-8", "n.rpc.a.b('\xFF')");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StatementTest);

}  // namespace errand::cli
