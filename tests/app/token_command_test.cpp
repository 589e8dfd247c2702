// SPDX-License-Identifier: Apache-2.0
#include "app/token_command.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "access/token_file.h"
#include "base/clock.h"
#include "cli/exit_code.h"
#include "cli/program.h"
#include "system/temporary_directory.h"

namespace errand::app {

using access::Scope;

class TokenCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenCommandTest);
    CPPUNIT_TEST(aNewTokenIsAloneOnStandardOutput);
    CPPUNIT_TEST(theTokenOpensTheServer);
    CPPUNIT_TEST(theFileIsMadeForItsOwnerAlone);
    CPPUNIT_TEST(expiryIsATimeFromNowOrToCome);
    CPPUNIT_TEST(badWordsAreRefused);
    CPPUNIT_TEST(aNameIsTakenOnce);
    CPPUNIT_TEST(aTokenThatCannotBeShownIsSaid);
    CPPUNIT_TEST(theListShowsNoSecrets);
    CPPUNIT_TEST(expiredTokensAreMarked);
    CPPUNIT_TEST(aRevokedTokenIsGone);
    CPPUNIT_TEST(anUnknownNameIsRefused);
    CPPUNIT_TEST(aDamagedFileIsOneLine);
    CPPUNIT_TEST_SUITE_END();

    struct Outcome {
        int code = 0;
        std::string out;
        std::string err;
    };

    const tests::TemporaryDirectory directory_;
    const std::string file_ = directory_ / "tokens";

    Outcome run(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "token");
        arguments.insert(arguments.end(), {"--file", file_});
        std::ostringstream out;
        std::ostringstream err;
        const cli::Program program("0",
                                   {tokenNewCommand(), tokenListCommand(), tokenRevokeCommand()});
        const int code = program.run(arguments, {out, err});
        return {code, out.str(), err.str()};
    }

    static void assertHolds(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("no " + part + " in: " + text, text.find(part) != std::string::npos);
    }

    static void assertFails(int code, const Outcome& outcome, const std::string& part) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(outcome.err, code, outcome.code);
        CPPUNIT_ASSERT_EQUAL(std::string(), outcome.out);
        assertHolds(outcome.err, part);
    }

    std::string newToken(const std::vector<std::string>& arguments) const {
        std::vector<std::string> all{"new"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        const Outcome outcome = run(all);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(outcome.err, cli::exitOk, outcome.code);
        return outcome.out.substr(0, outcome.out.size() - 1);
    }

    void aNewTokenIsAloneOnStandardOutput() {
        const Outcome outcome = run({"new", "alice", "--scope", "submit,read"});
        CPPUNIT_ASSERT_EQUAL(cli::exitOk, outcome.code);
        CPPUNIT_ASSERT_EQUAL('\n', outcome.out.back());
        CPPUNIT_ASSERT(access::splitTokenText(outcome.out.substr(0, outcome.out.size() - 1)));
        CPPUNIT_ASSERT_EQUAL(
            "errand: this is the token alice, shown only once: " + file_ + " does not hold it\n",
            outcome.err);
    }

    void theTokenOpensTheServer() {
        const std::string text = newToken({"alice", "--scope", "submit,read"});
        access::TokenFile file(file_, base::Clock::system());
        const access::Finding finding = file.find(text);
        CPPUNIT_ASSERT(finding.verdict == access::Verdict::good);
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), finding.identity.name);
        CPPUNIT_ASSERT((finding.identity.scopes == access::Scopes{Scope::submit, Scope::read}));
    }

    void theFileIsMadeForItsOwnerAlone() {
        newToken({"alice", "--scope", "read"});
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(file_.c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(mode_t{0600}, info.st_mode & 07777);
        ::chmod(file_.c_str(), 0640);
        assertFails(cli::exitFailed, run({"new", "bob", "--scope", "read"}), "chmod 600");
    }

    void expiryIsATimeFromNowOrToCome() {
        newToken({"a", "--scope=read"});
        newToken({"b", "--scope=read", "--expires=2999-01-01T01:00:00+01:00"});
        const base::Time before = base::Clock::system().now();
        newToken({"c", "--scope=read", "--expires", "90d"});
        const std::vector<access::Token> tokens = access::readTokens(file_).tokens;
        CPPUNIT_ASSERT(!tokens.at(0).expires);
        CPPUNIT_ASSERT_EQUAL(std::string("2999-01-01T00:00:00Z"),
                             access::expiryText(tokens.at(1).expires));
        const auto life = tokens.at(2).expires.value() - before;
        CPPUNIT_ASSERT(life > std::chrono::days(90) - std::chrono::seconds(1));
        CPPUNIT_ASSERT(life < std::chrono::days(90) + std::chrono::minutes(5));
    }

    void badWordsAreRefused() {
        assertFails(cli::exitUsage, run({"new"}), "errand: token new: needs one NAME");
        assertFails(cli::exitUsage, run({"new", "a", "b", "--scope=read"}), "needs one NAME");
        assertFails(cli::exitUsage, run({"new", "a b", "--scope=read"}), "NAME must be");
        assertFails(cli::exitUsage, run({"new", "a\nb", "--scope=read"}), "NAME must be");
        assertFails(cli::exitUsage, run({"new", "a"}), "--scope must say");
        assertFails(cli::exitUsage, run({"new", "a", "--scope=write"}), "--scope must say");
        for (const char* time : {"", "0", "0d", "-1d", "90", "tomorrow", "2020-01-01T00:00:00Z",
                                 "2999-01-01", "1ms", "99999999999999d", "36501d"}) {
            assertFails(cli::exitUsage,
                        run({"new", "a", "--scope=read", std::string("--expires=") + time}),
                        "--expires must be");
        }
        assertFails(cli::exitUsage, run({"list", "a"}), "takes no words");
        assertFails(cli::exitUsage, run({"revoke"}), "needs one NAME");
        assertFails(cli::exitUsage, run({"revoke", "a\x1b[2J"}), "NAME must be the name");
        CPPUNIT_ASSERT(!std::filesystem::exists(file_));
    }

    void aNameIsTakenOnce() {
        newToken({"alice", "--scope=read"});
        const Outcome outcome = run({"new", "alice", "--scope=admin"});
        assertFails(cli::exitFailed, outcome, "errand: there is a token alice in " + file_);
        CPPUNIT_ASSERT_EQUAL(1L, std::count(outcome.err.begin(), outcome.err.end(), '\n'));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, access::readTokens(file_).tokens.size());
    }

    // As when whoever reads the pipe has gone.
    void aTokenThatCannotBeShownIsSaid() {
        std::ostream closed(nullptr);
        std::ostringstream err;
        const cli::Program program("0", {tokenNewCommand()});
        const int code =
            program.run({"token", "new", "a", "--scope=read", "--file", file_}, {closed, err});
        CPPUNIT_ASSERT_EQUAL(cli::exitFailed, code);
        assertHolds(err.str(), "could not be written out; revoke it");
    }

    void theListShowsNoSecrets() {
        const std::string text = newToken({"alice", "--scope=submit,read"});
        newToken({"bob", "--scope=admin", "--expires=2999-01-01T00:00:00Z"});
        const std::vector<access::Token> tokens = access::readTokens(file_).tokens;
        const Outcome outcome = run({"list"});
        CPPUNIT_ASSERT_EQUAL(cli::exitOk, outcome.code);
        CPPUNIT_ASSERT_EQUAL(
            "NAME   SCOPES       ID            EXPIRES\n"
            "alice  submit,read  " +
                tokens.at(0).id +
                "  never\n"
                "bob    admin        " +
                tokens.at(1).id + "  2999-01-01T00:00:00Z\n",
            outcome.out);
    }

    void expiredTokensAreMarked() {
        const auto past = base::parseRfc3339("2020-01-01T00:00:00Z");
        access::addToken(file_, access::makeToken("old", {Scope::read}, past).token);
        assertHolds(run({"list"}).out, "2020-01-01T00:00:00Z (expired)\n");
    }

    void aRevokedTokenIsGone() {
        const std::string text = newToken({"alice", "--scope=read"});
        newToken({"bob", "--scope=read"});
        const Outcome outcome = run({"revoke", "alice"});
        CPPUNIT_ASSERT_EQUAL(cli::exitOk, outcome.code);
        CPPUNIT_ASSERT_EQUAL(std::string("errand: the token alice is revoked\n"), outcome.err);
        access::TokenFile file(file_, base::Clock::system());
        CPPUNIT_ASSERT(file.find(text).verdict == access::Verdict::unknown);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, access::readTokens(file_).tokens.size());
    }

    void anUnknownNameIsRefused() {
        assertFails(cli::exitFailed, run({"revoke", "alice"}), "cannot be opened");
        assertFails(cli::exitFailed, run({"list"}), "cannot be opened");
        newToken({"alice", "--scope=read"});
        assertFails(cli::exitFailed, run({"revoke", "alcie"}),
                    "errand: there is no token \"alcie\" in " + file_ + "; did you mean alice?");
    }

    void aDamagedFileIsOneLine() {
        access::addToken(file_, access::makeToken("a", {Scope::read}, std::nullopt).token);
        std::filesystem::resize_file(file_, 20);
        for (const auto& words :
             {std::vector<std::string>{"list"}, {"revoke", "a"}, {"new", "b", "--scope=read"}}) {
            const Outcome outcome = run(words);
            assertFails(cli::exitFailed, outcome, file_ + ": line 1: needs six words");
            CPPUNIT_ASSERT_EQUAL(1L, std::count(outcome.err.begin(), outcome.err.end(), '\n'));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenCommandTest);

}  // namespace errand::app
