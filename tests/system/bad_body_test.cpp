// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "system/with_server.h"

namespace errand::tests {

namespace {

using Strings = std::vector<std::string>;

std::string compute(const std::string& members) {
    return R"({"service":"compute","method":"compute",)" + members + '}';
}

std::string send(const std::string& to, const std::string& subject) {
    return R"({"service":"mail","method":"send","args":[)" + to + ',' + subject + R"(,"x"]})";
}

std::string withEmail(const std::string& email) {
    return R"({"operation":"sum","value":1,"other":2,"email":)" + email + '}';
}

std::string nested(std::size_t depth) {
    return R"({"operation":"sum","value":1,"other":)" + std::string(depth, '[') +
           std::string(depth, ']') + '}';
}

}  // namespace

// Bodies that are wrong: each is refused with words that help, nothing is stored, and the server
// goes on.
class BadBodyTest : public WithServer {
    CPPUNIT_TEST_SUITE(BadBodyTest);
    CPPUNIT_TEST(whatIsNoJsonIsRefusedWithThePlace);
    CPPUNIT_TEST(whatIsNoObjectIsRefused);
    CPPUNIT_TEST(everyBadFieldOfAComputationIsNamed);
    CPPUNIT_TEST(addressesThatAreNotOnePlainMailboxAreRefused);
    CPPUNIT_TEST(headerFieldsCannotBeSmuggledIntoMails);
    CPPUNIT_TEST(everyBadFieldOfAJobIsNamed);
    CPPUNIT_TEST(unknownNamesAreAnsweredWithNearOnes);
    CPPUNIT_TEST(wrongArgumentsAreNamed);
    CPPUNIT_TEST(otherContentTypesAreRefusedAndTheConnectionGoesOn);
    CPPUNIT_TEST(unknownPathsAndIdsAreNotFound);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { start({.settings = {"compute.maxDigits=1000"}}); }

    void tearDown() override {
        // Whatever it was: nothing of it is stored, and the server still serves.
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"jobs":[],"next":null})"), http().get("/jobs").body);
        const std::string id = submit(http(), computation("sum", "30", "10"));
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(waitFor(http(), id), "result"));
        WithServer::tearDown();
    }

