// SPDX-License-Identifier: Apache-2.0
#include "base/system.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include <Poco/Exception.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace errand::base {

namespace {

// The one place where an errno becomes an exception: "cannot lock /x/y: Permission denied; ...".
[[noreturn]] void fail(const std::string& what, int error, const std::string& remedy) {
    throw Poco::FileException(what + ": " + std::strerror(error) + "; " + remedy);
}

std::string remedyFor(int error) {
    switch (error) {
        case EACCES:
        case EPERM:
        case EROFS:
            return "give the server's user the right to write there";
        case ENOSPC:
        case EDQUOT:
            return "make room on that disk";
        case ENOENT:
        case ENOTDIR:
            return "create the directory first";
        case EMFILE:
        case ENFILE:
            return "raise the limit of open files (ulimit -n)";
        case EEXIST:
            return "remove the file, or choose another name";
        case EIO:
            return "the disk may be failing; see the system's log";
        default:
            return "see the system's log";
    }
}

[[noreturn]] void fail(const std::string& what, int error) {
    fail(what, error, remedyFor(error));
}

// An open file that is closed on every way out.
class OpenFile {
public:
    OpenFile(const std::string& path, int flags, mode_t mode = 0640)
        : file_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {
        if (file_ < 0) fail("cannot open " + path, errno);
    }
    ~OpenFile() {
        if (file_ >= 0) ::close(file_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    int get() const { return file_; }
    int release() { return std::exchange(file_, -1); }

private:
    int file_;
};

void writeAll(int file, const std::string& path, std::string_view contents) {
    while (!contents.empty()) {
        const ssize_t written = ::write(file, contents.data(), contents.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("cannot write " + path, errno);
        contents.remove_prefix(static_cast<std::size_t>(written));
    }
}

sigset_t terminationSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGQUIT);
    sigaddset(&set, SIGHUP);
    return set;
}

}  // namespace

FileLock::FileLock(const std::string& path) : file_(-1) {
    OpenFile file(path, O_RDWR | O_CREAT);
    while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK) fail("cannot lock " + path, errno);
        throw Poco::FileException("another server uses this directory (" + path +
                                  " is locked); stop it, or choose another data directory");
    }
    file_ = file.release();
}

FileLock::~FileLock() {
    ::close(static_cast<int>(file_));
}

MappedFile::MappedFile(const std::string& path, std::size_t size) : size_(size), data_(nullptr) {
    const OpenFile file(path, O_RDWR | O_CREAT);
    const auto length = static_cast<off_t>(size);
    if (::ftruncate(file.get(), length) != 0) fail("cannot resize " + path, errno);
    // Blocks that are merely promised would turn a full disk into SIGBUS at the first write.
    int error = EINTR;
    while (error == EINTR) error = ::posix_fallocate(file.get(), 0, length);
    if (error != 0) fail("cannot reserve " + std::to_string(size) + " bytes for " + path, error);
    void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (data == MAP_FAILED) fail("cannot map " + path, errno);
    data_ = static_cast<std::byte*>(data);
}

MappedFile::~MappedFile() {
    ::munmap(data_, size_);
}

void writeDurably(const std::string& path, std::string_view contents, Readers readers) {
    const OpenFile file(path, O_WRONLY | O_CREAT | O_EXCL, readers == Readers::owner ? 0600 : 0640);
    try {
        writeAll(file.get(), path, contents);
        if (::fsync(file.get()) != 0) fail("cannot bring " + path + " to disk", errno);
    } catch (const Poco::FileException&) {
        ::unlink(path.c_str());
        throw;
    }
}

void syncFile(const std::string& path) {
    const OpenFile file(path, O_RDONLY);
    if (::fsync(file.get()) != 0) fail("cannot sync " + path, errno);
}

void syncDirectory(const std::string& path) {
    const OpenFile directory(path, O_RDONLY | O_DIRECTORY);
    if (::fsync(directory.get()) != 0) fail("cannot bring directory " + path + " to disk", errno);
}

void syncParent(const std::string& path) {
    const std::string directory = std::filesystem::path(path).parent_path().string();
    syncDirectory(directory.empty() ? "." : directory);
}

bool renameNew(const std::string& from, const std::string& to) {
    // link() is what POSIX has that never replaces a file; rename() would.
    if (::link(from.c_str(), to.c_str()) != 0) {
        if (errno == EEXIST) return false;
        fail("cannot move " + from + " to " + to, errno);
    }
    if (::unlink(from.c_str()) != 0) fail("cannot remove " + from + " after moving it", errno);
    return true;
}

std::uint64_t freeBytes(const std::string& path) {
    struct statvfs info {};
    if (::statvfs(path.c_str(), &info) != 0) fail("cannot ask for the free room of " + path, errno);
    return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

std::string executablePath() {
    char link[PATH_MAX];
    const ssize_t length = ::readlink("/proc/self/exe", link, sizeof(link) - 1);
    if (length < 0) fail("cannot read /proc/self/exe", errno, "mount /proc");
    link[length] = '\0';
    return link;
}

std::vector<std::string> programArguments(int argc, char** argv) {
    return {argv + 1, argv + argc};
}

bool isStartedAsService() {
    return false;
}

bool canRegisterService() {
    return false;
}

void fillRandom(void* data, std::size_t size) {
    constexpr std::size_t most = 256;  // what getentropy gives at once
    auto* at = static_cast<unsigned char*>(data);
    while (size > 0) {
        const std::size_t part = size < most ? size : most;
        if (::getentropy(at, part) != 0) {
            throw Poco::SystemException(std::string("no random numbers from the system: ") +
                                        std::strerror(errno) + "; Linux 3.17 or newer is needed");
        }
        at += part;
        size -= part;
    }
}

void nameThisThread(const std::string& name) {
    const std::string cut = name.substr(0, 15);
    ::pthread_setname_np(::pthread_self(), cut.c_str());
}

void openStandardStreams() {
    // The system gives the lowest number that is free.
    int file = 0;
    while (file >= 0 && file <= STDERR_FILENO) file = ::open("/dev/null", O_RDWR);
    if (file >= 0) ::close(file);
}

bool isTerminal(std::FILE* stream) {
    return ::isatty(::fileno(stream)) == 1;
}

void ignoreBrokenPipes() {
    std::signal(SIGPIPE, SIG_IGN);
}

void blockTerminationSignals() {
    const sigset_t set = terminationSignals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ignoreBrokenPipes();
}

Wish awaitWish(std::chrono::milliseconds limit) {
    const sigset_t set = terminationSignals();
    timespec time{};
    time.tv_sec = static_cast<time_t>(limit.count() / 1000);
    time.tv_nsec = static_cast<long>(limit.count() % 1000) * 1'000'000;
    const int signal = ::sigtimedwait(&set, nullptr, &time);
    if (signal < 0) return Wish::none;
    return signal == SIGHUP ? Wish::reload : Wish::end;
}

void makeWish(Wish wish) {
    if (wish != Wish::none) ::kill(::getpid(), wish == Wish::reload ? SIGHUP : SIGTERM);
}

bool isReadableByAll(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0;
}

std::optional<std::string> foreignOwner(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0 || info.st_uid == ::geteuid()) return std::nullopt;
    passwd entry{};
    passwd* found = nullptr;
    char texts[4096];
    ::getpwuid_r(info.st_uid, &entry, texts, sizeof texts, &found);
    return found ? std::string(found->pw_name) : std::to_string(info.st_uid);
}

void endAtNextSignal() {
    std::signal(SIGHUP, SIG_IGN);  // nobody listens any more
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGQUIT, SIG_DFL);
    const sigset_t set = terminationSignals();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace errand::base
