// SPDX-License-Identifier: Apache-2.0
#include "app/check_files.h"

#include <cppunit/extensions/HelperMacros.h>

#include <fstream>

#include "system/temporary_directory.h"

namespace errand::app {

class CheckFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CheckFilesTest);
    CPPUNIT_TEST(filesThatDoNotFitAreNamed);
    CPPUNIT_TEST(secretsThatStandInAFileAreFound);
    CPPUNIT_TEST_SUITE_END();

    const tests::TemporaryDirectory own_;

    static std::string refusal(const std::vector<std::pair<std::string, std::string>>& defines) {
        try {
            checkFiles(loadConfig({"", {}, defines}, "/bin/errandd"));
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    void filesThatDoNotFitAreNamed() {
        const std::string missing = own_ / "missing";
        for (const char* key : {"http.tokens", "http.tls.certificate"}) {
            const std::string said = refusal({{key, missing}});
            CPPUNIT_ASSERT_MESSAGE(said, said.find(missing) != said.npos);
            CPPUNIT_ASSERT(refusal({{key, missing}, {"http.enabled", "false"}}) != said);
        }
    }

    void secretsThatStandInAFileAreFound() {
        const std::string file = own_ / "app.properties";
        std::ofstream(file) << "smtp.password=secret\nhttp.port=1\n"
                            << "amqp.uri=amqp://u:secret@host/\n";
        CPPUNIT_ASSERT(secretsIn(file) == std::vector<std::string>({"amqp.uri", "smtp.password"}));
        std::ofstream(file) << "smtp.password=@/run/secret\nsmtp.username=u\n"
                            << "amqp.uri=amqp://guest:guest@localhost:5672/%2F\n";
        CPPUNIT_ASSERT(secretsIn(file).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CheckFilesTest);

}  // namespace errand::app
