// SPDX-License-Identifier: Apache-2.0
#include <cppunit/extensions/HelperMacros.h>

#include "rpc/argument.h"

using namespace errand;
using base::Json;
using rpc::parseMailbox;

class MailboxTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MailboxTest);
    CPPUNIT_TEST(plainMailboxesAreTaken);
    CPPUNIT_TEST(badDotsAreRefused);
    CPPUNIT_TEST(badDomainsAreRefused);
    CPPUNIT_TEST(whatCouldEndAHeaderIsRefused);
    CPPUNIT_TEST(otherFormsOfAddressesAreRefused);
    CPPUNIT_TEST(lengthsAreLimited);
    CPPUNIT_TEST(readThrowsAValueError);
    CPPUNIT_TEST(checkSaysWhatIsWanted);
    CPPUNIT_TEST_SUITE_END();

    static void refused(std::string_view text) {
        CPPUNIT_ASSERT_MESSAGE(std::string(text), !parseMailbox(text));
    }

public:
    void plainMailboxesAreTaken() {
        for (const char* text : {"name@example.com", "a.b+c_d-e@x-y.example", "root@localhost",
                                 "!#$%&'*+-/=?^_`{|}~@example.com", "1@2.3"}) {
            CPPUNIT_ASSERT_MESSAGE(text, parseMailbox(text));
            CPPUNIT_ASSERT_EQUAL(std::string(text), parseMailbox(text)->address);
        }
    }

    void badDotsAreRefused() {
        for (const char* text : {".a@b.c", "a.@b.c", "a..b@b.c", "@b.c", "a@", "a", "", "@"}) {
            refused(text);
        }
    }

    void badDomainsAreRefused() {
        for (const char* text : {"a@.b", "a@b.", "a@b..c", "a@-b.c", "a@b-.c", "a@b_c", "a@b@c",
                                 "a@[127.0.0.1]", "a@b\xc3\xa9.c"}) {
            refused(text);
        }
    }

    void whatCouldEndAHeaderIsRefused() {
        for (const char* text : {"a@b.c\r\nBcc: x@y.z", "a\n@b.c", "a@b.c\r", "a@b.c\n"}) {
            refused(text);
        }
        refused(std::string_view("a@b.c\0", 6));
        refused(std::string_view("a\0b@b.c", 7));
    }

    void otherFormsOfAddressesAreRefused() {
        for (const char* text :
             {"\"a b\"@c.d", "a b@c.d", " a@b.c", "a@b.c ", "Name <a@b.c>", "<a@b.c>",
              "a@b.c,d@e.f", "a(comment)@b.c", "a;b@c.d", "a:b@c.d", "\xc3\xa9@b.c"}) {
            refused(text);
        }
    }

    void lengthsAreLimited() {
        const std::string local(64, 'l');
        CPPUNIT_ASSERT(parseMailbox(local + "@b.c"));
        refused("l" + local + "@b.c");
        const std::string label(63, 'd');
        CPPUNIT_ASSERT(parseMailbox("a@" + label + ".c"));
        refused("a@d" + label + ".c");
        std::string domain = label + "." + label + "." + label + ".";
        domain.resize(252, 'd');
        CPPUNIT_ASSERT(parseMailbox("a@" + domain));
        refused("ab@" + domain);
    }

    void readThrowsAValueError() {
        using Argument = rpc::Argument<rpc::Mailbox>;
        CPPUNIT_ASSERT_EQUAL(std::string("a@b.c"), Argument::read(Json("a@b.c")).address);
        const auto text = [](const Json& value) {
            try {
                return Argument::read(value).address;
            } catch (const rpc::Error& e) {
                return e.type() + ": " + e.what();
            }
        };
        CPPUNIT_ASSERT_EQUAL(std::string("ValueError: not a plain mailbox: 'a b'"),
                             text(Json("a b")));
        CPPUNIT_ASSERT_EQUAL(std::string("ValueError: not a plain mailbox: a value of type int"),
                             text(Json::integer(5)));
    }

    void checkSaysWhatIsWanted() {
        using Argument = rpc::Argument<rpc::Mailbox>;
        CPPUNIT_ASSERT(!Argument::check(Json("a@b.c")));
        CPPUNIT_ASSERT_EQUAL(std::string("must be one plain mailbox such as name@example.com"),
                             Argument::check(Json("a")).value());
        CPPUNIT_ASSERT(Argument::check(Json::integer(5)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MailboxTest);
