// SPDX-License-Identifier: Apache-2.0
#include "base/system.h"

#include <atomic>
#include <filesystem>
#include <system_error>

#include <Poco/Exception.h>
#include <fcntl.h>
#include <io.h>

#include "base/windows.h"
// After it.
#include <ntsecapi.h>
#include <shellapi.h>

namespace errand::base {

// What the library says of a number that the system has no words for.
constexpr auto unknown = "Unknown error code";

std::string windowsErrorText(DWORD error) {
    const std::string text = std::system_category().message(static_cast<int>(error));
    return text == unknown ? "error " + std::to_string(error) + " of Windows" : text;
}

namespace {

// Who has a file open does not keep others from reading it.
constexpr DWORD shareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

constexpr DWORD megabyte = 1U << 20;

HANDLE openFile(const std::string& path, DWORD access, DWORD share, DWORD disposition) {
    return ::CreateFileW(wide(path).c_str(), access, share, nullptr, disposition,
                         FILE_ATTRIBUTE_NORMAL, nullptr);
}

void writeAll(HANDLE file, const std::string& path, std::string_view contents) {
    while (!contents.empty()) {
        const auto part = static_cast<DWORD>(std::min<std::size_t>(contents.size(), megabyte));
        DWORD written = 0;
        if (!::WriteFile(file, contents.data(), part, &written, nullptr))
            failWith("cannot write " + path, ::GetLastError());
        contents.remove_prefix(written);
    }
}

// What the console or the service has asked for.
struct Wishes {
    // Both live until the process ends.
    const HANDLE rung = ::CreateEventW(nullptr, FALSE, FALSE, nullptr);
    std::atomic<Wish> wish{Wish::none};
};

Wishes& wishes() {
    static Wishes all;
    return all;
}

BOOL WINAPI asked(DWORD what) {
    if (what != CTRL_C_EVENT && what != CTRL_BREAK_EVENT && what != CTRL_CLOSE_EVENT) return FALSE;
    makeWish(Wish::end);
    // The process goes when this returns: it has the time that the system gives it to end before.
    if (what == CTRL_CLOSE_EVENT) ::Sleep(INFINITE);
    return TRUE;
}

}  // namespace

FileLock::FileLock(const std::string& path) : file_(-1) {
    const HANDLE file = openFile(path, GENERIC_READ | GENERIC_WRITE, 0, OPEN_ALWAYS);
    if (file == INVALID_HANDLE_VALUE) {
        const DWORD error = ::GetLastError();
        if (error != ERROR_SHARING_VIOLATION) failWith("cannot lock " + path, error);
        throw Poco::FileException("another server uses this directory (" + path +
                                  " is locked); stop it, or choose another data directory");
    }
    file_ = reinterpret_cast<std::intptr_t>(file);
}

FileLock::~FileLock() {
    ::CloseHandle(reinterpret_cast<HANDLE>(file_));
}

MappedFile::MappedFile(const std::string& path, std::size_t size) : size_(size), data_(nullptr) {
    const Handle file(openFile(path, GENERIC_READ | GENERIC_WRITE, shareAll, OPEN_ALWAYS));
    if (!file.valid()) failWith("cannot open " + path, ::GetLastError());
    LARGE_INTEGER length{};
    length.QuadPart = static_cast<LONGLONG>(size);
    // NTFS sets the room aside when the end of a file moves.
    if (!::SetFilePointerEx(file.get(), length, nullptr, FILE_BEGIN) || !::SetEndOfFile(file.get()))
        failWith("cannot reserve " + std::to_string(size) + " bytes for " + path, ::GetLastError());
    const Handle mapping(::CreateFileMappingW(file.get(), nullptr, PAGE_READWRITE,
                                              static_cast<DWORD>(length.HighPart), length.LowPart,
                                              nullptr));
    if (!mapping.valid()) failWith("cannot map " + path, ::GetLastError());
    void* data = ::MapViewOfFile(mapping.get(), FILE_MAP_ALL_ACCESS, 0, 0, size);
    if (data == nullptr) failWith("cannot map " + path, ::GetLastError());
    data_ = static_cast<std::byte*>(data);
}

MappedFile::~MappedFile() {
    ::UnmapViewOfFile(data_);
}

// Who may read it is what the directory says.
void writeDurably(const std::string& path, std::string_view contents, Readers) {
    HANDLE opened = openFile(path, GENERIC_WRITE, FILE_SHARE_READ, CREATE_NEW);
    if (opened == INVALID_HANDLE_VALUE) failWith("cannot open " + path, ::GetLastError());
    try {
        const Handle file(opened);
        writeAll(file.get(), path, contents);
        if (!::FlushFileBuffers(file.get()))
            failWith("cannot bring " + path + " to disk", ::GetLastError());
    } catch (const Poco::FileException&) {
        ::DeleteFileW(wide(path).c_str());
        throw;
    }
}

void syncFile(const std::string& path) {
    const Handle file(openFile(path, GENERIC_READ | GENERIC_WRITE, shareAll, OPEN_EXISTING));
    if (!file.valid() || !::FlushFileBuffers(file.get()))
        failWith("cannot sync " + path, ::GetLastError());
}

// Windows has no call for it: NTFS writes names into its journal by itself.
void syncDirectory(const std::string& path) {
    if (!std::filesystem::is_directory(path))
        failWith("cannot bring directory " + path + " to disk", ERROR_PATH_NOT_FOUND);
}

void syncParent(const std::string&) {}

bool renameNew(const std::string& from, const std::string& to) {
    if (::MoveFileExW(wide(from).c_str(), wide(to).c_str(), MOVEFILE_WRITE_THROUGH)) return true;
    const DWORD error = ::GetLastError();
    if (error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS) return false;
    failWith("cannot move " + from + " to " + to, error);
}

// Access control lists are not looked at.
bool isReadableByAll(const std::string&) {
    return false;
}

std::optional<std::string> foreignOwner(const std::string&) {
    return std::nullopt;
}

std::uint64_t freeBytes(const std::string& path) {
    ULARGE_INTEGER free{};
    if (!::GetDiskFreeSpaceExW(wide(path).c_str(), &free, nullptr, nullptr))
        failWith("cannot ask for the free room of " + path, ::GetLastError());
    return free.QuadPart;
}

std::string executablePath() {
    std::wstring path(32768, L'\0');  // the longest that there can be
    const DWORD size = ::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    if (size == 0) failWith("cannot find the program's file", ::GetLastError());
    path.resize(size);
    return narrow(path);
}

std::vector<std::string> programArguments(int, char**) {
    int count = 0;
    wchar_t** words = ::CommandLineToArgvW(::GetCommandLineW(), &count);
    if (words == nullptr) failWith("cannot read the arguments", ::GetLastError());
    std::vector<std::string> arguments;
    for (int i = 1; i < count; ++i) arguments.push_back(narrow(words[i]));
    ::LocalFree(words);
    return arguments;
}

bool isStartedAsService() {
    const HANDLE out = ::GetStdHandle(STD_OUTPUT_HANDLE);
    return out == nullptr || out == INVALID_HANDLE_VALUE;
}

bool canRegisterService() {
    return true;
}

void fillRandom(void* data, std::size_t size) {
    if (!::RtlGenRandom(data, static_cast<ULONG>(size)))
        throw Poco::SystemException("no random numbers from the system");
}

// Windows shows names of threads from version 10 on, by a function that older ones lack.
void nameThisThread(const std::string& name) {
    using Set = HRESULT(WINAPI*)(HANDLE, PCWSTR);
    const HMODULE kernel = ::GetModuleHandleW(L"kernel32.dll");
    const auto address = ::GetProcAddress(kernel, "SetThreadDescription");
    if (address == nullptr) return;
    reinterpret_cast<Set>(reinterpret_cast<void*>(address))(::GetCurrentThread(),
                                                            wide(name).c_str());
}

void openStandardStreams() {
    const HANDLE error = ::GetStdHandle(STD_ERROR_HANDLE);
    if (error != nullptr && error != INVALID_HANDLE_VALUE) return;
    [[maybe_unused]] const auto* in = std::freopen("NUL", "r", stdin);
    [[maybe_unused]] const auto* out = std::freopen("NUL", "w", stdout);
    [[maybe_unused]] const auto* err = std::freopen("NUL", "w", stderr);
}

bool isTerminal(std::FILE* stream) {
    return ::_isatty(::_fileno(stream)) != 0;
}

void ignoreBrokenPipes() {}  // they raise nothing

void blockTerminationSignals() {
    wishes();
    ::SetConsoleCtrlHandler(asked, TRUE);
}

Wish awaitWish(std::chrono::milliseconds limit) {
    ::WaitForSingleObject(wishes().rung, static_cast<DWORD>(limit.count()));
    return wishes().wish.exchange(Wish::none);
}

void makeWish(Wish wish) {
    wishes().wish.store(wish);
    ::SetEvent(wishes().rung);
}

void endAtNextSignal() {
    ::SetConsoleCtrlHandler(asked, FALSE);
}

Daemon::Daemon() {
    throw Poco::SystemException(
        "--daemon is not for Windows; errandd /registerService makes a service of it");
}

void Daemon::ready() {}

Daemon::~Daemon() = default;

}  // namespace errand::base
