// SPDX-License-Identifier: Apache-2.0
// Backups of a server at work, what can go wrong with them, and the crash self-test.
#include <filesystem>

#include "system/database.h"
#include "system/with_server.h"

namespace errand::tests {

class BackupTest : public WithServer {
    CPPUNIT_TEST_SUITE(BackupTest);
    CPPUNIT_TEST(whatWasAcknowledgedBeforeABackupIsInIt);
    CPPUNIT_TEST(aFullDiskLeavesNothing);
    CPPUNIT_TEST(refusalsAreOneLine);
    CPPUNIT_TEST(theStoreIsChecked);
    CPPUNIT_TEST(theCrashSelfTestFindsNothingLost);
    CPPUNIT_TEST_SUITE_END();

    const TemporaryDirectory own_;
    const std::string file_ = own_ / "backup";

    static Ended backup(const std::string& file, const std::string& directory) {
        return runToEnd({"backup", file, "-Ddata.directory=" + directory}, {}, "errand");
    }
    static Ended restore(const std::string& file, const std::string& directory) {
        return runToEnd({"--restore=" + file, "-Ddata.directory=" + directory}, {}, "errandd");
    }

    // While others are submitted and run; and what was not finished goes on where it is restored.
    void whatWasAcknowledgedBeforeABackupIsInIt() {
        start();
        std::vector<std::string> before;
        for (int i = 0; i < 200; ++i)
            before.push_back(submit(http(), computation("sum", "30", "10", "a@b.example")));
        before.push_back(submit(http(), scheduledComputation(3600)));
        const Ended made = backup(file_, server().dataDirectory());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(made.err, 0, made.code);
        checkOneLine("the backup", made.out, " bytes, verified");
        const Ended restored = restore(file_, own_ / "restored");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(restored.err, 0, restored.code);
        checkOneLine("the restore", restored.out, " jobs restored from " + file_);
        const std::map<std::string, std::string> states = storedStates(own_ / "restored");
        for (const std::string& id : before) CPPUNIT_ASSERT_MESSAGE(id, states.contains(id));
        start({.directory = own_ / "restored"});
        const std::string scheduled = before.back();
        before.pop_back();
        for (const std::string& id : before)
            CPPUNIT_ASSERT_EQUAL(std::string("40"), member(waitFor(http(), id), "result"));
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), member(jobNow(http(), scheduled), "state"));
    }

    // As a disk that is full: no file may be longer than 16 KiB.
    void aFullDiskLeavesNothing() {
        start();
        submit(http(), computation("sum", "30", "10"));
        waitUntilIdle(http());
        Process small("/bin/sh",
                      {"-c", "trap '' XFSZ; ulimit -f 32; exec \"$0\" \"$@\"",
                       Process::programs() + "/errand", "backup", file_,
                       "-Ddata.directory=" + server().dataDirectory()},
                      own_ / "errors");
        small.readAll();
        CPPUNIT_ASSERT_EQUAL(1, small.wait());
        checkOneLine("the refusal", readFile(own_ / "errors"), "errand: no backup was made: ");
        CPPUNIT_ASSERT(!std::filesystem::exists(file_));
        CPPUNIT_ASSERT(!std::filesystem::exists(file_ + ".half"));
    }

    static void checkRefused(const char* what, const Ended& ended, const char* part) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, 1, ended.code);
        checkOneLine(what, ended.err, part);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string(), ended.out);
    }

    void refusalsAreOneLine() {
        start();
        const std::string data = server().dataDirectory();
        CPPUNIT_ASSERT_EQUAL(0, backup(file_, data).code);
        checkRefused("a name that is taken", backup(file_, data), "is there already");
        checkRefused("no store", backup(own_ / "x", own_ / "none"), "there is no store");
        checkRefused("a server that runs", restore(file_, data), "is locked");
        writeFile(own_ / "text", "this is no backup");
        checkRefused("no backup", restore(own_ / "text", own_ / "new"), "nothing was restored");
        checkRefused("no file", restore(own_ / "none", own_ / "new"), "is no file");
        CPPUNIT_ASSERT_EQUAL(64, runToEnd({"backup"}, {}, "errand").code);
        const Ended unknown = runToEnd({"--selftest=fire"}, {}, "errandd");
        CPPUNIT_ASSERT_EQUAL(78, unknown.code);
    }

    void theStoreIsChecked() {
        start();
        submit(http(), computation("sum", "30", "10"));
        const std::string data = server().dataDirectory();
        const auto check = [&] {
            return runToEnd({"--check", "-Ddata.directory=" + data}, {}, "errandd");
        };
        Ended ended = check();  // while it runs
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.out, 0, ended.code);
        checkOneLine("sound", ended.out, ": 1 jobs, 0 findings");
        server().kill();
        changeDatabase(data, "UPDATE job_counts SET count = count + 1");
        ended = check();
        CPPUNIT_ASSERT_EQUAL(1, ended.code);
        checkHolds("not sound", ended.out, "counts of jobs by service and state that are wrong");
        ended_ = true;
    }

    void theCrashSelfTestFindsNothingLost() {
        const Ended ended =
            runToEnd({"--selftest=crash", "-Ddata.directory=" + (own_ / "data")}, {}, "errandd");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.out + ended.err, 0, ended.code);
        checkHolds("its words", ended.out, "fsync: median ");
        checkHolds("its words", ended.out, "killed 20 times; ");
        checkHolds("its words", ended.out, " 0 lost, 0 wrong, 0 doubled");
        CPPUNIT_ASSERT(std::filesystem::is_empty(own_ / "data"));
    }

    bool ended_ = false;

public:
    void tearDown() override {
        if (ended_) ended();
        WithServer::tearDown();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BackupTest);

}  // namespace errand::tests
