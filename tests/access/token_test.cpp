// SPDX-License-Identifier: Apache-2.0
#include "access/token.h"

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

namespace errand::access {

using namespace std::chrono_literals;

class TokenTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenTest);
    CPPUNIT_TEST(theTextOpensWhatTheLineKeeps);
    CPPUNIT_TEST(theLineDoesNotHoldTheSecret);
    CPPUNIT_TEST(anotherSecretDoesNotMatch);
    CPPUNIT_TEST(tokensOfOneNameDiffer);
    CPPUNIT_TEST(theLineIsReadAsItIsWritten);
    CPPUNIT_TEST(aLineMayBeWrittenByHand);
    CPPUNIT_TEST(badLinesAreRefusedByTheirFault);
    CPPUNIT_TEST(aRefusalRepeatsNothing);
    CPPUNIT_TEST(aTokenExpiresAtItsTime);
    CPPUNIT_TEST(textsOfAnotherShapeAreNone);
    CPPUNIT_TEST(namesHaveTheirCharacters);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* salt = "00112233445566778899aabbccddeeff";
    static constexpr const char* hash =
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    static std::string secretOf(const NewToken& made) {
        return std::string(splitTokenText(made.text).value().secret);
    }

    static std::string refusal(const std::string& line) {
        try {
            parseTokenLine(line);
        } catch (const Poco::SyntaxException& reason) {
            return reason.message();
        }
        return "none";
    }

    static void assertRefused(const std::string& begin, const std::string& line) {
        CPPUNIT_ASSERT_MESSAGE(refusal(line) + " for " + line, refusal(line).starts_with(begin));
    }

    void theTextOpensWhatTheLineKeeps() {
        const NewToken made = makeToken("alice", {Scope::submit, Scope::read}, std::nullopt);
        const auto parts = splitTokenText(made.text).value();
        const Token token = parseTokenLine(made.token.line());
        CPPUNIT_ASSERT_EQUAL(token.id, std::string(parts.id));
        CPPUNIT_ASSERT(token.matches(parts.secret));
    }

    void theLineDoesNotHoldTheSecret() {
        const NewToken made = makeToken("alice", {Scope::read}, std::nullopt);
        CPPUNIT_ASSERT_EQUAL(std::size_t{63}, made.text.size());
        CPPUNIT_ASSERT(made.token.line().find(secretOf(made)) == std::string::npos);
    }

    void anotherSecretDoesNotMatch() {
        const NewToken made = makeToken("alice", {Scope::read}, std::nullopt);
        std::string secret = secretOf(made);
        // Of the last character two bits stand for nothing; still no other one is as good.
        for (std::size_t i = 0; i < secret.size(); ++i) {
            std::string other = secret;
            other[i] = static_cast<char>(other[i] ^ 1);
            CPPUNIT_ASSERT(!made.token.matches(other));
        }
        CPPUNIT_ASSERT(!made.token.matches(""));
        CPPUNIT_ASSERT(!made.token.matches(makeSecret()));
    }

    void tokensOfOneNameDiffer() {
        const NewToken one = makeToken("alice", {Scope::read}, std::nullopt);
        const NewToken other = makeToken("alice", {Scope::read}, std::nullopt);
        CPPUNIT_ASSERT(one.token.id != other.token.id);
        CPPUNIT_ASSERT(one.token.salt != other.token.salt);
        CPPUNIT_ASSERT(!one.token.matches(secretOf(other)));
    }

    void theLineIsReadAsItIsWritten() {
        const std::string line = std::string("ci-runner@example.com submit,read ") +
                                 "2027-01-01T00:00:00Z 0123456789ab " + salt + ' ' + hash;
        const Token token = parseTokenLine(line);
        CPPUNIT_ASSERT_EQUAL(std::string("ci-runner@example.com"), token.identity.name);
        CPPUNIT_ASSERT(token.identity.scopes.has(Scope::read));
        CPPUNIT_ASSERT(!token.identity.scopes.has(Scope::admin));
        CPPUNIT_ASSERT_EQUAL(line, token.line());
    }

    void aLineMayBeWrittenByHand() {
        const Token token =
            parseTokenLine(std::string(" \tann\tadmin  2027-01-01T01:00:00.5+01:00 0123456789ab ") +
                           salt + ' ' + "BA" + std::string(hash).substr(2) + " \r");
        CPPUNIT_ASSERT_EQUAL(
            std::string("ann admin 2027-01-01T00:00:00.500000Z 0123456789ab ") + salt + ' ' + hash,
            token.line());
    }

    void badLinesAreRefusedByTheirFault() {
        const std::string end = std::string(" 0123456789ab ") + salt + ' ' + hash;
        CPPUNIT_ASSERT_EQUAL(std::string("none"), refusal("a read never" + end));
        assertRefused("needs six words", "");
        assertRefused("needs six words", "alice read never 0123456789ab");
        assertRefused("needs six words", "a read never" + end + " more");
        assertRefused("the name", "a/b read never" + end);
        assertRefused("the name", std::string(65, 'a') + " read never" + end);
        assertRefused("the name", std::string("a\0b", 3) + " read never" + end);
        assertRefused("the scopes", "a write never" + end);
        assertRefused("the time", "a read 2027-01-01" + end);
        assertRefused("the time", "a read Never" + end);
        assertRefused("the time", "a read 2027-02-30T00:00:00Z" + end);
        assertRefused("the id", std::string("a read never 0123456789AB ") + salt + ' ' + hash);
        assertRefused("the id", std::string("a read never 0123456789a ") + salt + ' ' + hash);
        assertRefused("the salt", std::string("a read never 0123456789ab 00 ") + hash);
        assertRefused("the hash", std::string("a read never 0123456789ab ") + salt + ' ' + salt);
    }

    // Someone may put the text itself into the file, and logs are read by many.
    void aRefusalRepeatsNothing() {
        const std::string text = makeToken("alice", {Scope::read}, std::nullopt).text;
        const std::string secret(splitTokenText(text).value().secret);
        for (const std::string& line :
             {text, text + " a b c d e", "a " + text + " c d e f", "a read " + text + " d e f",
              "a read never " + text + " e f", "a read never 0123456789ab " + text + " f",
              std::string("a read never 0123456789ab ") + salt + ' ' + text}) {
            CPPUNIT_ASSERT(refusal(line) != "none");
            CPPUNIT_ASSERT(refusal(line).find(secret) == std::string::npos);
        }
    }

    void aTokenExpiresAtItsTime() {
        const base::Time time = base::parseRfc3339("2027-01-01T00:00:00Z").value();
        const Token token = makeToken("alice", {Scope::read}, time).token;
        CPPUNIT_ASSERT(!token.expired(time - 1us));
        CPPUNIT_ASSERT(token.expired(time));
        CPPUNIT_ASSERT(!makeToken("bob", {Scope::read}, std::nullopt).token.expired(time));
    }

    void textsOfAnotherShapeAreNone() {
        const std::string good = "errand_0123456789ab_" + std::string(43, 'x');
        CPPUNIT_ASSERT(splitTokenText(good));
        CPPUNIT_ASSERT(splitTokenText("errand_0123456789ab_" + std::string(43, '_')));
        for (const std::string& text :
             {std::string(), std::string("errand_"), good + 'x', ' ' + good, good.substr(1),
              good.substr(0, good.size() - 1) + '=', "Errand_" + good.substr(7),
              "errand_0123456789aB_" + good.substr(20), "errand_0123456789a__" + good.substr(20),
              "errand_0123456789abx" + good.substr(20), good.substr(0, 62) + '\0',
              std::string(1'000'000, 'e')}) {
            CPPUNIT_ASSERT_MESSAGE(text.substr(0, 80), !splitTokenText(text));
        }
    }

    void namesHaveTheirCharacters() {
        for (const char* name : {"a", "A.b_c@d-e", "7", "-", "."}) {
            CPPUNIT_ASSERT_MESSAGE(name, isTokenName(name));
        }
        CPPUNIT_ASSERT(isTokenName(std::string(64, 'a')));
        CPPUNIT_ASSERT(!isTokenName(std::string(65, 'a')));
        for (const char* name : {"", " ", "a b", "a\n", "#a", "a,b", "a/b", "\xc3\xa4"}) {
            CPPUNIT_ASSERT_MESSAGE(name, !isTokenName(name));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenTest);

}  // namespace errand::access
