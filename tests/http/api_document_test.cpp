// SPDX-License-Identifier: Apache-2.0
#include "http/api_document.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include <Poco/Exception.h>

#include "base/json.h"
#include "http/fake_services.h"

namespace errand::http {
namespace {

using base::Json;

class ApiDocumentTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiDocumentTest);
    CPPUNIT_TEST(everyRouteIsThereButPages);
    CPPUNIT_TEST(everyReferenceLeadsSomewhere);
    CPPUNIT_TEST(everySharedPartIsUsed);
    CPPUNIT_TEST(operationsHaveNamesOfTheirOwn);
    CPPUNIT_TEST(theServicesOfTheCatalogueAreThere);
    CPPUNIT_TEST(theTagNamesTheText);
    CPPUNIT_TEST(aNameThatIsNowhereDeclaredIsRefused);
    CPPUNIT_TEST_SUITE_END();

    FakeCatalogue services_;
    ApiDocument document_{services_.catalogue};

    // Every "$ref" in it, as often as it is there.
    static void collect(const Json& json, std::multiset<std::string>& references) {
        if (json.isArray())
            for (const Json& item : json.asArray()) collect(item, references);
        if (!json.isObject()) return;
        for (const auto& [name, value] : json.asObject()) {
            if (name == "$ref") references.insert(value.asString());
            collect(value, references);
        }
    }

    static const Json* follow(const Json& document, std::string_view reference) {
        const Json* found = &document;
        reference.remove_prefix(2);  // "#/"
        while (found && !reference.empty()) {
            const auto end = std::min(reference.find('/'), reference.size());
            found = found->find(reference.substr(0, end));
            reference.remove_prefix(std::min(end + 1, reference.size()));
        }
        return found;
    }

    void everyRouteIsThereButPages() {
        const Json document = Json::parse(document_.text());
        std::size_t operations = 0;
        for (const Route& route : routes()) {
            const std::string path(route.path);
            const bool isPage = path == "/*" || path == "/apidocs";
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, isPage, route.operation.name == nullptr);
            if (isPage) continue;
            std::string method(route.method);
            for (char& c : method) c = static_cast<char>(std::tolower(c));
            const Json* item = document.find("paths")->find(path);
            const Json* operation = item ? item->find(method) : nullptr;
            CPPUNIT_ASSERT_MESSAGE(path, operation != nullptr);
            CPPUNIT_ASSERT_EQUAL(std::string(route.text), operation->find("summary")->asString());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, route.takes != Takes::nothing,
                                         operation->find("requestBody") != nullptr);
            ++operations;
        }
        std::size_t described = 0;
        for (const auto& [path, item] : document.find("paths")->asObject())
            described += item.asObject().size();
        CPPUNIT_ASSERT_EQUAL(operations, described);
    }

    void everyReferenceLeadsSomewhere() {
        const Json document = Json::parse(document_.text());
        std::multiset<std::string> references;
        collect(document, references);
        CPPUNIT_ASSERT(references.size() > 50);
        for (const std::string& reference : references)
            CPPUNIT_ASSERT_MESSAGE(reference, follow(document, reference) != nullptr);
    }

    void everySharedPartIsUsed() {
        const Json document = Json::parse(document_.text());
        std::multiset<std::string> references;
        collect(document, references);
        for (const auto& [kind, parts] : document.find("components")->asObject())
            for (const auto& [name, part] : parts.asObject())
                CPPUNIT_ASSERT_MESSAGE(
                    name, kind == "securitySchemes" ||
                              references.contains("#/components/" + kind + '/' + name));
    }

    void operationsHaveNamesOfTheirOwn() {
        std::set<std::string> names;
        for (const Route& route : routes())
            if (route.operation.name) CPPUNIT_ASSERT(names.insert(route.operation.name).second);
    }

    void theServicesOfTheCatalogueAreThere() {
        const Json document = Json::parse(document_.text());
        for (const char* name : {"compute.compute", "mail.send"})
            CPPUNIT_ASSERT_MESSAGE(name, document.find("components")->find("schemas")->find(name));
        const Json* body = follow(document, "#/paths");
        body = body->find("/jobs")->find("post")->find("requestBody")->find("content");
        const Json* examples = body->find("application/json")->find("examples");
        for (const char* name : {"compute.compute", "mail.send", "Computation", "JobRequests"})
            CPPUNIT_ASSERT_MESSAGE(name, examples->find(name));
    }

    void theTagNamesTheText() {
        FakeCatalogue same;
        CPPUNIT_ASSERT_EQUAL(document_.etag(), ApiDocument(same.catalogue).etag());
        const rpc::Catalogue fewer({&same.mail});
        CPPUNIT_ASSERT(document_.etag() != ApiDocument(fewer).etag());
        CPPUNIT_ASSERT_EQUAL('"', document_.etag().front());
        CPPUNIT_ASSERT_EQUAL('"', document_.etag().back());
    }

    void aNameThatIsNowhereDeclaredIsRefused() {
        const Route one[] = {
            {"GET", "/a", nullptr, Takes::nothing, Needs::nothing, "", {.name = "a", .tag = "b"}}};
        CPPUNIT_ASSERT_THROW(ApiDocument(services_.catalogue, one).text(), Poco::NotFoundException);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiDocumentTest);

}  // namespace
}  // namespace errand::http
