// SPDX-License-Identifier: Apache-2.0
#include "rpc/web_url.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

using namespace errand;
using base::Json;
using rpc::faultOfWebUrl;
using rpc::parseWebUrl;
using rpc::WebUrl;

class WebUrlTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WebUrlTest);
    CPPUNIT_TEST(aUrlIsTakenApart);
    CPPUNIT_TEST(portsAreTheSchemesWhereNoneIsWritten);
    CPPUNIT_TEST(targetsBeginWithASlash);
    CPPUNIT_TEST(hostsAreNamesOrAddresses);
    CPPUNIT_TEST(otherHostsAreRefused);
    CPPUNIT_TEST(addressesInOtherFormsAreRefused);
    CPPUNIT_TEST(otherSchemesAreRefused);
    CPPUNIT_TEST(portsOfOtherProtocolsAreRefused);
    CPPUNIT_TEST(credentialsAndFragmentsAreRefused);
    CPPUNIT_TEST(whatCouldEndALineIsRefused);
    CPPUNIT_TEST(lengthIsLimited);
    CPPUNIT_TEST(checkSaysWhatIsWanted);
    CPPUNIT_TEST(readThrowsAValueError);
    CPPUNIT_TEST(hostNamesAreLabels);
    CPPUNIT_TEST_SUITE_END();

    static void refused(std::string_view text, std::string_view part) {
        const auto fault = faultOfWebUrl(text);
        CPPUNIT_ASSERT_MESSAGE(std::string(text), fault);
        CPPUNIT_ASSERT_MESSAGE(*fault, fault->find(part) != std::string::npos);
        CPPUNIT_ASSERT(!parseWebUrl(text));
    }

    static WebUrl parsed(const std::string& text) {
        const auto fault = faultOfWebUrl(text);
        CPPUNIT_ASSERT_MESSAGE(text + ": " + fault.value_or(""), !fault);
        return parseWebUrl(text).value();
    }

