// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/rabbitmq.h"
#include "system/checks.h"
#include "system/maildir.h"
#include "system/server.h"

namespace errand::tests {

// "errand shell" and "errand call" against a real broker with a real node behind it.
class CliShellTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CliShellTest);
    CPPUNIT_TEST(theTutorialsLinesWorkAsTheyStand);
    CPPUNIT_TEST(valuesOfAnySizeComeBackExactly);
    CPPUNIT_TEST(errorsAreSaidByName);
    CPPUNIT_TEST(scriptStopsAtTheFirstError);
    CPPUNIT_TEST(personAtATerminalHasAHistory);
    CPPUNIT_TEST(callIsForScripts);
    CPPUNIT_TEST(callSaysHowItEnded);
    CPPUNIT_TEST(callThatIsNotAnsweredTimesOut);
    CPPUNIT_TEST(whoeverIsNotLetInIsToldSo);
    CPPUNIT_TEST(brokerThatIsAwayIsSaidAtOnce);
    CPPUNIT_TEST(certificateOfTheBrokerIsChecked);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { vhost_ = std::make_unique<Vhost>(); }
    void tearDown() override {
        const std::unique_ptr<Server> node = std::move(node_);
        if (node) node->stop();
        vhost_.reset();
    }

private:
    std::unique_ptr<Vhost> vhost_;
    std::unique_ptr<Server> node_;

    void startNode() {
        node_ = std::make_unique<Server>(
            Setup{.settings = {"transport=amqp", "amqp.uri=" + vhost_->uri()}});
        vhost_->waitForBinding("rpc-compute", "compute.*");
        vhost_->waitForBinding("rpc-mail", "mail.*");
    }

    Environment environment() const { return {{"ERRAND_AMQP_URI", vhost_->uri()}}; }

    // The lines through a pipe.
    Ended script(const std::string& lines, const std::vector<std::string>& options = {}) const {
        return throughShell("cat \"$LINES_FILE\" | \"$0\" shell \"$@\"", lines, options);
    }
    // The lines typed at a terminal, before the shell is there to read them.
    Ended typed(const std::string& lines, const std::string& state) const {
        return throughShell("script -qec \"'$0' shell\" /dev/null <\"$LINES_FILE\"", lines, {},
                            {{"XDG_STATE_HOME", state}, {"TERM", "vt100"}});
    }
    Ended throughShell(const std::string& command, const std::string& lines,
                       const std::vector<std::string>& options,
                       const Environment& extra = {}) const {
        const TemporaryDirectory directory;
        writeFile(directory / "lines", lines);
        Environment all = environment();
        all["LINES_FILE"] = directory / "lines";
        all.insert(extra.begin(), extra.end());
        std::vector<std::string> words{"-c", command, Process::programs() + "/errand"};
        words.insert(words.end(), options.begin(), options.end());
        return runToEnd(words, all, "/bin/sh");
    }
    Ended call(std::vector<std::string> words) const {
        words.insert(words.begin(), "call");
        return runToEnd(words, environment(), "errand");
    }

    static void check(const Ended& ended, int code, const std::string& out,
                      const std::string& err = {}) {
        CPPUNIT_ASSERT_EQUAL(err, ended.err);
        CPPUNIT_ASSERT_EQUAL(out, ended.out);
        CPPUNIT_ASSERT_EQUAL(code, ended.code);
    }
    static std::size_t count(const std::string& text, const std::string& part) {
        std::size_t found = 0;
        for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
        return found;
    }

    void theTutorialsLinesWorkAsTheyStand() {
        startNode();
        check(script("n.rpc.mail.send(\"name@email.com\", \"testing\", \"Just testing\")\n"
                     "n.rpc.compute.compute('sum', 30, 10, \"name@email.com\")\n"),
              0, "40\n");
        const std::vector<Mail> mails = waitForMails(node_->dataDirectory(), 2);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), mails.size());
        for (const Mail& mail : mails) {
            const bool testing = mail.subject() == "testing";
            checkHolds(mail.subject(), mail.body, testing ? "Just testing" : "The result is: 40");
            CPPUNIT_ASSERT_EQUAL(std::string("name@email.com"), mail.field("To"));
        }
    }

    void valuesOfAnySizeComeBackExactly() {
        startNode();
        const std::string sevens(5000, '7');
        check(script("n.rpc.compute.compute('sub', " + sevens + ", other=0x_1,\n" +
                     "  # the list of arguments goes on\n  email=None)\n" +
                     "n.rpc['compute'].compute(operation='div', value=-7, other='2')"),
              0, sevens.substr(1) + "6\n-4\n");
    }

    void errorsAreSaidByName() {
        startNode();
        for (const auto& [line, said] : std::vector<std::pair<std::string, std::string>>{
                 {"n.rpc.compute.compute('div', 1, 0)", "ZeroDivisionError: division by zero"},
                 {"n.rpc.compute.compute('pow', 1, 0)", "KeyError: 'pow'"},
                 {"n.rpc.compute.compute('sum', 'abc', 0)",
                  "ValueError: invalid literal for int() with base 10: 'abc'"},
                 {"n.rpc.compute.nosuch()", "MethodNotFound: nosuch"},
                 {"n.rpc.pigeon.send()", "UnknownService: Unknown service `pigeon`"},
                 {"print(1)",
                  "SyntaxError: this shell knows n.rpc.SERVICE.METHOD(...), help and exit "
                  "(line 1, column 1)"}}) {
            check(script(line), 1, "", "  File \"<stdin>\", line 1\n" + said + '\n');
        }
        const Ended signature = script("n.rpc.compute.compute()");
        CPPUNIT_ASSERT_EQUAL(1, signature.code);
        checkHolds("signature", signature.err, "IncorrectSignature: ");
    }

    void scriptStopsAtTheFirstError() {
        startNode();
        check(script("# sums\nn.rpc.compute.compute('sum', 1, 2)\n"
                     "n.rpc.compute.compute('div', 1, 0)\nn.rpc.compute.compute('sum', 3, 4)\n"),
              1, "3\n", "  File \"<stdin>\", line 3\nZeroDivisionError: division by zero\n");
        check(script("n.rpc.compute.compute('sum', 1, 2)\nexit()\nrubbish\n"), 0, "3\n");
    }

    void personAtATerminalHasAHistory() {
        startNode();
        const TemporaryDirectory state;
        // The sum, an error, which ends nothing, and twice the arrow: the sum again.
        const Ended first = typed(
            "n.rpc.compute.compute('sum', 30, 7000)\nn.rpc.compute.compute('div', 1, 0)\n"
            "\033[A\033[A\nexit()\n",
            state.path());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(first.out + first.err, 0, first.code);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(first.out, std::size_t(2), count(first.out, "\n7030\r\n"));
        checkHolds("banner", first.out, "Connected to amqp://guest:********@127.0.0.1:");
        checkHolds("prompt", first.out, ">>> ");
        checkHolds("error", first.out, "\nZeroDivisionError: division by zero\r\n");
        const std::string history = state / "errand/history";
        checkHolds("history", readFile(history), "n.rpc.compute.compute('sum', 30, 7000)\n");
        struct stat status {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(history.c_str(), &status));
        CPPUNIT_ASSERT_EQUAL(0600u, status.st_mode & 0777u);
        // The next shell has it still: exit(), then the sum before it.
        const Ended second = typed("\033[A\033[A\nexit()\n", state.path());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(second.out, std::size_t(1), count(second.out, "\n7030\r\n"));
    }

    void callIsForScripts() {
        startNode();
        check(call({"compute.compute", "sum", "30", "10", "a@b.c"}), 0, "40\n");
        check(call({"compute.compute", "sum", "-30", "--json", "10"}), 0, "{\"result\":-20}\n");
        check(call({"compute.compute", "mul", "--kwargs", R"({"value":"6","other":7})"}), 0,
              "42\n");
        check(call({"mail.send", "a@b.c", "subject", "contents"}), 0, "null\n");
    }

    void callSaysHowItEnded() {
        startNode();
        check(call({"compute.compute", "div", "1", "0"}), 1, "",
              "errand: ZeroDivisionError: division by zero\n");
        check(call({"compute.compute", "div", "1", "0", "--json"}), 1,
              R"({"error":{"type":"ZeroDivisionError","message":"division by zero"}})"
              "\n");
        check(call({"pigeon.send"}), 69, "", "errand: UnknownService: Unknown service `pigeon`\n");
        const Ended use = call({"compute"});
        CPPUNIT_ASSERT_EQUAL(64, use.code);
        checkHolds("use", use.err, "\"compute\" is no SERVICE.METHOD");
    }

    void callThatIsNotAnsweredTimesOut() {
        startNode();
        node_->stop();
        node_.reset();
        // Its queue is there still, so the call is taken.
        check(call({"compute.compute", "sum", "1", "2", "--timeout", "0.5"}), 75, "",
              "errand: RpcTimeout: no answer within 0.5 s; it may run still\n");
    }

    void whoeverIsNotLetInIsToldSo() {
        std::string uri = vhost_->uri();
        uri.replace(uri.find("guest:guest"), 11, "guest:swordfish");
        const Ended wrong = runToEnd({"call", "a.b", "--broker", uri}, {}, "errand");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(wrong.err, 77, wrong.code);
        checkOneLine("wrong password", wrong.err, "refused the login of guest");
        CPPUNIT_ASSERT_EQUAL(std::string::npos, wrong.err.find("swordfish"));
        const Ended missing = script("n.rpc.a.b()", {"--broker", vhost_->uri() + "-missing"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(missing.err, 77, missing.code);
        checkOneLine("missing vhost", missing.err, "vhost");
    }

    void brokerThatIsAwayIsSaidAtOnce() {
        const std::vector<std::string> away{"--broker", "amqp://u:swordfish@127.0.0.1:1/"};
        const Ended ended = script("n.rpc.a.b()", away);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.err, 69, ended.code);
        checkOneLine("away", ended.err, "127.0.0.1:1");
        CPPUNIT_ASSERT_EQUAL(std::string::npos, ended.err.find("swordfish"));
        const Ended json = call({"a.b", "--json", away[0], away[1]});
        CPPUNIT_ASSERT_EQUAL(69, json.code);
        checkOneLine("as JSON", json.out, R"({"error":{"type":"Unavailable","message":")");
        const Ended bad = call({"a.b", "--broker", "http://u:swordfish@h"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(bad.err, 64, bad.code);
        checkOneLine("bad URI", bad.err, "http://u:********@h");
    }

    void certificateOfTheBrokerIsChecked() {
        const std::unique_ptr<RabbitMq> broker = RabbitMq::withTls();
        const Certificates others;
        const Vhost vhost(*broker);
        const auto ask = [&](const std::string& uri, const std::string& ca) {
            return runToEnd({"call", "pigeon.send", "--broker", uri, "--ca", ca}, {}, "errand");
        };
        check(ask(vhost.tlsUri(), broker->authority()), 69, "",
              "errand: UnknownService: Unknown service `pigeon`\n");
        const Ended other = ask(vhost.tlsUri(), others.authority());
        CPPUNIT_ASSERT_EQUAL(69, other.code);
        checkOneLine("another authority", other.err, "certificate");
        const Ended name = ask(vhost.tlsUri("127.0.0.1"), broker->authority());
        CPPUNIT_ASSERT_EQUAL(69, name.code);
        checkOneLine("another name", name.err, "certificate");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CliShellTest);

}  // namespace errand::tests
