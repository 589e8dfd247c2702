// SPDX-License-Identifier: Apache-2.0
#include "app/backup.h"

#include <sys/stat.h>

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>

#include "base/system.h"
#include "store/database.h"
#include "store/schema.h"
#include "system/temporary_directory.h"

namespace errand::app {

class BackupTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BackupTest);
    CPPUNIT_TEST(whatIsBackedUpCanBeRestored);
    CPPUNIT_TEST(aBackupIsItsOwnersAlone);
    CPPUNIT_TEST(nothingIsOverwritten);
    CPPUNIT_TEST(whatIsNotSoundIsNotRestored);
    CPPUNIT_TEST(aStaleLogIsNotTakenForThisStores);
    CPPUNIT_TEST(aDirectoryInUseIsRefused);
    CPPUNIT_TEST_SUITE_END();

    const tests::TemporaryDirectory own_;
    const std::string data_ = own_ / "data";
    const std::string file_ = own_ / "backup";
    const std::string other_ = own_ / "other";

public:
    void setUp() override {
        std::filesystem::create_directory(data_);
        store::Database database(data_ + "/errand.db", store::Database::Role::writer);
        store::migrate(database);
        database.execute("INSERT INTO paused_services VALUES ('mail')");
    }

private:
    template <class Action>
    static std::string refusal(Action action) {
        try {
            action();
        } catch (const Refusal& refusal) {
            return refusal.message();
        }
        return {};
    }

    std::vector<std::string> filesIn(const std::string& directory) const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(directory))
            names.push_back(entry.path().filename().string());
        std::ranges::sort(names);
        return names;
    }

    void whatIsBackedUpCanBeRestored() {
        const Backup backup = makeBackup(data_, file_);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), backup.jobs);
        CPPUNIT_ASSERT_EQUAL(std::filesystem::file_size(file_), backup.bytes);
        restoreBackup(file_, other_);
        CPPUNIT_ASSERT(filesIn(other_) == std::vector<std::string>({"errand.db", "errand.lock"}));
        CPPUNIT_ASSERT(checkDirectory(other_).findings.empty());
        store::Database database(other_ + "/errand.db", store::Database::Role::reader);
        CPPUNIT_ASSERT_NO_THROW(database.execute("SELECT * FROM paused_services"));
        CPPUNIT_ASSERT(std::filesystem::exists(file_));
    }

    void aBackupIsItsOwnersAlone() {
        makeBackup(data_, file_);
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(file_.c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(mode_t(0600), info.st_mode & 07777);
        CPPUNIT_ASSERT(filesIn(own_ / "") == std::vector<std::string>({"backup", "data"}));
    }

    void nothingIsOverwritten() {
        std::ofstream(file_) << "mine";
        const std::string said = refusal([&] { makeBackup(data_, file_); });
        CPPUNIT_ASSERT_MESSAGE(said, said.find("is there already") != said.npos);
        CPPUNIT_ASSERT_EQUAL(std::uintmax_t(4), std::filesystem::file_size(file_));
        std::filesystem::remove(file_);
        makeBackup(data_, file_);
        const auto before = std::filesystem::last_write_time(data_ + "/errand.db");
        CPPUNIT_ASSERT(refusal([&] { restoreBackup(file_, data_); }) != "");
        CPPUNIT_ASSERT(before == std::filesystem::last_write_time(data_ + "/errand.db"));
        CPPUNIT_ASSERT(refusal([&] { makeBackup(own_ / "none", own_ / "x"); }) != "");
        CPPUNIT_ASSERT(refusal([&] { makeBackup(data_, own_ / "none/x"); }) != "");
    }

    void whatIsNotSoundIsNotRestored() {
        makeBackup(data_, file_);
        const auto size = std::filesystem::file_size(file_);
        const auto restored = [&] { restoreBackup(file_, other_); };
        {  // a page that was lost
            std::fstream damage(file_, std::ios::in | std::ios::out | std::ios::binary);
            damage.seekp(4096);
            damage << std::string(4096, '\x7f');
        }
        CPPUNIT_ASSERT(refusal(restored) != "");
        std::filesystem::resize_file(file_, size / 2);
        CPPUNIT_ASSERT(refusal(restored) != "");
        std::ofstream(file_) << "no database at all, but text that is long enough to be read";
        CPPUNIT_ASSERT(refusal(restored) != "");
        std::filesystem::resize_file(file_, 0);
        CPPUNIT_ASSERT(refusal(restored).find("is empty") != std::string::npos);
        {  // of a version to come
            store::Database database(data_ + "/errand.db", store::Database::Role::writer);
            database.execute("PRAGMA user_version=1000");
        }
        std::filesystem::copy_file(data_ + "/errand.db", own_ / "newer");
        CPPUNIT_ASSERT(refusal([&] { restoreBackup(own_ / "newer", other_); }).find("1000") !=
                       std::string::npos);
        CPPUNIT_ASSERT(filesIn(other_) == std::vector<std::string>({"errand.lock"}));
    }

    void aStaleLogIsNotTakenForThisStores() {
        makeBackup(data_, file_);
        std::filesystem::create_directory(other_);
        std::ofstream(other_ + "/errand.db-wal") << "of another store";
        CPPUNIT_ASSERT(refusal([&] { restoreBackup(file_, other_); }).find("errand.db-wal") !=
                       std::string::npos);
    }

    void aDirectoryInUseIsRefused() {
        makeBackup(data_, file_);
        std::filesystem::create_directory(other_);
        const base::FileLock lock(other_ + "/errand.lock");
        CPPUNIT_ASSERT(refusal([&] { restoreBackup(file_, other_); }).find("another server") !=
                       std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BackupTest);

}  // namespace errand::app
