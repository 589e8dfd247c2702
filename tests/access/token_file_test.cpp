// SPDX-License-Identifier: Apache-2.0
#include "access/token_file.h"

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "access/private_file.h"
#include "system/temporary_directory.h"

namespace errand::access {
namespace {

using namespace std::chrono_literals;
using tests::contentsOf;
using tests::writePrivate;

class SetClock : public base::Clock {
public:
    base::Time now() const noexcept override {
        return base::Time(1'800'000'000s + std::chrono::microseconds(passed_));
    }
    base::SteadyTime steady() const noexcept override {
        return base::SteadyTime(std::chrono::microseconds(passed_));
    }
    void advance(std::chrono::microseconds time) { passed_ += time.count(); }

private:
    std::atomic<std::int64_t> passed_{0};
};

class Lines : public Poco::Channel {
public:
    void log(const Poco::Message& message) override { lines.push_back(message.getText()); }

    std::vector<std::string> lines;
};

class TokenFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenFileTest);
    CPPUNIT_TEST(aTokenIsFoundByItsText);
    CPPUNIT_TEST(aWrongSecretIsUnknown);
    CPPUNIT_TEST(anExpiredTokenIsToldFromAnUnknownOne);
    CPPUNIT_TEST(hostileTextsAreUnknown);
    CPPUNIT_TEST(anEmptyFileLetsNobodyIn);
    CPPUNIT_TEST(aBadFileIsRefusedAtTheStart);
    CPPUNIT_TEST(whatIsAddedHoldsWithinASecond);
    CPPUNIT_TEST(aRevokedTokenAndItsSessionsEnd);
    CPPUNIT_TEST(aNewTokenOfAnOldNameIsAnother);
    CPPUNIT_TEST(badContentsLeaveTheOldAndAreSaidOnce);
    CPPUNIT_TEST(aFileOpenToOthersIsNotFollowed);
    CPPUNIT_TEST(aFileThatIsGoneLeavesTheOld);
    CPPUNIT_TEST(manyThreadsAskWhileTheFileChanges);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        Poco::Logger& logger = Poco::Logger::get("access");
        logger.setLevel("information");
        logger.setChannel(log_);
        addToken(path_, alice_.token);
    }

    void tearDown() override { Poco::Logger::get("access").setChannel(nullptr); }

private:
    const tests::TemporaryDirectory directory_;
    const std::string path_ = directory_ / "tokens";
    const Poco::AutoPtr<Lines> log_{new Lines};  // POCO owns it
    SetClock clock_;
    const NewToken alice_ = makeToken("alice", {Scope::submit}, std::nullopt);
    const NewToken bob_ = makeToken("bob", {Scope::admin}, clock_.now() + 60s);

    void assertTroubles(std::size_t count, const std::string& part) const {
        std::size_t found = 0;
        for (const std::string& line : log_->lines) {
            found += line.find(part) != std::string::npos && line.ends_with("before hold on");
        }
        CPPUNIT_ASSERT_EQUAL(count, found);
        CPPUNIT_ASSERT_EQUAL(count, log_->lines.size());
    }

