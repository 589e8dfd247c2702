// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_helo.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;

class SmtpHeloTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpHeloTest);
    CPPUNIT_TEST(hostNames);
    CPPUNIT_TEST(addressLiterals);
    CPPUNIT_TEST(theMachineHasANameThatServersTake);
    CPPUNIT_TEST_SUITE_END();

    void hostNames() {
        for (const string& name : {"a"s, "mail.example.org"s, "A-1.b"s, string(63, 'x'), "1.2"s}) {
            CPPUNIT_ASSERT_MESSAGE(name, isHostName(name));
        }
        for (const string& name :
             {""s, "."s, "a."s, ".a"s, "a..b"s, "-a"s, "a-"s, "a_b"s, "a b"s, "a\r\nMAIL"s, "ä.de"s,
              "[127.0.0.1]"s, string(64, 'x'), "a\0b"s}) {
            CPPUNIT_ASSERT_MESSAGE(name, !isHostName(name));
        }
        string longest;
        while (longest.size() < 253) longest += "abc.";
        CPPUNIT_ASSERT(isHostName(longest.substr(0, 253)));
        CPPUNIT_ASSERT(!isHostName(longest + "abc"));
    }

    void addressLiterals() {
        for (const char* text : {"[127.0.0.1]", "[IPv6:::1]", "[IPv6:2001:db8::1]"}) {
            CPPUNIT_ASSERT_MESSAGE(text, isAddressLiteral(text));
        }
        for (const char* text : {"127.0.0.1", "[::1]", "[IPv6:127.0.0.1]", "[]", "[", "]", "",
                                 "[example.org]", "[1.2.3.4]x"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !isAddressLiteral(text));
        }
        using Poco::Net::IPAddress;
        CPPUNIT_ASSERT_EQUAL("[192.0.2.1]"s, toAddressLiteral(IPAddress("192.0.2.1")));
        CPPUNIT_ASSERT_EQUAL("[IPv6:2001:db8::1]"s, toAddressLiteral(IPAddress("2001:db8::1")));
    }

    void theMachineHasANameThatServersTake() {
        const string name = machineName(Poco::Net::IPAddress("192.0.2.1"));
        const bool full = isHostName(name) && name.find('.') != string::npos;
        CPPUNIT_ASSERT_MESSAGE(name, full || name == "[192.0.2.1]");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpHeloTest);

}  // namespace
}  // namespace errand::mail
