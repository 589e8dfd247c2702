// SPDX-License-Identifier: Apache-2.0
#include "access/digest.h"

#include <cppunit/extensions/HelperMacros.h>

#include <set>

namespace errand::access {

class DigestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DigestTest);
    CPPUNIT_TEST(secretsAreAllDifferent);
    CPPUNIT_TEST(theLastCharacterHasFourBitsOnly);
    CPPUNIT_TEST(otherTextsAreNoSecrets);
    CPPUNIT_TEST(theDigestIsTheStandardOne);
    CPPUNIT_TEST(theSaltCounts);
    CPPUNIT_TEST(digestsAreComparedWhole);
    CPPUNIT_TEST(hexIsReadAsItIsWritten);
    CPPUNIT_TEST_SUITE_END();

    void secretsAreAllDifferent() {
        std::set<std::string> all;
        for (int i = 0; i < 1000; ++i) {
            const std::string secret = makeSecret();
            CPPUNIT_ASSERT_MESSAGE(secret, isSecret(secret));
            CPPUNIT_ASSERT(all.insert(secret).second);
        }
    }

    // 256 bits are 42 characters of six bits and one of four, as RFC 4648 fills them up.
    void theLastCharacterHasFourBitsOnly() {
        std::set<char> last;
        std::set<char> first;
        for (int i = 0; i < 2000; ++i) {
            const std::string secret = makeSecret();
            last.insert(secret.back());
            first.insert(secret.front());
        }
        CPPUNIT_ASSERT(last == std::set<char>({'A', 'E', 'I', 'M', 'Q', 'U', 'Y', 'c', 'g', 'k',
                                               'o', 's', 'w', '0', '4', '8'}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{64}, first.size());
    }

    void otherTextsAreNoSecrets() {
        const std::string good(43, 'a');
        CPPUNIT_ASSERT(isSecret(good));
        for (const std::string& text :
             {std::string(), good + 'a', good.substr(1), good.substr(1) + '=', good.substr(1) + '+',
              good.substr(1) + '/', good.substr(1) + '\0'}) {
            CPPUNIT_ASSERT_MESSAGE(text, !isSecret(text));
        }
    }

    void theDigestIsTheStandardOne() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            toHex(digestOf({}, "abc")));
        CPPUNIT_ASSERT_EQUAL(
            std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            toHex(digestOf({}, "")));
    }

    void theSaltCounts() {
        const std::uint8_t salt[] = {'a', 'b'};
        const std::uint8_t other[] = {'a', 'c'};
        CPPUNIT_ASSERT(digestOf(salt, "c") == digestOf({}, "abc"));
        CPPUNIT_ASSERT(digestOf(salt, "c") != digestOf(other, "c"));
    }

    void digestsAreComparedWhole() {
        const Digest one = digestOf({}, "abc");
        CPPUNIT_ASSERT(same(one, one));
        for (std::size_t i = 0; i < one.size(); ++i) {
            Digest other = one;
            other[i] ^= 1;
            CPPUNIT_ASSERT(!same(one, other));
        }
    }

    void hexIsReadAsItIsWritten() {
        std::array<std::uint8_t, 4> bytes{};
        CPPUNIT_ASSERT(fromHex("00fFa910", bytes));
        CPPUNIT_ASSERT_EQUAL(std::string("00ffa910"), toHex(bytes));
        for (const char* text : {"", "00ffa9", "00ffa91", "00ffa9100", "00ffa91g", " 0ffa910",
                                 "0x00ffa9", "-0ffa910"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !fromHex(text, bytes));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DigestTest);

}  // namespace errand::access
