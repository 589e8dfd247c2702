// SPDX-License-Identifier: Apache-2.0
#include "http/api_parts.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "base/json.h"
#include "http/routes.h"

namespace errand::http {
namespace {

class ApiPartsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiPartsTest);
    CPPUNIT_TEST(whatRoutesNameIsThere);
    CPPUNIT_TEST(schemasAreJson);
    CPPUNIT_TEST(unknownNamesAreNull);
    CPPUNIT_TEST(troubleIsOfRequestsAndOfTheServer);
    CPPUNIT_TEST_SUITE_END();

    void whatRoutesNameIsThere() {
        for (const Route& route : routes()) {
            for (const char* name : route.operation.parameters)
                if (name) CPPUNIT_ASSERT_MESSAGE(name, findApiParameter(name) != nullptr);
            for (const Answer& answer : route.operation.answers) {
                if (answer.status != 0)
                    CPPUNIT_ASSERT_MESSAGE(std::to_string(answer.status),
                                           findApiStatus(answer.status) != nullptr);
                for (const char* name : answer.fields)
                    if (name) CPPUNIT_ASSERT_MESSAGE(name, findApiField(name) != nullptr);
            }
        }
    }

    void schemasAreJson() {
        for (const char* name : {"id", "state", "limit", "If-None-Match"})
            CPPUNIT_ASSERT(base::Json::parse(findApiParameter(name)->schema).isObject());
        for (const char* name : {"ETag", "Location", "Retry-After"})
            CPPUNIT_ASSERT(base::Json::parse(findApiField(name)->schema).isObject());
    }

    void unknownNamesAreNull() {
        CPPUNIT_ASSERT(findApiParameter("etag") == nullptr);
        CPPUNIT_ASSERT(findApiField("") == nullptr);
        CPPUNIT_ASSERT(findApiStatus(418) == nullptr);
        CPPUNIT_ASSERT(findApiParameter("id")->in == In::path);
        CPPUNIT_ASSERT(findApiParameter("If-None-Match")->in == In::header);
    }

    void troubleIsOfRequestsAndOfTheServer() {
        for (const int status : troubleStatuses()) CPPUNIT_ASSERT(status >= 400 && status < 600);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiPartsTest);

}  // namespace
}  // namespace errand::http
