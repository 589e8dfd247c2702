// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <Poco/Exception.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/private_file.h"
#include "base/system.h"

namespace errand::base {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw Poco::FileException(path + ": " + reason);
}

[[noreturn]] void refuse(const std::string& path, const char* what, int error) {
    refuse(path, std::string("cannot be ") + what + ": " + std::generic_category().message(error));
}

FileStamp stampOf(const struct stat& info) {
    const auto inNs = [](const timespec& time) {
        return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    };
    return {info.st_dev, info.st_ino, info.st_size, inNs(info.st_mtim), inNs(info.st_ctim)};
}

class OpenFile {
public:
    // Opening what is no file, a pipe perhaps, does not wait.
    OpenFile(const std::string& path, int flags)
        : file_(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0600)) {
        if (file_ < 0) refuse(path, "opened", errno);
    }
    ~OpenFile() { ::close(file_); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    int get() const noexcept { return file_; }

private:
    int file_;
};

struct stat examined(const OpenFile& file, const std::string& path) {
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) refuse(path, "examined", errno);
    return info;
}

PrivateText readAll(const OpenFile& file, const std::string& path, std::size_t most) {
    const struct stat info = examined(file, path);
    if (!S_ISREG(info.st_mode)) refuse(path, "is no file");
    if ((info.st_mode & 077) != 0) {
        refuse(path, "may be read or written by others than its owner; chmod 600 makes it private");
    }
    PrivateText contents{{}, stampOf(info)};
    char part[8192];
    for (;;) {
        const ssize_t count = ::read(file.get(), part, sizeof part);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) refuse(path, "read", errno);
        if (count == 0) return contents;
        contents.text.append(part, static_cast<std::size_t>(count));
        if (contents.text.size() > most) {
            refuse(path, "has more than " + std::to_string(most >> 20) + " MiB");
        }
    }
}

// The server may know the file by a name of its own.
std::string targetOf(const std::string& path) {
    std::error_code error;
    const auto target = std::filesystem::canonical(path, error);
    return error ? path : target.string();
}

}  // namespace

struct HeldFile::Held {
    std::string named;   // as it was asked for
    std::string target;  // where it is
    std::optional<OpenFile> file{};

    bool stands() const {
        struct stat here {};
        struct stat there {};
        return ::fstat(file->get(), &here) == 0 && ::stat(target.c_str(), &there) == 0 &&
               here.st_ino == there.st_ino && here.st_dev == there.st_dev;
    }
};

FileStamp stampOf(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) refuse(path, "found", errno);
    return stampOf(info);
}

PrivateText readPrivateFile(const std::string& path, std::size_t most) {
    return readAll(OpenFile(path, O_RDONLY), path, most);
}

HeldFile::HeldFile(const std::string& path, Missing missing)
    : held_(new Held{path, targetOf(path)}) {
    const int flags = O_RDWR | (missing == Missing::created ? O_CREAT : 0);
    // Whoever held it before may have put another file in its place meanwhile.
    do {
        held_->file.emplace(held_->target, flags);
        while (::flock(held_->file->get(), LOCK_EX) != 0) {
            if (errno != EINTR) refuse(path, "locked", errno);
        }
    } while (!held_->stands());
}

HeldFile::~HeldFile() = default;

std::string HeldFile::read(std::size_t most) const {
    return readAll(*held_->file, held_->named, most).text;
}

void HeldFile::replace(const std::string& text) {
    const std::string& path = held_->target;
    const std::string half = path + ".new";
    const struct stat old = examined(*held_->file, path);
    std::error_code error;
    std::filesystem::remove(half, error);
    writeDurably(half, text, Readers::owner);
    // What root changes must stay readable for the server's user.
    if (old.st_uid != ::geteuid() && ::chown(half.c_str(), old.st_uid, old.st_gid) != 0) {
        const int reason = errno;
        std::filesystem::remove(half, error);
        refuse(half, "given to the owner of the file", reason);
    }
    std::filesystem::rename(half, path, error);
    if (error) refuse(path, "replaced", error.value());
    syncParent(path);
}

bool writePrivately(const std::string& path, std::string_view text, Write write) noexcept {
    const int flags = write == Write::append ? O_APPEND : O_TRUNC;
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
    if (file < 0) return false;
    const bool written = ::fchmod(file, 0600) == 0 && ::write(file, text.data(), text.size()) ==
                                                          static_cast<ssize_t>(text.size());
    ::close(file);
    return written;
}

}  // namespace errand::base
