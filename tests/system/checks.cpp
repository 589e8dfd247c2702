// SPDX-License-Identifier: Apache-2.0
#include "system/checks.h"

#include <algorithm>

#include "system/jobs.h"

namespace errand::tests {

void checkHolds(const std::string& what, std::string_view text, std::string_view part) {
    const bool holds = text.find(part) != std::string_view::npos;
    CPPUNIT_ASSERT_MESSAGE(
        what + ": no '" + std::string(part) + "' in: " + std::string(text.substr(0, 2000)), holds);
}

void checkProblem(const std::string& what, const Answer& answer, int status,
                  std::string_view part) {
    const std::string where = what + ": " + answer.body.substr(0, 1000);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(where, status, answer.status);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(where, std::string("application/problem+json"), answer.type());
    const base::Json problem = answer.json();
    CPPUNIT_ASSERT_EQUAL_MESSAGE(where, std::string("about:blank"), member(problem, "type"));
    CPPUNIT_ASSERT_EQUAL_MESSAGE(where, std::to_string(status), member(problem, "status"));
    CPPUNIT_ASSERT_MESSAGE(where, !member(problem, "title").empty());
    CPPUNIT_ASSERT_MESSAGE(where, !member(problem, "detail").empty());
    checkHolds(what, member(problem, "detail"), part);
}

void checkFields(const std::string& what, const Answer& answer, std::vector<std::string> fields) {
    checkProblem(what, answer, 422);
    const base::Json problem = answer.json();
    std::vector<std::string> named;
    for (const base::Json& error : problem.find("errors")->asArray()) {
        named.push_back(member(error, "field"));
        CPPUNIT_ASSERT_MESSAGE(what, !member(error, "message").empty());
    }
    std::sort(named.begin(), named.end());
    std::sort(fields.begin(), fields.end());
    CPPUNIT_ASSERT_MESSAGE(what + ": " + answer.body.substr(0, 1000), named == fields);
}

void checkOneLine(const std::string& what, const std::string& text, std::string_view part) {
    const auto lines = std::count(text.begin(), text.end(), '\n');
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what + ": " + text, 1L, static_cast<long>(lines));
    CPPUNIT_ASSERT_MESSAGE(what + ": " + text, text.ends_with('\n'));
    checkHolds(what, text, part);
}

}  // namespace errand::tests