public:
    void aUrlIsTakenApart() {
        const WebUrl url = parsed("HTTPS://Hooks.Example.com:8443/a/b%20c?d=e&f");
        CPPUNIT_ASSERT(url.secure);
        CPPUNIT_ASSERT_EQUAL(std::string("hooks.example.com"), url.host);
        CPPUNIT_ASSERT_EQUAL(8443, int{url.port});
        CPPUNIT_ASSERT_EQUAL(std::string("/a/b%20c?d=e&f"), url.target);
        CPPUNIT_ASSERT_EQUAL(std::string("hooks.example.com:8443"), url.authority());
    }

    void portsAreTheSchemesWhereNoneIsWritten() {
        CPPUNIT_ASSERT_EQUAL(80, int{parsed("http://a.example/").port});
        CPPUNIT_ASSERT_EQUAL(443, int{parsed("https://a.example/").port});
        CPPUNIT_ASSERT_EQUAL(std::string("a.example"), parsed("https://a.example:443").authority());
        CPPUNIT_ASSERT_EQUAL(std::string("a.example:443"),
                             parsed("http://a.example:443").authority());
        CPPUNIT_ASSERT_EQUAL(65535, int{parsed("http://a.example:65535").port});
        CPPUNIT_ASSERT_EQUAL(1024, int{parsed("http://a.example:1024").port});
    }

    void targetsBeginWithASlash() {
        CPPUNIT_ASSERT_EQUAL(std::string("/"), parsed("http://a.example").target);
        CPPUNIT_ASSERT_EQUAL(std::string("/?a=b"), parsed("http://a.example?a=b").target);
        CPPUNIT_ASSERT_EQUAL(std::string("/a@b:c"), parsed("http://a.example/a@b:c").target);
    }

    void hostsAreNamesOrAddresses() {
        CPPUNIT_ASSERT_EQUAL(std::string("localhost"), parsed("http://localhost").host);
        CPPUNIT_ASSERT_EQUAL(std::string("my_service"), parsed("http://my_service:8000").host);
        CPPUNIT_ASSERT_EQUAL(std::string("xn--bcher-kva.example"),
                             parsed("http://xn--bcher-kva.example").host);
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.1"), parsed("http://192.0.2.1").host);
        const WebUrl six = parsed("http://[2001:DB8::1]:8080/");
        CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::1"), six.host);
        CPPUNIT_ASSERT_EQUAL(std::string("[2001:db8::1]:8080"), six.authority());
    }

    void otherHostsAreRefused() {
        refused("http://", "name a host");
        refused("http:///a", "name a host");
        refused("http://:80/", "name a host");
        for (const char* text : {"http://a..b", "http://-a.b", "http://a.b.", "http://a*b",
                                 "http://a,b", "http://a!b", "http://.a"}) {
            refused(text, "name a host that can be");
        }
        refused("http://" + std::string(64, 'a') + ".example", "name a host that can be");
        refused("http://[::1", "close the bracket");
        refused("http://[]", "IPv6");
        refused("http://[127.0.0.1]", "IPv6");
        refused("http://[::1]8080", "nothing but a port");
        refused("http://::1/", "name a host");
        refused("http://[fe80::1%25eth0]/", "%");
        refused("http://a%2eb/", "%");
    }

    void addressesInOtherFormsAreRefused() {
        for (const char* text : {"http://127.1", "http://2130706433", "http://0x7f000001",
                                 "http://0x7f.0.0.1", "http://1.2.3.4.5", "http://127.0.0.256",
                                 "http://a.1", "http://0127.0.0.1", "http://0x"}) {
            refused(text, "four numbers");
        }
    }

    void otherSchemesAreRefused() {
        for (const char* text : {"", "/", "a.example", "//a.example", "ftp://a.example", "http:",
                                 "http:/a.example", "file:///etc/passwd", "http", "httpss://a.b"}) {
            refused(text, "http:// or https://");
        }
    }

    void portsOfOtherProtocolsAreRefused() {
        refused("http://a.example:25", "other protocols");
        refused("https://a.example:1023", "other protocols");
        for (const char* port : {"", "0", "65536", "-1", "+80", "8 0", "80a", "99999999999"}) {
            const std::string text = std::string("http://a.example:") + port + "/";
            CPPUNIT_ASSERT_MESSAGE(text, !parseWebUrl(text));
        }
    }

    void credentialsAndFragmentsAreRefused() {
        refused("http://user@a.example/", "user name");
        refused("http://user:secret@a.example/", "user name");
        refused("http://127.0.0.1@a.example/", "user name");
        refused("http://a.example/#b", "fragment");
    }

    void whatCouldEndALineIsRefused() {
        for (const char* text :
             {"http://a.example/\r\nHost: b", "http://a.example/ b", " http://a.example",
              "http://a.example/\t", "http://a.example\\@b", "http://a.example/\xc3\xa9",
              "http://\xc3\xa9.example/", "http://a.example/<b>", "http://a.example/\x7f"}) {
            refused(text, "characters of a URL");
        }
        refused(std::string_view("http://a.example/\0", 18), "characters of a URL");
        refused("http://a.example/%", "after each %");
        refused("http://a.example/%4", "after each %");
        refused("http://a.example/%zz", "after each %");
    }

    void lengthIsLimited() {
        const std::string start = "http://a.example/";
        parsed(start + std::string(WebUrl::maxBytes - start.size(), 'b'));
        refused(start + std::string(WebUrl::maxBytes - start.size() + 1, 'b'), "2048 bytes");
    }

    void checkSaysWhatIsWanted() {
        CPPUNIT_ASSERT(!rpc::Argument<WebUrl>::check(Json("https://a.example/")));
        CPPUNIT_ASSERT_EQUAL(std::string("must be a URL, not number"),
                             rpc::Argument<WebUrl>::check(Json::integer(1)).value());
        CPPUNIT_ASSERT_EQUAL(std::string("must begin with http:// or https://"),
                             rpc::Argument<WebUrl>::check(Json("a")).value());
        CPPUNIT_ASSERT(Json::parse(rpc::Argument<WebUrl>::schema()).isObject());
    }

    void readThrowsAValueError() {
        CPPUNIT_ASSERT_EQUAL(std::string("a.example"),
                             rpc::Argument<WebUrl>::read(Json("http://a.example")).host);
        try {
            rpc::Argument<WebUrl>::read(Json("gopher://a"));
            CPPUNIT_FAIL("was not refused");
        } catch (const rpc::Error& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("ValueError"), error.type());
            CPPUNIT_ASSERT_EQUAL(
                std::string("the url must begin with http:// or https://: 'gopher://a'"),
                std::string(error.what()));
        }
        CPPUNIT_ASSERT_THROW(rpc::Argument<WebUrl>::read(Json(nullptr)), rpc::Error);
    }

    void hostNamesAreLabels() {
        CPPUNIT_ASSERT(rpc::isHostName("a-b.c_d.example"));
        CPPUNIT_ASSERT(rpc::isHostName(std::string(63, 'a')));
        for (const char* text : {"", ".", "a.", ".a", "-a", "a-", "a b", "a:b", "10.0.0.0/8"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !rpc::isHostName(text));
        }
        std::string longest = std::string(63, 'a');
        longest += '.' + longest + '.' + longest + '.' + std::string(61, 'a');
        CPPUNIT_ASSERT(rpc::isHostName(longest));
        CPPUNIT_ASSERT(!rpc::isHostName(longest + 'a'));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebUrlTest);