    void aTokenIsFoundByItsText() {
        TokenFile file(path_, clock_);
        const Finding finding = file.find(alice_.text);
        CPPUNIT_ASSERT(finding.verdict == Verdict::good);
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), finding.identity.name);
        CPPUNIT_ASSERT(finding.identity.scopes == Scopes{Scope::submit});
        CPPUNIT_ASSERT_EQUAL(alice_.token.id, finding.tokenId);
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), file.identityOf(finding.tokenId).value().name);
    }

    void aWrongSecretIsUnknown() {
        TokenFile file(path_, clock_);
        const Finding finding = file.find("errand_" + alice_.token.id + '_' + makeSecret());
        CPPUNIT_ASSERT(finding.verdict == Verdict::unknown);
        CPPUNIT_ASSERT(finding.identity.name.empty() && finding.tokenId.empty());
        CPPUNIT_ASSERT(file.find(bob_.text).verdict == Verdict::unknown);
    }

    void anExpiredTokenIsToldFromAnUnknownOne() {
        addToken(path_, bob_.token);
        TokenFile file(path_, clock_);
        clock_.advance(60s - 1us);
        CPPUNIT_ASSERT(file.find(bob_.text).verdict == Verdict::good);
        CPPUNIT_ASSERT(file.identityOf(bob_.token.id));
        clock_.advance(1us);
        const Finding finding = file.find(bob_.text);
        CPPUNIT_ASSERT(finding.verdict == Verdict::expired);
        CPPUNIT_ASSERT(!finding.identity.scopes.has(Scope::read));
        CPPUNIT_ASSERT(!file.identityOf(bob_.token.id));
        // Only whoever has the secret learns that it was one.
        CPPUNIT_ASSERT(file.find("errand_" + bob_.token.id + '_' + makeSecret()).verdict ==
                       Verdict::unknown);
    }

    void hostileTextsAreUnknown() {
        TokenFile file(path_, clock_);
        for (const std::string& text :
             {std::string(), std::string("Bearer ") + alice_.text, alice_.text + ' ',
              alice_.text + '\0', std::string(1'000'000, 'e'), alice_.token.line(),
              "errand_" + alice_.token.id + '_' + toHex(alice_.token.hash)}) {
            CPPUNIT_ASSERT(file.find(text).verdict == Verdict::unknown);
        }
        CPPUNIT_ASSERT(!file.identityOf(""));
        CPPUNIT_ASSERT(!file.identityOf("alice"));
    }

    void anEmptyFileLetsNobodyIn() {
        writePrivate(path_, "");
        TokenFile file(path_, clock_);
        CPPUNIT_ASSERT(file.find(alice_.text).verdict == Verdict::unknown);
    }

    void aBadFileIsRefusedAtTheStart() {
        writePrivate(path_, "rubbish\n");
        CPPUNIT_ASSERT_THROW(TokenFile(path_, clock_), Poco::FileException);
        CPPUNIT_ASSERT_THROW(TokenFile(directory_ / "none", clock_), Poco::FileException);
    }

    void whatIsAddedHoldsWithinASecond() {
        TokenFile file(path_, clock_);
        addToken(path_, bob_.token);
        clock_.advance(1s - 1us);
        CPPUNIT_ASSERT(file.find(bob_.text).verdict == Verdict::unknown);
        clock_.advance(1us);
        CPPUNIT_ASSERT(file.find(bob_.text).verdict == Verdict::good);
        CPPUNIT_ASSERT(file.find(alice_.text).verdict == Verdict::good);
        CPPUNIT_ASSERT_EQUAL(path_ + " has been read anew; tokens: 2", log_->lines.at(0));
        clock_.advance(10s);
        CPPUNIT_ASSERT(file.find(bob_.text).verdict == Verdict::good);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, log_->lines.size());
    }

    void aRevokedTokenAndItsSessionsEnd() {
        TokenFile file(path_, clock_);
        removeToken(path_, "alice");
        clock_.advance(1s);
        CPPUNIT_ASSERT(!file.identityOf(alice_.token.id));
        CPPUNIT_ASSERT(file.find(alice_.text).verdict == Verdict::unknown);
    }

    void aNewTokenOfAnOldNameIsAnother() {
        TokenFile file(path_, clock_);
        removeToken(path_, "alice");
        const NewToken other = makeToken("alice", {Scope::admin}, std::nullopt);
        addToken(path_, other.token);
        clock_.advance(1s);
        CPPUNIT_ASSERT(!file.identityOf(alice_.token.id));
        CPPUNIT_ASSERT(file.identityOf(other.token.id).value().scopes.has(Scope::admin));
    }

    void badContentsLeaveTheOldAndAreSaidOnce() {
        TokenFile file(path_, clock_);
        writePrivate(path_, contentsOf(path_) + "rubbish\n");
        for (int i = 0; i < 3; ++i) {
            clock_.advance(1s);
            CPPUNIT_ASSERT(file.find(alice_.text).verdict == Verdict::good);
        }
        assertTroubles(1, "line 2: needs six words");
        // Another fault is another line; and when all is well again, the file is followed.
        writePrivate(path_, bob_.token.line() + " more\n");
        clock_.advance(1s);
        CPPUNIT_ASSERT(file.find(alice_.text).verdict == Verdict::good);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, log_->lines.size());
        writePrivate(path_, bob_.token.line() + '\n');
        clock_.advance(1s);
        CPPUNIT_ASSERT(file.find(alice_.text).verdict == Verdict::unknown);
        CPPUNIT_ASSERT(file.find(bob_.text).verdict == Verdict::good);
    }

    void aFileOpenToOthersIsNotFollowed() {
        TokenFile file(path_, clock_);
        addToken(path_, bob_.token);
        ::chmod(path_.c_str(), 0644);
        clock_.advance(1s);
        CPPUNIT_ASSERT(file.find(bob_.text).verdict == Verdict::unknown);
        assertTroubles(1, "may be read or written by others");
        ::chmod(path_.c_str(), 0600);
        clock_.advance(1s);
        CPPUNIT_ASSERT(file.find(bob_.text).verdict == Verdict::good);
    }

    void aFileThatIsGoneLeavesTheOld() {
        TokenFile file(path_, clock_);
        const std::string kept = directory_ / "kept";
        std::filesystem::rename(path_, kept);
        for (int i = 0; i < 3; ++i) {
            clock_.advance(1s);
            CPPUNIT_ASSERT(file.find(alice_.text).verdict == Verdict::good);
        }
        assertTroubles(1, "cannot be found");
        std::filesystem::rename(kept, path_);
        clock_.advance(1s);
        CPPUNIT_ASSERT(file.find(alice_.text).verdict == Verdict::good);
    }

    void manyThreadsAskWhileTheFileChanges() {
        TokenFile file(path_, clock_);
        std::atomic<int> wrong{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int j = 0; j < 500; ++j) {
                    if (file.find(alice_.text).verdict != Verdict::good) ++wrong;
                    if (file.find("errand_000000000000_" + std::string(43, 'x')).verdict !=
                        Verdict::unknown)
                        ++wrong;
                    clock_.advance(5ms);
                }
            });
        }
        for (int i = 0; i < 10; ++i) {
            addToken(path_, bob_.token);
            removeToken(path_, "bob");
        }
        for (std::thread& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(0, wrong.load());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenFileTest);

}  // namespace
}  // namespace errand::access
