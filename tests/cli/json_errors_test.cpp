// SPDX-License-Identifier: Apache-2.0
#include "cli/json_errors.h"

#include <cppunit/extensions/HelperMacros.h>

#include <sstream>

#include "cli/exit_code.h"
#include "cli/failure.h"

namespace errand::cli {

class JsonErrorsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonErrorsTest);
    CPPUNIT_TEST(failureIsJsonWhereItIsWanted);
    CPPUNIT_TEST(failurePassesWhereItIsNot);
    CPPUNIT_TEST(whatGoesWellIsLeftAlone);
    CPPUNIT_TEST_SUITE_END();

    std::ostringstream out_;
    std::ostringstream err_;
    const Run fails_ = withJsonErrors([](const Arguments&, Streams) -> int {
        throw Failure(exitUnavailable, "Unavailable", "no broker");
    });

    static Arguments json() {
        Arguments arguments;
        arguments.options["json"] = {""};
        return arguments;
    }

    void failureIsJsonWhereItIsWanted() {
        CPPUNIT_ASSERT_EQUAL(exitUnavailable, fails_(json(), {out_, err_}));
        CPPUNIT_ASSERT_EQUAL(
            std::string("{\"error\":{\"type\":\"Unavailable\",\"message\":\"no broker\"}}\n"),
            out_.str());
        CPPUNIT_ASSERT_EQUAL(std::string(), err_.str());
    }

    void failurePassesWhereItIsNot() {
        CPPUNIT_ASSERT_THROW(fails_({}, {out_, err_}), Failure);
        CPPUNIT_ASSERT_EQUAL(std::string(), out_.str());
    }

    void whatGoesWellIsLeftAlone() {
        const Run well = withJsonErrors([](const Arguments&, Streams streams) {
            streams.out << "{}";
            return 7;
        });
        CPPUNIT_ASSERT_EQUAL(7, well(json(), {out_, err_}));
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), out_.str());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonErrorsTest);

}  // namespace errand::cli
