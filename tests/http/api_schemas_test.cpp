// SPDX-License-Identifier: Apache-2.0
#include "http/api_schemas.h"

#include <cppunit/extensions/HelperMacros.h>

#include <set>
#include <string>

#include "base/json.h"
#include "http/job_json.h"
#include "http/problem.h"

namespace errand::http {
namespace {

using base::Json;

class ApiSchemasTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiSchemasTest);
    CPPUNIT_TEST(eachIsAnObjectOfJsonUnderANameOfItsOwn);
    CPPUNIT_TEST(aJobHasTheMembersThatAreDescribed);
    CPPUNIT_TEST(aProblemHasTheMembersThatAreRequired);
    CPPUNIT_TEST(bodiesThatAreNoJsonSaySo);
    CPPUNIT_TEST_SUITE_END();

    static Json schema(std::string_view name) {
        const ApiSchema* found = findApiSchema(name);
        CPPUNIT_ASSERT_MESSAGE(std::string(name), found != nullptr);
        return Json::parse(found->schema);
    }

    static std::set<std::string> requiredOf(std::string_view name) {
        std::set<std::string> names;
        const Json described = schema(name);
        for (const Json& member : described.find("required")->asArray())
            names.insert(member.asString());
        return names;
    }

    static std::set<std::string> membersOf(const Json& object) {
        std::set<std::string> names;
        for (const auto& [name, value] : object.asObject()) names.insert(name);
        return names;
    }

    void eachIsAnObjectOfJsonUnderANameOfItsOwn() {
        std::set<std::string_view> names;
        for (const ApiSchema& each : apiSchemas()) {
            CPPUNIT_ASSERT(names.insert(each.name).second);
            CPPUNIT_ASSERT(schema(each.name).isObject());
        }
        CPPUNIT_ASSERT(findApiSchema("job") == nullptr);
    }

    void aJobHasTheMembersThatAreDescribed() {
        jobs::Job job;
        job.arguments = {"[]", "{}"};
        std::string listed;
        appendListedJob(listed, job);
        CPPUNIT_ASSERT(membersOf(Json::parse(listed)) == requiredOf("ListedJob"));
        std::string whole;
        appendJob(whole, job);
        std::set<std::string> described = requiredOf("ListedJob");
        described.merge(requiredOf("Job"));
        CPPUNIT_ASSERT(membersOf(Json::parse(whole)) == described);
    }

    void aProblemHasTheMembersThatAreRequired() {
        CPPUNIT_ASSERT(membersOf(Json::parse(problem(404, "x").body)) == requiredOf("Problem"));
        const Json refused = Json::parse(unprocessable({{"value", "is required"}}).body);
        for (const std::string& name : membersOf(refused))
            CPPUNIT_ASSERT_MESSAGE(name, schema("Problem").find("properties")->find(name));
    }

    void bodiesThatAreNoJsonSaySo() {
        CPPUNIT_ASSERT_EQUAL(textType, findApiSchema("Sentence")->contentType);
        CPPUNIT_ASSERT_EQUAL(problemType, findApiSchema("Problem")->contentType);
        CPPUNIT_ASSERT_EQUAL(jsonType, findApiSchema("Job")->contentType);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiSchemasTest);

}  // namespace
}  // namespace errand::http
