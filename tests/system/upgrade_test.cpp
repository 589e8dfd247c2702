// SPDX-License-Identifier: Apache-2.0
// The data directory of an earlier version, with jobs in every state: the server goes on with it.
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

#include "store/schema_one.h"
#include "system/database.h"
#include "system/with_server.h"

namespace errand::tests {

namespace {

// What the second version added to the first.
constexpr auto schemaTwo =
    "ALTER TABLE jobs ADD COLUMN sent INTEGER NOT NULL DEFAULT 0 CHECK (sent IN (0, 1));"
    "ALTER TABLE jobs ADD COLUMN worker TEXT;"
    "ALTER TABLE jobs ADD COLUMN progress TEXT;"
    "PRAGMA user_version=2;";

// As the earlier versions wrote them; state, attempt, claim and the rest follow.
constexpr auto insert =
    "INSERT INTO jobs (id, service, method, args, kwargs, timeout_ms, created_at, run_at,"
    " max_attempts, tags, state, attempt, claim, boot, finished_at, result, error_type,"
    " error_message) VALUES (randomblob(16), 'compute', 'compute', '[\"sum\",30,10]', '{}', 60000,"
    " 1795369121000000, 1795369121000000, 5, '[\"old\"]', ";

const std::string rows[] = {"0, 0, 0, NULL, NULL, NULL, NULL, NULL);",
                            "0, 2, 4, NULL, NULL, NULL, 'TryAgain', '');",
                            "1, 1, 1, 1, NULL, NULL, NULL, NULL);",
                            "2, 1, 1, NULL, 1795369122000000, '40', NULL, NULL);",
                            "3, 1, 1, NULL, 1795369122000000, NULL, 'KeyError', '''pow''');",
                            "4, 1, 2, NULL, 1795369122000000, NULL, NULL, NULL);"};

}  // namespace

class UpgradeTest : public WithServer {
    CPPUNIT_TEST_SUITE(UpgradeTest);
    CPPUNIT_TEST(jobsOfTheFirstVersionGoOn);
    CPPUNIT_TEST(jobsOfTheSecondVersionGoOn);
    CPPUNIT_TEST(jobsOfTheThirdVersionGoOn);
    CPPUNIT_TEST(aNewerStoreIsRefusedAndLeftAlone);
    CPPUNIT_TEST_SUITE_END();

    // The database that such a version left.
    static void makeOld(const std::string& directory, const std::string& more = {}) {
        writeFile(directory + "/errand.db", "");
        std::string sql = schemaOne + more +
                          "INSERT INTO boots (id, transport, broker, started_at)"
                          " VALUES (randomblob(16), 'inproc', '', 1);";
        for (const std::string& row : rows) sql += insert + row;
        changeDatabase(directory, "PRAGMA journal_mode=WAL;" + sql);
    }

    std::map<std::string, std::string> states() {
        std::map<std::string, std::string> all;
        for (const base::Json& job : listJobs(http(), "tag=old"))
            all[member(job, "id")] = member(job, "state");
        return all;
    }

    base::Json counts() {
        const base::Json answer = http().get("/services").json();
        for (const base::Json& service : answer.find("services")->asArray())
            if (member(service, "name") == "compute") return *service.find("jobs");
        throw std::runtime_error("no service compute");
    }

    void checkGoesOn(const std::string& directory) {
        std::map<std::string, std::string> expected = storedStates(directory);
        CPPUNIT_ASSERT_EQUAL(std::size(rows), expected.size());
        // What had not ended runs, and succeeds.
        for (auto& [id, state] : expected)
            if (state == "queued" || state == "running") state = "succeeded";
        start({.directory = directory});
        waitUntilIdle(http());
        CPPUNIT_ASSERT(expected == states());
        for (const auto& [id, state] : expected) {
            const base::Json job = jobNow(http(), id);
            CPPUNIT_ASSERT(!job.find("priority"));  // the usual one
            if (state == "succeeded")
                CPPUNIT_ASSERT_EQUAL(std::string("40"), member(job, "result"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), listJobs(http(), "state=succeeded").size());
        const base::Json now = counts();
        for (const auto& [state, count] : std::map<std::string, std::string>{{"queued", "0"},
                                                                             {"running", "0"},
                                                                             {"succeeded", "4"},
                                                                             {"failed", "1"},
                                                                             {"cancelled", "1"}})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(state, count, member(now, state));
        // A job that had failed is tried again, as a new one would be.
        for (const auto& [id, state] : expected) {
            if (state != "failed") continue;
            CPPUNIT_ASSERT_EQUAL(202, http().post("/jobs/" + id + "/retry").status);
            waitFor(http(), id);
        }
    }

    void jobsOfTheFirstVersionGoOn() {
        const TemporaryDirectory directory;
        makeOld(directory.path());
        checkGoesOn(directory.path());
    }

    void jobsOfTheSecondVersionGoOn() {
        const TemporaryDirectory directory;
        makeOld(directory.path(), schemaTwo);
        checkGoesOn(directory.path());
    }

    // The fourth version added a column and its index, and no more.
    void jobsOfTheThirdVersionGoOn() {
        const TemporaryDirectory directory;
        makeOld(directory.path(), schemaTwo);
        start({.settings = {"services="}, .directory = directory.path()});
        http().post("/services/compute/pause");
        server().kill();
        ended();
        changeDatabase(directory.path(),
                       "DROP INDEX jobs_submitter; ALTER TABLE jobs DROP COLUMN submitter;"
                       "PRAGMA user_version=3;");
        start({.directory = directory.path()});
        CPPUNIT_ASSERT_EQUAL(std::size(rows), listJobs(http(), "tag=old").size());
        CPPUNIT_ASSERT_EQUAL(200, http().post("/services/compute/resume").status);
        waitUntilIdle(http());
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), listJobs(http(), "state=succeeded").size());
    }

    void aNewerStoreIsRefusedAndLeftAlone() {
        const TemporaryDirectory directory;
        makeOld(directory.path());
        changeDatabase(directory.path(), "PRAGMA user_version=1000");
        const std::map<std::string, std::string> before = storedStates(directory.path());
        const Ended ended = runToEnd(serverArguments(directory.path()));
        CPPUNIT_ASSERT(ended.code != 0);
        checkHolds("its words", ended.err, "1000");
        CPPUNIT_ASSERT(before == storedStates(directory.path()));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(UpgradeTest);

}  // namespace errand::tests
