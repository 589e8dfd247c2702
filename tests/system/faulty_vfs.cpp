// SPDX-License-Identifier: Apache-2.0
#include "system/faulty_vfs.h"

#include <sqlite3.h>

#include <csignal>
#include <cstddef>
#include <memory>
#include <new>
#include <stdexcept>

#include <unistd.h>

#include "system/faulty_control.h"
#include "system/faulty_unsynced.h"

namespace errand::tests {
namespace {

struct FaultyVfs {
    explicit FaultyVfs(const std::string& file) : control(file) {}
    sqlite3_vfs shown{};            // what SQLite sees
    sqlite3_vfs* system = nullptr;  // what does the work
    FaultyControl control;
    FaultyUnsynced unsynced;
};

// What SQLite allots for each open file; the system's own part follows in the same memory.
struct FaultyFile {
    sqlite3_file shown{};
    FaultyVfs* vfs = nullptr;
    FileKind kind = FileKind::other;
    std::string path;
};

constexpr std::size_t ownSize = (sizeof(FaultyFile) + alignof(std::max_align_t) - 1) /
                                alignof(std::max_align_t) * alignof(std::max_align_t);

FaultyFile& ours(sqlite3_file* file) {
    return *reinterpret_cast<FaultyFile*>(file);
}

sqlite3_file* systems(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + ownSize);
}

[[noreturn]] void die() {
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
}

// SQLITE_OK where all is to go well.
int meet(FaultyFile& file, Operation operation) {
    switch (file.vfs->control.next(operation, file.kind)) {
        case Fault::none:
            return SQLITE_OK;
        case Fault::full:
            return SQLITE_FULL;
        case Fault::eio:
            if (operation == Operation::sync) return SQLITE_IOERR_FSYNC;
            return operation == Operation::write ? SQLITE_IOERR_WRITE : SQLITE_IOERR_READ;
        case Fault::power:
            file.vfs->unsynced.undo();
            die();
        case Fault::kill:
            die();
    }
    return SQLITE_OK;
}

template <auto member, class... A>
auto forward(sqlite3_file* file, A... arguments) {
    sqlite3_file* real = systems(file);
    return (real->pMethods->*member)(real, arguments...);
}

int closeFile(sqlite3_file* file) {
    FaultyFile& own = ours(file);
    own.vfs->unsynced.closing(own.path, *systems(file));
    const int code = forward<&sqlite3_io_methods::xClose>(file);
    own.~FaultyFile();
    return code;
}

int readFile(sqlite3_file* file, void* data, int amount, sqlite3_int64 offset) {
    const int code = meet(ours(file), Operation::read);
    if (code != SQLITE_OK) return code;
    return forward<&sqlite3_io_methods::xRead>(file, data, amount, offset);
}

int writeFile(sqlite3_file* file, const void* data, int amount, sqlite3_int64 offset) {
    FaultyFile& own = ours(file);
    const int code = meet(own, Operation::write);
    if (code != SQLITE_OK) return code;
    if (own.kind != FileKind::other)
        own.vfs->unsynced.note(own.path, *systems(file), offset, amount);
    return forward<&sqlite3_io_methods::xWrite>(file, data, amount, offset);
}

int truncateFile(sqlite3_file* file, sqlite3_int64 size) {
    FaultyFile& own = ours(file);
    sqlite3_int64 present = 0;
    forward<&sqlite3_io_methods::xFileSize>(file, &present);
    if (own.kind != FileKind::other)
        own.vfs->unsynced.note(own.path, *systems(file), size, present - size);
    return forward<&sqlite3_io_methods::xTruncate>(file, size);
}

int syncFile(sqlite3_file* file, int flags) {
    FaultyFile& own = ours(file);
    int code = meet(own, Operation::sync);
    if (code != SQLITE_OK) return code;
    code = forward<&sqlite3_io_methods::xSync>(file, flags);
    if (code == SQLITE_OK) own.vfs->unsynced.synced(own.path);
    return code;
}

// Pages read through memory would pass the faults by.
int fetchNothing(sqlite3_file*, sqlite3_int64, int, void** page) {
    *page = nullptr;
    return SQLITE_OK;
}

const sqlite3_io_methods methods = {
    3,
    &closeFile,
    &readFile,
    &writeFile,
    &truncateFile,
    &syncFile,
    &forward<&sqlite3_io_methods::xFileSize>,
    &forward<&sqlite3_io_methods::xLock>,
    &forward<&sqlite3_io_methods::xUnlock>,
    &forward<&sqlite3_io_methods::xCheckReservedLock>,
    &forward<&sqlite3_io_methods::xFileControl>,
    &forward<&sqlite3_io_methods::xSectorSize>,
    &forward<&sqlite3_io_methods::xDeviceCharacteristics>,
    &forward<&sqlite3_io_methods::xShmMap>,
    &forward<&sqlite3_io_methods::xShmLock>,
    &forward<&sqlite3_io_methods::xShmBarrier>,
    &forward<&sqlite3_io_methods::xShmUnmap>,
    &fetchNothing,
    &forward<&sqlite3_io_methods::xUnfetch>,
};

int openFile(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* outFlags) {
    FaultyVfs& own = *static_cast<FaultyVfs*>(vfs->pAppData);
    file->pMethods = nullptr;  // SQLite closes only what has methods
    const int code = own.system->xOpen(own.system, name, systems(file), flags, outFlags);
    if (code != SQLITE_OK) return code;
    auto* opened = new (file) FaultyFile;  // SQLite owns the memory, closeFile ends the object
    opened->shown.pMethods = &methods;
    opened->vfs = &own;
    opened->path = name == nullptr ? "" : name;
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0) opened->kind = FileKind::db;
    if ((flags & SQLITE_OPEN_WAL) != 0) opened->kind = FileKind::wal;
    return SQLITE_OK;
}

}  // namespace

void installFaultyVfs(const std::string& controlFile) {
    auto vfs = std::make_unique<FaultyVfs>(controlFile);
    vfs->system = sqlite3_vfs_find(nullptr);
    if (vfs->system == nullptr) throw std::runtime_error("SQLite has no file system");
    // The system's other functions look at nothing of the object they are given.
    vfs->shown = *vfs->system;
    vfs->shown.zName = "faulty";
    vfs->shown.pNext = nullptr;
    vfs->shown.pAppData = vfs.get();
    vfs->shown.szOsFile += static_cast<int>(ownSize);
    vfs->shown.xOpen = &openFile;
    if (sqlite3_vfs_register(&vfs->shown, 1) != SQLITE_OK) {
        throw std::runtime_error("SQLite does not take the faulty file system");
    }
    vfs.release();  // SQLite keeps it as long as the process lives
}

}  // namespace errand::tests
