// SPDX-License-Identifier: Apache-2.0
#include "base/id.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_set>
#include <vector>

#include <cppunit/extensions/HelperMacros.h>

#include "base/worker.h"

using namespace errand::base;
using namespace std::string_literals;

namespace {

Time at(std::int64_t micros) {
    return Time(std::chrono::microseconds(micros));
}

}  // namespace

class IdTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IdTest);
    CPPUNIT_TEST(timeVersionAndVariantStandWhereTheStandardHasThem);
    CPPUNIT_TEST(laterIdsAreGreaterInBytesAndInText);
    CPPUNIT_TEST(idsOfOneInstantDiffer);
    CPPUNIT_TEST(threadsNeverMakeTheSameId);
    CPPUNIT_TEST(everyRandomBitIsUsed);
    CPPUNIT_TEST(derivedIdIsTheTextsDigest);
    CPPUNIT_TEST(otherTextsHaveOtherIds);
    CPPUNIT_TEST(textComesBack);
    CPPUNIT_TEST(upperCaseIsRead);
    CPPUNIT_TEST(anythingElseIsRefused);
    CPPUNIT_TEST(hashesDiffer);
    CPPUNIT_TEST_SUITE_END();

public:
    void timeVersionAndVariantStandWhereTheStandardHasThem() {
        // The example of RFC 9562, A.6: 2022-02-22 19:22:22 UTC.
        const std::string text = Id::generate(at(1'645'557'742'000'000)).toString();
        CPPUNIT_ASSERT_EQUAL("017f22e2-79b0-7000-"s, text.substr(0, 19));
        CPPUNIT_ASSERT_MESSAGE(text, "89ab"s.find(text[19]) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL("017f22e2-79b0-7800-"s,
                             Id::generate(at(1'645'557'742'000'500)).toString().substr(0, 19));
        CPPUNIT_ASSERT_EQUAL("017f22e2-79b0-7ffb-"s,
                             Id::generate(at(1'645'557'742'000'999)).toString().substr(0, 19));
    }

    void laterIdsAreGreaterInBytesAndInText() {
        const std::int64_t start = 1'795'369'121'998'000;
        Id last = Id::generate(at(start));
        for (int i = 1; i < 5000; ++i) {
            const Id next = Id::generate(at(start + i));
            CPPUNIT_ASSERT(last < next);
            CPPUNIT_ASSERT(last.toString() < next.toString());
            last = next;
        }
    }

    void idsOfOneInstantDiffer() {
        std::unordered_set<Id> seen;
        for (int i = 0; i < 10'000; ++i) seen.insert(Id::generate(at(1)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{10'000}, seen.size());
    }

    void threadsNeverMakeTheSameId() {
        std::vector<Id> made[4];
        {
            Worker workers[4] = {Worker("a"), Worker("b"), Worker("c"), Worker("d")};
            for (int i = 0; i < 4; ++i) {
                workers[i].start([&mine = made[i]] {
                    for (int k = 0; k < 1000; ++k) mine.push_back(Id::generate(at(1)));
                });
            }
        }
        std::unordered_set<Id> seen;
        for (const auto& mine : made) seen.insert(mine.begin(), mine.end());
        CPPUNIT_ASSERT_EQUAL(std::size_t{4000}, seen.size());
    }

    void everyRandomBitIsUsed() {
        std::array<std::uint8_t, 8> ever0{};
        std::array<std::uint8_t, 8> ever1{};
        for (int i = 0; i < 1000; ++i) {
            const Id id = Id::generate(at(1));
            for (std::size_t k = 0; k < 8; ++k) {
                ever1[k] |= id.bytes[8 + k];
                ever0[k] |= static_cast<std::uint8_t>(~id.bytes[8 + k]);
            }
        }
        // All but the two bits of the variant take both values.
        CPPUNIT_ASSERT_EQUAL(0x7F, int{ever0[0]});
        CPPUNIT_ASSERT_EQUAL(0xBF, ever1[0] & 0xBF);
        for (std::size_t k = 1; k < 8; ++k) {
            CPPUNIT_ASSERT_EQUAL(0xFF, int{ever0[k]});
            CPPUNIT_ASSERT_EQUAL(0xFF, int{ever1[k]});
        }
    }

    // SHA-1 of "abc" is a9993e36 4706816a ba3e2571 7850c26c 9cd0d89d.
    void derivedIdIsTheTextsDigest() {
        CPPUNIT_ASSERT_EQUAL("a9993e36-4706-516a-ba3e-25717850c26c"s, Id::derive("abc").toString());
        CPPUNIT_ASSERT_EQUAL("da39a3ee-5e6b-5b0d-b255-bfef95601890"s, Id::derive("").toString());
    }

    void otherTextsHaveOtherIds() {
        std::unordered_set<std::string> ids;
        for (int i = 0; i < 10000; ++i) {
            const std::string text = Id::derive("call/" + std::to_string(i)).toString();
            CPPUNIT_ASSERT_EQUAL('5', text[14]);
            CPPUNIT_ASSERT("89ab"s.find(text[19]) != std::string::npos);
            ids.insert(text);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{10000}, ids.size());
        CPPUNIT_ASSERT(Id::derive("a\0b"s) != Id::derive("a"));
        CPPUNIT_ASSERT(Id::derive("again") == Id::derive("again"));
    }

    void textComesBack() {
        const Id id = Id::generate(Clock::system().now());
        CPPUNIT_ASSERT(Id::parse(id.toString()) == id);
        const std::string text = "00112233-4455-6677-8899-aabbccddeeff";
        const auto parsed = Id::parse(text);
        CPPUNIT_ASSERT(parsed.has_value());
        for (unsigned i = 0; i < 16; ++i)
            CPPUNIT_ASSERT_EQUAL(i * 0x11, unsigned{parsed->bytes[i]});
        CPPUNIT_ASSERT_EQUAL(text, parsed->toString());
        CPPUNIT_ASSERT_EQUAL("00000000-0000-0000-0000-000000000000"s, Id().toString());
    }

    void upperCaseIsRead() {
        const auto id = Id::parse("017F22E2-79b0-7CC3-98c4-DC0C0C07398F");
        CPPUNIT_ASSERT(id.has_value());
        CPPUNIT_ASSERT_EQUAL("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"s, id->toString());
    }

    void anythingElseIsRefused() {
        const std::string good = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
        CPPUNIT_ASSERT(Id::parse(good).has_value());
        for (std::size_t i = 0; i < good.size(); ++i) {
            CPPUNIT_ASSERT(!Id::parse(good.substr(0, i)).has_value());
            for (const char wrong : {'g', ' ', '\0', '/', ':', '@', '`', '_'}) {
                std::string bad = good;
                bad[i] = wrong;
                CPPUNIT_ASSERT_MESSAGE(bad, !Id::parse(bad).has_value());
            }
        }
        for (const char* text :
             {"017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "{017f22e2-79b0-7cc3-98c4-dc0c0c073}",
              "017f22e279b07cc398c4dc0c0c07398f", "017f22e-279b0-7cc3-98c4-dc0c0c07398f"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Id::parse(text).has_value());
        }
    }

    void hashesDiffer() {
        std::unordered_set<std::size_t> hashes;
        for (int i = 0; i < 1000; ++i) hashes.insert(std::hash<Id>()(Id::generate(at(1))));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, hashes.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IdTest);
