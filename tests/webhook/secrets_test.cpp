// SPDX-License-Identifier: Apache-2.0
#include "webhook/secrets.h"

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>

#include "rpc/error.h"
#include "system/process.h"
#include "system/temporary_directory.h"

namespace errand::webhook {

using tests::readFile;
using tests::writeFile;

class SecretsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretsTest);
    CPPUNIT_TEST(eachSecretSignsTheFirstFirst);
    CPPUNIT_TEST(configuredOnesNeedNoFile);
    CPPUNIT_TEST(oneIsMadeAtTheFirstNeedForTheOwnerAlone);
    CPPUNIT_TEST(theFileIsReadAgain);
    CPPUNIT_TEST(aFileMayHoldSeveral);
    CPPUNIT_TEST(aHalfWrittenFileIsMadeAnew);
    CPPUNIT_TEST(aDamagedFileIsNotReplaced);
    CPPUNIT_TEST(aFileThatCannotBeMadeClosesTheGate);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* first = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static constexpr const char* second = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    static std::string signedBy(const std::string& text) {
        return Secret::parse(text).value().sign("a", 1, "{}");
    }

    static std::string refusal(Secrets& secrets) {
        try {
            secrets.sign("a", 1, "{}");
        } catch (const rpc::TryAgain& trouble) {
            CPPUNIT_ASSERT(trouble.scope() == rpc::Scope::service);
            return trouble.what();
        }
        return {};
    }

    void eachSecretSignsTheFirstFirst() {
        Secrets secrets({first, second}, "");
        CPPUNIT_ASSERT_EQUAL(signedBy(first) + ' ' + signedBy(second), secrets.sign("a", 1, "{}"));
    }

    void configuredOnesNeedNoFile() {
        Secrets secrets({first}, file_);
        CPPUNIT_ASSERT_EQUAL(signedBy(first), secrets.sign("a", 1, "{}"));
        CPPUNIT_ASSERT(!std::filesystem::exists(file_));
    }

    void oneIsMadeAtTheFirstNeedForTheOwnerAlone() {
        Secrets secrets({}, file_);
        CPPUNIT_ASSERT(!std::filesystem::exists(file_));
        const std::string signature = secrets.sign("a", 1, "{}");
        std::string text = readFile(file_);
        CPPUNIT_ASSERT_EQUAL('\n', text.back());
        text.pop_back();
        CPPUNIT_ASSERT_EQUAL(signedBy(text), signature);
        CPPUNIT_ASSERT(std::filesystem::status(file_).permissions() ==
                       (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
        CPPUNIT_ASSERT(!std::filesystem::exists(file_ + ".new"));
    }

    void theFileIsReadAgain() {
        const std::string signature = Secrets({}, file_).sign("a", 1, "{}");
        CPPUNIT_ASSERT_EQUAL(signature, Secrets({}, file_).sign("a", 1, "{}"));
    }

    void aFileMayHoldSeveral() {
        writeFile(file_, std::string(first) + "\n" + second + "\n");
        Secrets secrets({}, file_);
        CPPUNIT_ASSERT_EQUAL(signedBy(first) + ' ' + signedBy(second), secrets.sign("a", 1, "{}"));
    }

    void aHalfWrittenFileIsMadeAnew() {
        writeFile(file_ + ".new", "whsec_");
        Secrets secrets({}, file_);
        CPPUNIT_ASSERT_EQUAL(std::string(), refusal(secrets));
        CPPUNIT_ASSERT(Secret::parse(readFile(file_).substr(0, 50)));
    }

    void aDamagedFileIsNotReplaced() {
        for (const char* contents : {"", "rubbish\n", "whsec_short"}) {
            writeFile(file_, contents);
            Secrets secrets({}, file_);
            const std::string text = refusal(secrets);
            CPPUNIT_ASSERT_MESSAGE(text, text.find(file_) != std::string::npos);
            CPPUNIT_ASSERT_EQUAL(std::string(contents), readFile(file_));
        }
    }

    void aFileThatCannotBeMadeClosesTheGate() {
        Secrets secrets({}, directory_ / "none/webhook-secret");
        const std::string text = refusal(secrets);
        CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("webhooks cannot be signed: cannot open "));
        std::filesystem::create_directory(directory_ / "none");
        CPPUNIT_ASSERT_EQUAL(std::string(), refusal(secrets));
    }

    const tests::TemporaryDirectory directory_;
    const std::string file_ = directory_ / "webhook-secret";
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretsTest);

}  // namespace errand::webhook
