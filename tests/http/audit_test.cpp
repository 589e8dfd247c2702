// SPDX-License-Identifier: Apache-2.0
#include "http/audit.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>

#include "base/logged_lines.h"
#include "http/problem.h"

namespace errand::http {
namespace {

class AuditTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuditTest);
    CPPUNIT_TEST(aChangeIsALineWhereTokensAreAskedFor);
    CPPUNIT_TEST(refusalsWithoutEndAreCounted);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<base::LoggedLines> lines_;
    Audit audit_;

public:
    void setUp() override { lines_ = std::make_unique<base::LoggedLines>("audit"); }
    void tearDown() override { lines_.reset(); }

private:
    void note(const std::string& method, int status, const Caller& caller,
              const std::string& location = {}) {
        Head head;
        head.method = method;
        head.path = "/jobs";
        Response response;
        response.status = status;
        if (!location.empty()) response.addField("Location", location);
        audit_.note(head, caller, response);
    }

    static Caller from(const std::string& address) {
        Caller caller;
        caller.unasked = false;
        caller.address = address;
        return caller;
    }

    void aChangeIsALineWhereTokensAreAskedFor() {
        Caller alice = from("192.0.2.1");
        alice.known = true;
        alice.identity.name = "alice";
        note("POST", 202, alice, "/jobs/1");
        note("GET", 200, alice);
        note("POST", 202, Caller());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), lines_->all().size());
        CPPUNIT_ASSERT_EQUAL(std::string("POST '/jobs' 202 by alice from 192.0.2.1: /jobs/1"),
                             lines_->all()[0]);
    }

    // Changes are all written down, whoever is refused meanwhile.
    void refusalsWithoutEndAreCounted() {
        for (int i = 0; i < 1000; ++i) note("GET", 401, from("192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(20), lines_->all().size());
        for (int i = 0; i < 30; ++i) note("POST", 202, from("192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(50), lines_->all().size());
        note("GET", 401, from("192.0.2.2"));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "GET '/jobs' 401 from 192.0.2.2; 980 refusals before were not written down"),
            lines_->all().back());
        note("GET", 401, from("192.0.2.2"));
        CPPUNIT_ASSERT_EQUAL(std::string("GET '/jobs' 401 from 192.0.2.2"), lines_->all().back());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuditTest);

}  // namespace
}  // namespace errand::http
