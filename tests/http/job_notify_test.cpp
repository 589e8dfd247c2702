// SPDX-License-Identifier: Apache-2.0
#include "http/job_notify.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/fake_services.h"
#include "rpc/web_url.h"

namespace errand::http {
namespace {

using base::Json;

class FakeWebhook : public rpc::Service {
public:
    FakeWebhook() : Service("webhook", 1) {
        method("deliver", &FakeWebhook::deliver, {"url", "event", "data"}, "");
    }

private:
    std::string deliver(rpc::Context&, rpc::WebUrl, std::string event, Json) { return event; }
};

class JobNotifyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobNotifyTest);
    CPPUNIT_TEST(whomToTellIsKeptAsItIs);
    CPPUNIT_TEST(nothingSaidIsNobodyTold);
    CPPUNIT_TEST(whatIsWrongIsNamedByItsField);
    CPPUNIT_TEST(nobodyCanBeToldWhereNoServiceDelivers);
    CPPUNIT_TEST_SUITE_END();

    FakeCompute compute_;
    FakeWebhook webhook_;
    rpc::Catalogue catalogue_{{&compute_, &webhook_}};
    jobs::NewJob job_;

    // "field: message\n" each.
    std::string errors(const char* body, const rpc::Catalogue& catalogue) {
        std::vector<rpc::FieldError> found;
        readNotify(Json::parse(body), catalogue, job_, found);
        std::string text;
        for (const rpc::FieldError& error : found)
            text += error.field + ": " + error.message + '\n';
        return text;
    }

    void whomToTellIsKeptAsItIs() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(),
            errors(R"({"notify":{"webhook":"https://a.example/h?x=1"}})", catalogue_));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"webhook":"https://a.example/h?x=1"})"), job_.notify);
    }

    void nothingSaidIsNobodyTold() {
        CPPUNIT_ASSERT_EQUAL(std::string(), errors(R"({"tags":[]})", catalogue_));
        CPPUNIT_ASSERT_EQUAL(std::string(), job_.notify);
    }

    void whatIsWrongIsNamedByItsField() {
        const struct {
            const char *body, *begin;
        } cases[] = {
            {R"({"notify":"https://a.example/"})", "notify: must be an object"},
            {R"({"notify":{}})", "notify.webhook: is required"},
            {R"({"notify":{"webhook":7}})", "notify.webhook: "},
            {R"({"notify":{"webhook":"ftp://a.example/"}})", "notify.webhook: "},
            {R"({"notify":{"webhook":"https://a.example/","mail":"a@b.c"}})",
             "notify.mail: is not a way to be told"},
        };
        for (const auto& c : cases) {
            const std::string text = errors(c.body, catalogue_);
            CPPUNIT_ASSERT_MESSAGE(text, text.starts_with(c.begin));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.body, std::string(), job_.notify);
        }
    }

    void nobodyCanBeToldWhereNoServiceDelivers() {
        const FakeCatalogue without;
        CPPUNIT_ASSERT_EQUAL(
            std::string("notify.webhook: no service here delivers webhooks\n"),
            errors(R"({"notify":{"webhook":"https://a.example/"}})", without.catalogue));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobNotifyTest);

}  // namespace
}  // namespace errand::http
