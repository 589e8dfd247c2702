// SPDX-License-Identifier: Apache-2.0
#include "app/backup.h"

#include <filesystem>
#include <fstream>

#include "app/value.h"
#include "base/system.h"
#include "store/copy.h"
#include "store/database.h"

namespace errand::app {
namespace {

namespace fs = std::filesystem;
using store::Database;

std::string storeOf(const std::string& directory) {
    return directory + "/errand.db";
}

// A file that is removed again, with what SQLite has put beside it, unless it is kept.
class HalfFile {
public:
    explicit HalfFile(std::string path) : path_(std::move(path)) {}
    ~HalfFile() {
        std::error_code none;
        for (const char* beside : {"-wal", "-shm", "-journal"}) fs::remove(path_ + beside, none);
        if (!kept_) fs::remove(path_, none);
    }
    HalfFile(const HalfFile&) = delete;
    HalfFile& operator=(const HalfFile&) = delete;

    const std::string& path() const noexcept { return path_; }
    void keep() noexcept { kept_ = true; }

private:
    const std::string path_;
    bool kept_ = false;
};

void requireStore(const std::string& directory) {
    if (!fs::exists(storeOf(directory)))
        throw Refusal("there is no store in " + directory + ": no errand.db; see data.directory");
}

[[noreturn]] void refuseTaken(const std::string& path) {
    throw Refusal(path + " is there already; move it away, or choose another name");
}

void requireNone(const std::string& path) {
    std::error_code none;
    if (fs::exists(fs::symlink_status(path, none))) refuseTaken(path);
}

// Reads all of it: a copy that is not sound is known now, not on the day it is needed.
Backup verified(const std::string& path) {
    Database copy(path, Database::Role::reader);
    const jobs::StoreCheck check = jobs::checkStore(copy);
    if (!check.findings.empty()) throw Refusal(path + " is not sound: " + check.findings.front());
    return {check.jobs, fs::file_size(path)};
}

// Under its name only once all of it is on disk.
void putInPlace(HalfFile& half, const std::string& path) {
    if (!base::renameNew(half.path(), path)) refuseTaken(path);
    half.keep();
    base::syncParent(path);
}

void copyDurably(const std::string& from, const std::string& to) {
    base::writeDurably(to, "", base::Readers::owner);  // for the mode, before there is anything
    std::ifstream in(from, std::ios::binary);
    std::ofstream out(to, std::ios::binary);
    out << in.rdbuf();
    out.close();
    if (!in || !out) throw Refusal("cannot copy " + from + " to " + to + "; see the disk's room");
    base::syncFile(to);
}

}  // namespace

Backup makeBackup(const std::string& directory, const std::string& file) {
    requireStore(directory);
    requireNone(file);
    HalfFile half(file + ".half");
    try {
        base::writeDurably(half.path(), "", base::Readers::owner);
        Database source(storeOf(directory), Database::Role::source);
        store::copyInto(source, half.path());
        base::syncFile(half.path());
        const Backup backup = verified(half.path());
        putInPlace(half, file);
        return backup;
    } catch (const Refusal&) {
        throw;
    } catch (const Poco::Exception& error) {
        throw Refusal("no backup was made: " + textOf(error));
    }
}

Backup restoreBackup(const std::string& file, const std::string& directory) {
    if (!fs::is_regular_file(file)) throw Refusal(file + " is no file");
    if (fs::file_size(file) == 0) throw Refusal(file + " is empty");
    fs::create_directories(directory);
    // Its server could not read what this user puts there.
    if (const auto owner = base::foreignOwner(directory))
        throw Refusal(directory + " belongs to " + *owner + "; restore as that user");
    try {
        const base::FileLock lock(directory + "/errand.lock");
        for (const char* beside : {"", "-wal", "-shm"}) requireNone(storeOf(directory) + beside);
        HalfFile half(storeOf(directory) + ".half");
        copyDurably(file, half.path());
        const Backup backup = verified(half.path());
        putInPlace(half, storeOf(directory));
        return backup;
    } catch (const Refusal&) {
        throw;
    } catch (const Poco::Exception& error) {
        throw Refusal("nothing was restored: " + textOf(error));
    }
}

jobs::StoreCheck checkDirectory(const std::string& directory) {
    requireStore(directory);
    try {
        Database database(storeOf(directory), Database::Role::source);
        return jobs::checkStore(database);
    } catch (const Poco::Exception& error) {
        throw Refusal(textOf(error));
    }
}

}  // namespace errand::app
