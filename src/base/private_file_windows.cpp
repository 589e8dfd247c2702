// SPDX-License-Identifier: Apache-2.0
// Who may read a file is a matter of its access control list, which is the directory's: it is
// neither looked at nor set here.
#include <filesystem>
#include <system_error>

#include "base/private_file.h"
#include "base/system.h"
#include "base/windows.h"

namespace errand::base {
namespace {

constexpr DWORD betweenTries = 10;  // milliseconds
constexpr std::int64_t ticksTo1970 = 116'444'736'000'000'000;

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw Poco::FileException(path + ": " + reason);
}

HANDLE opened(const std::string& path, DWORD access, DWORD share, DWORD disposition) {
    return ::CreateFileW(wide(path).c_str(), access, share, nullptr, disposition,
                         FILE_FLAG_BACKUP_SEMANTICS, nullptr);
}

HANDLE openedToRead(const std::string& path) {
    return opened(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                  OPEN_EXISTING);
}

std::int64_t nsOf(const FILETIME& time) {
    const auto ticks = std::int64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;  // since 1601
    return (ticks - ticksTo1970) * 100;
}

BY_HANDLE_FILE_INFORMATION examined(const Handle& file, const std::string& path) {
    if (!file.valid()) refuse(path, "cannot be opened: " + windowsErrorText(::GetLastError()));
    BY_HANDLE_FILE_INFORMATION info{};
    if (!::GetFileInformationByHandle(file.get(), &info))
        refuse(path, "cannot be examined: " + windowsErrorText(::GetLastError()));
    return info;
}

FileStamp stampFrom(const BY_HANDLE_FILE_INFORMATION& info) {
    return {
        info.dwVolumeSerialNumber, std::uint64_t{info.nFileIndexHigh} << 32 | info.nFileIndexLow,
        std::int64_t{info.nFileSizeHigh} << 32 | info.nFileSizeLow, nsOf(info.ftLastWriteTime), 0};
}

// Held by who has it open: the file itself could not be replaced while somebody has.
std::string lockOf(const std::string& path) {
    return path + ".lock";
}

}  // namespace

struct HeldFile::Held {
    std::string path;
    HANDLE lock = INVALID_HANDLE_VALUE;

    ~Held() {
        if (lock != INVALID_HANDLE_VALUE) ::CloseHandle(lock);
    }
};

FileStamp stampOf(const std::string& path) {
    return stampFrom(examined(Handle(openedToRead(path)), path));
}

PrivateText readPrivateFile(const std::string& path, std::size_t most) {
    const Handle file(openedToRead(path));
    const BY_HANDLE_FILE_INFORMATION info = examined(file, path);
    if ((info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) refuse(path, "is no file");
    PrivateText contents{{}, stampFrom(info)};
    char part[8192];
    for (;;) {
        DWORD count = 0;
        if (!::ReadFile(file.get(), part, sizeof part, &count, nullptr))
            refuse(path, "cannot be read: " + windowsErrorText(::GetLastError()));
        if (count == 0) return contents;
        contents.text.append(part, count);
        if (contents.text.size() > most)
            refuse(path, "has more than " + std::to_string(most >> 20) + " MiB");
    }
}

HeldFile::HeldFile(const std::string& path, Missing missing) : held_(new Held{path}) {
    while ((held_->lock = opened(lockOf(path), GENERIC_WRITE, 0, OPEN_ALWAYS)) ==
           INVALID_HANDLE_VALUE) {
        const DWORD error = ::GetLastError();
        if (error != ERROR_SHARING_VIOLATION)
            refuse(path, "cannot be locked: " + windowsErrorText(error));
        ::Sleep(betweenTries);
    }
    const DWORD disposition = missing == Missing::created ? OPEN_ALWAYS : OPEN_EXISTING;
    const Handle file(opened(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, disposition));
    if (!file.valid()) refuse(path, "cannot be opened: " + windowsErrorText(::GetLastError()));
}

HeldFile::~HeldFile() = default;

std::string HeldFile::read(std::size_t most) const {
    return readPrivateFile(held_->path, most).text;
}

void HeldFile::replace(const std::string& text) {
    const std::string half = held_->path + ".new";
    std::error_code none;
    std::filesystem::remove(half, none);
    writeDurably(half, text, Readers::owner);
    if (!::MoveFileExW(wide(half).c_str(), wide(held_->path).c_str(),
                       MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
        refuse(held_->path, "cannot be replaced: " + windowsErrorText(::GetLastError()));
}

bool writePrivately(const std::string& path, std::string_view text, Write write) noexcept {
    const bool append = write == Write::append;
    const Handle file(opened(path, append ? FILE_APPEND_DATA : GENERIC_WRITE,
                             FILE_SHARE_READ | FILE_SHARE_WRITE,
                             append ? OPEN_ALWAYS : CREATE_ALWAYS));
    DWORD written = 0;
    return file.valid() &&
           ::WriteFile(file.get(), text.data(), static_cast<DWORD>(text.size()), &written,
                       nullptr) != 0 &&
           written == text.size();
}

}  // namespace errand::base
