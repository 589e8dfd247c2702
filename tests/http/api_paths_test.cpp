// SPDX-License-Identifier: Apache-2.0
#include "http/api_paths.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace errand::http {
namespace {

using base::Json;

class ApiPathsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiPathsTest);
    CPPUNIT_TEST(methodsOfOnePathStandTogether);
    CPPUNIT_TEST(parametersOfThePathAreKnown);
    CPPUNIT_TEST(aBodyHasAnExampleForEachOfItsKinds);
    CPPUNIT_TEST(unknownNamesAreRefused);
    CPPUNIT_TEST_SUITE_END();

    Json::Object schemas_{
        {"Red", Json::Object{{"const", "red"}}},
        {"Blue", Json::Object{{"examples", Json::Array{"navy"}}}},
        {"Color", Json::parse(R"({"oneOf":[{"$ref":"#/components/schemas/Red"},
                                           {"$ref":"#/components/schemas/Blue"}]})")},
    };
    ApiPaths paths_{schemas_};

    void add(std::string_view method, std::string_view path, Operation operation) {
        operation.name = "x";
        operation.tag = "jobs";
        paths_.add({method, path, nullptr, Takes::nothing, Needs::nothing, "Does it", operation});
    }

    void methodsOfOnePathStandTogether() {
        add("GET", "/a", {});
        add("GET", "/b", {});
        add("DELETE", "/a", {});
        const Json all = paths_.take();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, all.asObject().size());
        const Json* get = all.find("/a")->find("get");
        CPPUNIT_ASSERT(get != nullptr && all.find("/a")->find("delete") != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("Does it"), get->find("summary")->asString());
        CPPUNIT_ASSERT(get->find("parameters") == nullptr);
        CPPUNIT_ASSERT(get->find("requestBody") == nullptr);
    }

    void parametersOfThePathAreKnown() {
        add("GET", "/jobs/{id}/x", {.parameters = {"limit"}});
        const Json all = paths_.take();
        CPPUNIT_ASSERT_EQUAL(std::string(R"([{"$ref":"#/components/parameters/id"},)"
                                         R"({"$ref":"#/components/parameters/limit"}])"),
                             all.find("/jobs/{id}/x")->find("get")->find("parameters")->toString());
        CPPUNIT_ASSERT((paths_.used().parameters == std::set<std::string>{"id", "limit"}));
    }

    void aBodyHasAnExampleForEachOfItsKinds() {
        add("POST", "/a", {.body = "Color"});
        add("POST", "/b", {.body = "Red"});
        const Json all = paths_.take();
        const auto examples = [&](const char* path) {
            return all.find(path)
                ->find("post")
                ->find("requestBody")
                ->find("content")
                ->find("application/json")
                ->find("examples")
                ->toString();
        };
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"Red":{"value":"red"},"Blue":{"value":"navy"}})"),
                             examples("/a"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"Red":{"value":"red"}})"), examples("/b"));
    }

    void unknownNamesAreRefused() {
        CPPUNIT_ASSERT_THROW(add("GET", "/a/{nobody}", {}), Poco::NotFoundException);
        CPPUNIT_ASSERT_THROW(add("GET", "/a", {.parameters = {"nobody"}}), Poco::NotFoundException);
        CPPUNIT_ASSERT_THROW(add("POST", "/a", {.body = "Nothing"}), Poco::NotFoundException);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiPathsTest);

}  // namespace
}  // namespace errand::http