private:
    void whatIsNoJsonIsRefusedWithThePlace() {
        const struct {
            std::string what, body, line, column;
        } cases[] = {
            {"nothing", "", "1", "1"},
            {"a word", "sum", "1", "1"},
            {"an open object", R"({"operation":"sum")", "1", "19"},
            {"a comma too many", "{\"operation\":\n  \"sum\",}", "2", "9"},
            {"two values", "{} {}", "1", "4"},
            {"a duplicate key", R"({"value":1,"value":2})", "1", "12"},
            {"a duplicate key, escaped", R"({"value":1,"v\u0061lue":2})", "1", "12"},
            {"a duplicate key below", R"({"kwargs":{"a":1,"a":2}})", "1", "18"},
            {"invalid UTF-8", "{\"email\":\"a\xFF@b.c\"}", "1", "12"},
            {"overlong UTF-8", "{\"email\":\"\xC0\xAF\"}", "1", "11"},
            {"a lone surrogate", R"({"email":"\ud800"})", "1", "11"},
            {"NaN", R"({"value":NaN})", "1", "10"},
            {"a leading zero", R"({"value":007})", "1", "10"},
            {"a control character", "{\"email\":\"a\nb\"}", "1", "12"},
            {"a byte order mark", "\xEF\xBB\xBF{}", "1", "1"},
            {"65 levels", nested(64), "1", "101"},
            {"many levels", std::string(100000, '['), "1", "65"},
        };
        for (const auto& c : cases) {
            for (const char* path : {"/compute", "/jobs"}) {
                const Answer answer = http().post(path, c.body);
                checkProblem(c.what, answer, 400, "not JSON");
                CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, c.line, member(answer.json(), "line"));
                CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, c.column,
                                             member(answer.json(), "column"));
            }
        }
        // One level less is nested deep enough to be wrong otherwise.
        checkFields("64 levels", http().post("/compute", nested(63)), {"other"});
    }

    void whatIsNoObjectIsRefused() {
        for (const char* body : {"1", "\"sum\"", "null", "true"})
            for (const char* path : {"/compute", "/jobs"})
                checkProblem(body, http().post(path, body), 400, "object");
        checkProblem("an array", http().post("/compute", "[]"), 400, "object");
    }

    void everyBadFieldOfAComputationIsNamed() {
        const struct {
            std::string body;
            Strings fields;
        } cases[] = {
            {"{}", {"operation", "value", "other"}},
            {R"({"operation":"sum","value":1})", {"other"}},
            {R"({"operation":"pow","value":1,"other":2})", {"operation"}},
            {R"({"operation":"Sum","value":1,"other":2})", {"operation"}},
            {R"({"operation":null,"value":1,"other":2})", {"operation"}},
            {R"({"operation":["sum"],"value":1,"other":2})", {"operation"}},
            {R"({"operation":"sum","value":"abc","other":2})", {"value"}},
            {R"({"operation":"sum","value":"","other":" "})", {"value", "other"}},
            {R"({"operation":"sum","value":1.5,"other":30.0})", {"value", "other"}},
            {R"({"operation":"sum","value":"1.5","other":1e3})", {"value", "other"}},
            {R"({"operation":"sum","value":true,"other":null})", {"value", "other"}},
            {R"({"operation":"sum","value":[1],"other":{}})", {"value", "other"}},
            {R"({"operation":"sum","value":"1__0","other":"0x10"})", {"value", "other"}},
            {R"({"operation":"sum","value":1,"other":2,"colour":3})", {"colour"}},
            {R"({"operation":"pow","value":"x","other":1.5,"email":"y","z":0})",
             {"operation", "value", "other", "email", "z"}},
            {computation("sum", std::string(1001, '1'), '"' + std::string(1001, '1') + '"'),
             {"value", "other"}},
            {computation("sum", '-' + std::string(1001, '1'), "1"), {"value"}},
        };
        for (const auto& c : cases)
            for (const char* path : {"/compute", "/jobs"})
                // Without an operation, /jobs takes it for a job of its own kind.
                if (c.body != "{}" || std::string(path) == "/compute")
                    checkFields(c.body.substr(0, 100), http().post(path, c.body), c.fields);
    }

    void addressesThatAreNotOnePlainMailboxAreRefused() {
        for (const char* email : {"\"\"",
                                  "\"nobody\"",
                                  "\"@b.c\"",
                                  "\"a@\"",
                                  "\"a b@c.d\"",
                                  "\"a@b.c, d@e.f\"",
                                  "\"A <a@b.c>\"",
                                  "\"a@b..c\"",
                                  "\".a@b.c\"",
                                  "\"a@-b.c\"",
                                  "\"a@b.c.\"",
                                  "\"a@@b.c\"",
                                  "\"\\u00fc@b.c\"",
                                  "\"a@\\u00fc.c\"",
                                  "\"a@b.c\\r\\nBcc: d@e.f\"",
                                  "\"a@b.c\\n\"",
                                  "\"a@b.c\\r\"",
                                  "\"a@b.c\\u0000\"",
                                  "\"a\\u0000@b.c\"",
                                  "42",
                                  "[\"a@b.c\"]",
                                  "false"}) {
            checkFields(email, http().post("/compute", withEmail(email)), {"email"});
            checkFields(email, http().post("/jobs", send(email, "\"s\"")), {"to"});
        }
        const std::string longest = std::string(64, 'a') + "@b.c";
        checkFields("65 characters", http().post("/compute", withEmail("\"a" + longest + '"')),
                    {"email"});
    }

    void headerFieldsCannotBeSmuggledIntoMails() {
        for (const char* subject :
             {"\"a\\r\\nBcc: d@e.f\"", "\"a\\nb\"", "\"a\\rb\"", "\"a\\u0000b\""})
            checkFields(subject, http().post("/jobs", send("\"a@b.c\"", subject)), {"subject"});
    }

    void everyBadFieldOfAJobIsNamed() {
        const std::string sum = R"("args":["sum",1,2])";
        const struct {
            std::string body;
            Strings fields;
        } cases[] = {
            {"{}", {"service", "method"}},
            {R"({"service":1,"method":null})", {"service", "method"}},
            {compute(R"("args":{},"kwargs":[])"), {"args", "kwargs"}},
            {compute(sum + R"(,"colour":1)"), {"colour"}},
            {compute(sum + R"(,"delay":-1)"), {"delay"}},
            {compute(sum + R"(,"delay":"1")"), {"delay"}},
            {compute(sum + R"(,"delay":1e400)"), {"delay"}},
            {compute(sum + R"(,"delay":1,"run_at":"2030-01-31T08:00:00Z")"), {"delay"}},
            {compute(sum + R"(,"run_at":1893484800)"), {"run_at"}},
            {compute(sum + R"(,"run_at":"2030-02-30T08:00:00Z")"), {"run_at"}},
            {compute(sum + R"(,"run_at":"2030-01-31T08:00:00")"), {"run_at"}},
            {compute(sum + R"(,"run_at":"9999-01-31T08:00:00Z")"), {"run_at"}},
            {compute(sum + R"(,"expires_at":"2001-01-01T00:00:00Z")"), {"expires_at"}},
            {compute(sum + R"(,"delay":3600,"expires_at":"soon")"), {"expires_at"}},
            {compute(sum + R"(,"timeout":0)"), {"timeout"}},
            {compute(sum + R"(,"timeout":null)"), {"timeout"}},
            {compute(sum + R"(,"max_attempts":0)"), {"max_attempts"}},
            {compute(sum + R"(,"max_attempts":2.5)"), {"max_attempts"}},
            {compute(sum + R"(,"max_attempts":99999999999999999999)"), {"max_attempts"}},
            {compute(sum + R"(,"tags":"a")"), {"tags"}},
            {compute(sum + R"(,"tags":["a",1])"), {"tags"}},
            {compute(sum + R"(,"tags":["a","a"])"), {"tags"}},
            {compute(sum + R"(,"tags":["a\nb"])"), {"tags"}},
            {compute(sum + R"(,"tags":[""],"timeout":"x","max_attempts":-1,"delay":[])"),
             {"tags", "timeout", "max_attempts", "delay"}},
        };
        for (const auto& c : cases)
            checkFields(c.body.substr(0, 100), http().post("/jobs", c.body), c.fields);
    }

    void unknownNamesAreAnsweredWithNearOnes() {
        const struct {
            const char *service, *method, *field, *near;
        } cases[] = {
            {"compte", "compute", "service", "did you mean 'compute'?"},
            {"compute", "computer", "method", "did you mean 'compute'?"},
            {"mail", "sent", "method", "did you mean 'send'?"},
        };
        for (const auto& c : cases) {
            const std::string body =
                std::string(R"({"service":")") + c.service + R"(","method":")" + c.method + R"("})";
            const Answer answer = http().post("/jobs", body);
            checkFields(body, answer, {c.field});
            checkHolds(body, answer.body, c.near);
        }
        const Answer far = http().post("/jobs", R"({"service":"weather","method":"ask"})");
        checkFields("nothing near", far, {"service"});
        CPPUNIT_ASSERT_EQUAL(std::string::npos, far.body.find("did you mean"));
        // A name of any length is not repeated in full.
        const std::string endless(500000, 'x');
        const Answer cut = http().post("/jobs", R"({"service":")" + endless + R"(","method":""})");
        checkFields("an endless name", cut, {"service"});
        CPPUNIT_ASSERT(cut.body.size() < 2000);
    }

    void wrongArgumentsAreNamed() {
        const struct {
            std::string members;
            Strings fields;
        } cases[] = {
            {R"("args":[])", {"operation", "value", "other"}},
            {R"("args":["sum",1])", {"other"}},
            {R"("args":["sum",1,2,"a@b.c",5])", {"args"}},
            {R"("args":["sum",1,2],"kwargs":{"value":1})", {"value"}},
            {R"("args":["sum",1,2],"kwargs":{"self":1})", {"self"}},
            {R"("args":["sum",1],"kwargs":{"othr":1})", {"other", "othr"}},
            {R"("args":["pow",1.5,"x","y"])", {"operation", "value", "other", "email"}},
        };
        for (const auto& c : cases)
            checkFields(c.members, http().post("/jobs", compute(c.members)), c.fields);
        checkFields("mail.send()", http().post("/jobs", R"({"service":"mail","method":"send"})"),
                    {"to", "subject", "contents"});
    }

    void otherContentTypesAreRefusedAndTheConnectionGoesOn() {
        const std::string body = computation("sum", "30", "10");
        for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "", "json",
                                 "application/jsonp", "multipart/form-data; boundary=x"}) {
            const Answer answer = http().send("POST", "/compute", body, {{"Content-Type", type}});
            checkProblem(type, answer, 415, "application/json");
            CPPUNIT_ASSERT_EQUAL(std::string("application/json"), answer.field("Accept"));
        }
        checkProblem("no type", http().send("POST", "/jobs", body), 415, "application/json");
    }

    void unknownPathsAndIdsAreNotFound() {
        for (const char* path :
             {"/job", "/compute/", "/jobs/", "/jobs/x/y", "/JOBS", "/jobs/42",
              "/jobs/0190163d-8694-739b-aea5-966c26f8ad91",
              "/jobs/0190163d-8694-739b-aea5-966c26f8ad9", "/jobs/%F0%9F%92%A9", "/none.html"})
            checkProblem(path, http().get(path), 404, "there is no");
        checkProblem("post", http().post("/none", "{}"), 404, "there is no");
        checkProblem("delete", http().remove("/jobs/42"), 404, "there is no");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(BadBodyTest);

}  // namespace errand::tests
