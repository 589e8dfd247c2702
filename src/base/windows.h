// SPDX-License-Identifier: Apache-2.0
// windows.h is Windows' own header, without what stands in the way of the standard library, and
// what all *_windows.cpp need of it.
//
// Threads: functions without state.
// Owns: a Handle owns what it was given.
// Errors: as said below.
#pragma once

#ifndef NOMINMAX
#define NOMINMAX
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>
// After it, or the older sockets come.
#include <windows.h>

#include <string>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/UnicodeConverter.h>

namespace errand::base {

// Texts are UTF-8 here and UTF-16 there.
inline std::wstring wide(const std::string& text) {
    std::wstring result;
    Poco::UnicodeConverter::convert(text, result);
    return result;
}

inline std::string narrow(const std::wstring& text) {
    std::string result;
    Poco::UnicodeConverter::convert(text, result);
    return result;
}

// The system's words for one of its numbers.
std::string windowsErrorText(DWORD error);

// "cannot lock C:\x: Access is denied".
[[noreturn]] inline void failWith(const std::string& what, DWORD error) {
    throw Poco::FileException(what + ": " + windowsErrorText(error));
}

// What is closed by CloseHandle.
class Handle {
public:
    explicit Handle(HANDLE handle) : handle_(handle) {}
    ~Handle() {
        if (valid()) ::CloseHandle(handle_);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    bool valid() const noexcept { return handle_ != nullptr && handle_ != INVALID_HANDLE_VALUE; }
    HANDLE get() const noexcept { return handle_; }
    HANDLE release() noexcept { return std::exchange(handle_, nullptr); }

private:
    HANDLE handle_;
};

}  // namespace errand::base
