// SPDX-License-Identifier: Apache-2.0
#include "access/token_list.h"

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "access/private_file.h"
#include "system/temporary_directory.h"

namespace errand::access {

using tests::contentsOf;
using tests::writePrivate;

class TokenListTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenListTest);
    CPPUNIT_TEST(blankLinesAndCommentsAreSkipped);
    CPPUNIT_TEST(anEmptyFileHasNoTokens);
    CPPUNIT_TEST(aFaultIsNamedByFileAndLine);
    CPPUNIT_TEST(namesAndIdsStandOnce);
    CPPUNIT_TEST(aFileThatOthersMayReadIsRefused);
    CPPUNIT_TEST(whatIsNoFileIsRefused);
    CPPUNIT_TEST(aFileOfMegabytesIsRefused);
    CPPUNIT_TEST(theFirstTokenMakesAPrivateFile);
    CPPUNIT_TEST(whatElseStandsInTheFileStays);
    CPPUNIT_TEST(aNameIsTakenOnce);
    CPPUNIT_TEST(aMissingNameIsNotRemoved);
    CPPUNIT_TEST(aDamagedFileIsNotChanged);
    CPPUNIT_TEST(aHalfMadeFileIsNoObstacle);
    CPPUNIT_TEST(aLinkStaysALink);
    CPPUNIT_TEST(noChangeIsLostAmongMany);
    CPPUNIT_TEST_SUITE_END();

    const tests::TemporaryDirectory directory_;
    const std::string file_ = directory_ / "tokens";

    static Token token(const std::string& name) {
        return makeToken(name, {Scope::read}, std::nullopt).token;
    }

    static std::string refusal(const std::function<void()>& deed) {
        try {
            deed();
        } catch (const Poco::FileException& exception) {
            return exception.message();
        }
        return "none";
    }

    std::string readRefusal() const {
        return refusal([this] { readTokens(file_); });
    }

    void assertRefused(const std::string& reason) const {
        CPPUNIT_ASSERT_EQUAL(file_ + ": " + reason, readRefusal());
    }

    std::string namesRead() const {
        std::string names;
        for (const Token& token : readTokens(file_).tokens) names += token.identity.name + ' ';
        return names;
    }

    void blankLinesAndCommentsAreSkipped() {
        writePrivate(file_, "# who may do what\n\n \t\r\n" + token("a").line() + "\n#" +
                                token("b").line() + "\r\n" + token("c").line());
        CPPUNIT_ASSERT_EQUAL(std::string("a c "), namesRead());
    }

    void anEmptyFileHasNoTokens() {
        writePrivate(file_, "");
        CPPUNIT_ASSERT_EQUAL(std::string(), namesRead());
    }

    void aFaultIsNamedByFileAndLine() {
        writePrivate(file_, "# one\n" + token("a").line() + "\n\nb write never 1 2 3\n");
        assertRefused("line 4: the scopes must be of submit, read and admin, with commas between");
    }

    void namesAndIdsStandOnce() {
        writePrivate(file_, token("a").line() + '\n' + token("a").line() + '\n');
        assertRefused("line 2: a token of that name stands above");
        Token other = token("a");
        const std::string line = other.line();
        other.identity.name = "b";
        writePrivate(file_, line + '\n' + other.line() + '\n');
        assertRefused("line 2: a token of that id stands above");
    }

    void aFileThatOthersMayReadIsRefused() {
        writePrivate(file_, token("a").line());
        for (const mode_t mode : {0604U, 0640U, 0620U, 0602U, 0601U}) {
            ::chmod(file_.c_str(), mode);
            assertRefused(
                "may be read or written by others than its owner; chmod 600 makes it private");
            CPPUNIT_ASSERT(refusal([this] { addToken(file_, token("b")); }) != "none");
            CPPUNIT_ASSERT(refusal([this] { removeToken(file_, "a"); }) != "none");
        }
        ::chmod(file_.c_str(), 0400);
        CPPUNIT_ASSERT_EQUAL(std::string("a "), namesRead());
    }

    void whatIsNoFileIsRefused() {
        assertRefused("cannot be opened: No such file or directory");
        std::filesystem::create_directory(file_);
        assertRefused("is no file");
        std::filesystem::remove(file_);
        ::mkfifo(file_.c_str(), 0600);
        assertRefused("is no file");
    }

    void aFileOfMegabytesIsRefused() {
        writePrivate(file_, "");
        std::filesystem::resize_file(file_, (16U << 20) + 1);
        assertRefused("has more than 16 MiB");
    }

    void theFirstTokenMakesAPrivateFile() {
        CPPUNIT_ASSERT(addToken(file_, token("a")));
        CPPUNIT_ASSERT_EQUAL(std::string("a "), namesRead());
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(file_.c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(mode_t{0600}, info.st_mode & 07777);
        CPPUNIT_ASSERT(!std::filesystem::exists(file_ + ".new"));
    }

    void whatElseStandsInTheFileStays() {
        const std::string a = token("a").line();
        const Token b = token("b");
        writePrivate(file_, "# first\n\n" + a + "  \n# last");
        CPPUNIT_ASSERT(addToken(file_, b));
        CPPUNIT_ASSERT_EQUAL("# first\n\n" + a + "  \n# last\n" + b.line() + '\n',
                             contentsOf(file_));
        CPPUNIT_ASSERT(removeToken(file_, "a"));
        CPPUNIT_ASSERT_EQUAL("# first\n\n# last\n" + b.line() + '\n', contentsOf(file_));
    }

    void aNameIsTakenOnce() {
        CPPUNIT_ASSERT(addToken(file_, token("a")));
        const std::string before = contentsOf(file_);
        CPPUNIT_ASSERT(!addToken(file_, token("a")));
        CPPUNIT_ASSERT_EQUAL(before, contentsOf(file_));
    }

    void aMissingNameIsNotRemoved() {
        CPPUNIT_ASSERT(refusal([this] { removeToken(file_, "a"); }) != "none");
        CPPUNIT_ASSERT(!std::filesystem::exists(file_));
        CPPUNIT_ASSERT(addToken(file_, token("a")));
        CPPUNIT_ASSERT(!removeToken(file_, "b"));
        CPPUNIT_ASSERT(!removeToken(file_, ""));
        CPPUNIT_ASSERT_EQUAL(std::string("a "), namesRead());
    }

    void aDamagedFileIsNotChanged() {
        const std::string contents = token("a").line() + "\nrubbish\n";
        writePrivate(file_, contents);
        CPPUNIT_ASSERT(refusal([this] { addToken(file_, token("b")); }) != "none");
        CPPUNIT_ASSERT(refusal([this] { removeToken(file_, "a"); }) != "none");
        CPPUNIT_ASSERT_EQUAL(contents, contentsOf(file_));
    }

    void aHalfMadeFileIsNoObstacle() {
        writePrivate(file_ + ".new", "half");
        CPPUNIT_ASSERT(addToken(file_, token("a")));
        CPPUNIT_ASSERT_EQUAL(std::string("a "), namesRead());
    }

    void aLinkStaysALink() {
        const std::string target = directory_ / "target";
        writePrivate(target, "");
        std::filesystem::create_symlink(target, file_);
        CPPUNIT_ASSERT(addToken(file_, token("a")));
        CPPUNIT_ASSERT(std::filesystem::is_symlink(file_));
        CPPUNIT_ASSERT(!contentsOf(target).empty());
    }

    // Threads stand for processes: a file is held by whoever opened it.
    void noChangeIsLostAmongMany() {
        constexpr int each = 5;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([this, i] {
                for (int j = 0; j < each; ++j) {
                    const std::string name = std::to_string(i) + '.' + std::to_string(j);
                    addToken(file_, token(name));
                    if (j > 0) removeToken(file_, name);
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, readTokens(file_).tokens.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenListTest);

}  // namespace errand::access
