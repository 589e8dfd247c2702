// SPDX-License-Identifier: Apache-2.0
#include "http/api_calls.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <string>

#include "http/fake_services.h"

namespace errand::http {
namespace {

using base::Json;

// A service that the document's code has never heard of.
class Greeting : public rpc::Service {
public:
    Greeting() : Service("greeting", 1, "Greets.") {
        method("say-hello", &Greeting::hello, {"to", "times", "sign"}, "Says hello.");
        method("nothing", &Greeting::nothing, {}, "Takes nothing.");
    }

private:
    std::string hello(rpc::Context&, rpc::Mailbox, rpc::IntegerLike, std::optional<std::string>) {
        return "hello";
    }
    void nothing(rpc::Context&) {}
};

class ApiCallsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiCallsTest);
    CPPUNIT_TEST(aNewMethodShowsUpWithItsTextParametersAndTypes);
    CPPUNIT_TEST(requiredParametersAreThereByPositionOrByName);
    CPPUNIT_TEST(aMethodWithoutParametersTakesNone);
    CPPUNIT_TEST(theExampleHasWhatIsRequired);
    CPPUNIT_TEST(aComputationIsTheArgumentsAlone);
    CPPUNIT_TEST(aRequestIsOneOfThemAll);
    CPPUNIT_TEST(foreignCallsAreDescribedWhereTheyCanBeReached);
    CPPUNIT_TEST_SUITE_END();

    Greeting greeting_;
    FakeCompute compute_;

    Json schemas(rpc::Reach reach = rpc::Reach::process) const {
        Json::Object schemas;
        addCallSchemas(rpc::Catalogue({&greeting_, &compute_}, reach), schemas);
        return schemas;
    }

    static const Json& at(const Json& json, std::initializer_list<const char*> path) {
        const Json* found = &json;
        for (const char* name : path) {
            found = found->find(name);
            CPPUNIT_ASSERT_MESSAGE(name, found != nullptr);
        }
        return *found;
    }

    void aNewMethodShowsUpWithItsTextParametersAndTypes() {
        const Json all = schemas();
        const Json& hello = at(all, {"greeting.say-hello"});
        CPPUNIT_ASSERT_EQUAL(std::string("Says hello."), at(hello, {"description"}).asString());
        CPPUNIT_ASSERT_EQUAL(std::string("say-hello"),
                             at(hello, {"properties", "method", "const"}).asString());
        const Json& named = at(hello, {"properties", "kwargs", "properties"});
        CPPUNIT_ASSERT_EQUAL(rpc::Argument<rpc::Mailbox>::schema(), at(named, {"to"}).toString());
        CPPUNIT_ASSERT_EQUAL(rpc::Argument<rpc::IntegerLike>::schema(),
                             at(named, {"times"}).toString());
        const Json& byPosition = at(hello, {"properties", "args", "prefixItems"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, byPosition.asArray().size());
        CPPUNIT_ASSERT_EQUAL(std::string("sign"),
                             at(byPosition.asArray()[2], {"title"}).asString());
        CPPUNIT_ASSERT(!at(hello, {"properties", "args", "items"}).asBoolean());
        CPPUNIT_ASSERT(!at(hello, {"properties", "kwargs", "additionalProperties"}).asBoolean());
    }

    void requiredParametersAreThereByPositionOrByName() {
        const Json all = schemas();
        const Json& ways = at(all, {"greeting.say-hello", "anyOf"});
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"([{"properties":{"kwargs":{"required":["to","times"]}},"required":["kwargs"]},)"
                R"({"properties":{"args":{"minItems":1},"kwargs":{"required":["times"]}},)"
                R"("required":["args","kwargs"]},)"
                R"({"properties":{"args":{"minItems":2}},"required":["args"]}])"),
            ways.toString());
    }

    void aMethodWithoutParametersTakesNone() {
        const Json all = schemas();
        const Json& nothing = at(all, {"greeting.nothing"});
        CPPUNIT_ASSERT(nothing.find("anyOf") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"type":"array","items":false})"),
                             at(nothing, {"properties", "args"}).toString());
    }

    void theExampleHasWhatIsRequired() {
        const Json all = schemas();
        CPPUNIT_ASSERT_EQUAL(std::string(R"([{"service":"greeting","method":"say-hello",)"
                                         R"("kwargs":{"to":"name@example.com","times":30}}])"),
                             at(all, {"greeting.say-hello", "examples"}).toString());
    }

    void aComputationIsTheArgumentsAlone() {
        const Json all = schemas();
        const Json& computation = at(all, {"Computation"});
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["operation","value","other"])"),
                             at(computation, {"required"}).toString());
        CPPUNIT_ASSERT(at(computation, {"properties", "email"}).isObject());
        Json::Object without;
        addCallSchemas(rpc::Catalogue({&greeting_}), without);
        const Json none = without;
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"type":"object"})"),
                             at(none, {"Computation"}).toString());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, at(none, {"JobRequest", "oneOf"}).asArray().size());
    }

    void aRequestIsOneOfThemAll() {
        const Json all = schemas();
        std::string names;
        for (const Json& choice : at(all, {"JobRequest", "oneOf"}).asArray())
            names += at(choice, {"$ref"}).asString() + ' ';
        CPPUNIT_ASSERT_EQUAL(std::string("#/components/schemas/greeting.say-hello "
                                         "#/components/schemas/greeting.nothing "
                                         "#/components/schemas/compute.compute "
                                         "#/components/schemas/Computation "),
                             names);
        CPPUNIT_ASSERT(all.find("AnyCall") == nullptr);
    }

    void foreignCallsAreDescribedWhereTheyCanBeReached() {
        const Json all = schemas(rpc::Reach::everywhere);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"(["greeting","compute"])"),
            at(all, {"AnyCall", "properties", "service", "not", "enum"}).toString());
        CPPUNIT_ASSERT_EQUAL(
            std::string("#/components/schemas/AnyCall"),
            at(at(all, {"JobRequest", "oneOf"}).asArray().back(), {"$ref"}).asString());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiCallsTest);

}  // namespace
}  // namespace errand::http
