// SPDX-License-Identifier: Apache-2.0
// system.h is what Errand asks of the operating system beyond the standard library and POCO: the
// only files that know which system it is are system_*.cpp beside it.
//
// Threads: the functions may be called from any thread; an object belongs to one thread at a time.
// Owns: FileLock, MappedFile and Daemon own what they opened and give it back in the destructor.
// Errors: Poco exceptions (FileException and its kind) whose text names the file, the system's
//         reason and what to do.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace errand::base {

// An exclusive lock on a file, which is created where missing and never removed. The system gives
// it back when the process ends, however it ends.
class FileLock {
public:
    // Throws Poco::FileException when another process (or another FileLock) holds it.
    explicit FileLock(const std::string& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    std::intptr_t file_;
};

// A file in memory, shared and writable: what is written there survives kill -9 (not a power cut).
class MappedFile {
public:
    // Creates the file where missing and gives it exactly that size, with its blocks on disk, so
    // that a full disk is an exception here and not a fatal signal at some later write. New bytes
    // are zero. REQUIRES size > 0.
    MappedFile(const std::string& path, std::size_t size);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::byte* data() noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }

private:
    std::size_t size_;
    std::byte* data_;
};

// The way of a server into the background. Whoever started it learns how that went: the starting
// process stays until the server is ready, and ends with 0; or until it has ended, and ends with
// its exit code (1 where that was 0, 128 + n after signal n). Until then all that the server
// writes to stderr is passed on.
class Daemon {
public:
    // Forks: only the new process returns from here, as the leader of its own session. The other
    // waits as said above and ends without running any destructor. REQUIRES that no thread runs.
    Daemon();

    // Points stdin, stdout and stderr to /dev/null and lets the starting process end. Throws when
    // that is gone (someone pressed ^C): then nobody wants the server. May be called twice.
    void ready();

    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

private:
    int status_ =
        -1;  // the pipe to the starting process; closed without a byte when this one fails
};

// Who may read a new file.
enum class Readers { owner, group };

// Creates the file, which must not exist, and returns when all of the contents are on disk.
// A file half written is removed.
void writeDurably(const std::string& path, std::string_view contents,
                  Readers readers = Readers::group);

// Returns when what the file holds is on disk.
void syncFile(const std::string& path);

// Returns when the names in the directory are on disk (files created, renamed or removed).
void syncDirectory(const std::string& path);

// Returns when the names beside the file are on disk.
void syncParent(const std::string& path);

// Moves a file to a name of the same file system and never replaces one: false, and nothing is
// moved, where that name is taken. A crash in the middle may leave the file under both names.
bool renameNew(const std::string& from, const std::string& to);

// Whether others than its owner and its group may read the file; false where there is none.
bool isReadableByAll(const std::string& path);

// The owner of a file that is not this process's user, by name or number; nullopt: it is.
std::optional<std::string> foreignOwner(const std::string& path);

// What an ordinary user may still write on the file system that holds the path.
std::uint64_t freeBytes(const std::string& path);

// The file of the running program, without symbolic links.
std::string executablePath();

// What the system says of this process.
struct ProcessFigures {
    double cpuSeconds = 0;
    double startSeconds = 0;  // since 1970
    std::uint64_t residentBytes = 0;
    std::uint64_t virtualBytes = 0;
    std::uint64_t openFiles = 0;
    std::uint64_t maxFiles = 0;
    std::uint64_t threads = 0;
};

// What the system does not say is 0.
ProcessFigures processFigures();

// What the program was given behind its name, in UTF-8, where main was given these.
std::vector<std::string> programArguments(int argc, char** argv);

// Whether Windows' service manager started the process; its words come through POCO then.
bool isStartedAsService();

// Whether POCO makes a service of the program, by /registerService.
bool canRegisterService();

// Bytes nobody can guess.
void fillRandom(void* data, std::size_t size);

// Shows in debuggers and in /proc; the system keeps the first 15 characters.
void nameThisThread(const std::string& name);

// Opens /dev/null for each of stdin, stdout and stderr that the process was started without: a file
// opened later, a database perhaps, would take its number, and be written into by whoever prints.
// Call it before any file is opened.
void openStandardStreams();

// Whether somebody sits at the other end of one of those three.
bool isTerminal(std::FILE* stream);

// That no write to a closed pipe or socket ends the program.
void ignoreBrokenPipes();

// Blocks SIGINT, SIGTERM, SIGQUIT and SIGHUP for this thread and those it starts, and ignores
// SIGPIPE, so that one thread waits for the signals and no write to a closed socket ends the
// server. Call it in main before any thread starts.
void blockTerminationSignals();

// What somebody asks of the process from outside.
enum class Wish { none, end, reload };

// Waits for the next signal of those; SIGHUP is the wish to reload. None: the time is over.
// REQUIRES blockTerminationSignals.
Wish awaitWish(std::chrono::milliseconds limit);

// Makes it come back with that, from any thread.
void makeWish(Wish wish);

// Gives the termination signals back to the calling thread with the system's own action: after the
// first one has begun an orderly stop, a second ends the process at once.
void endAtNextSignal();

}  // namespace errand::base
