// SPDX-License-Identifier: Apache-2.0
#include "base/system.h"
#include "base/windows.h"
// After it.
#include <psapi.h>
#include <tlhelp32.h>

namespace errand::base {
namespace {

constexpr double ticksASecond = 1e7;
constexpr double from1601To1970 = 11'644'473'600.0;  // in seconds

double secondsOf(const FILETIME& time) {
    ULARGE_INTEGER ticks{};
    ticks.LowPart = time.dwLowDateTime;
    ticks.HighPart = time.dwHighDateTime;
    return static_cast<double>(ticks.QuadPart) / ticksASecond;
}

std::uint64_t countThreads() {
    const Handle all(::CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0));
    if (!all.valid()) return 0;
    std::uint64_t count = 0;
    THREADENTRY32 entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = ::Thread32First(all.get(), &entry); more;
         more = ::Thread32Next(all.get(), &entry))
        if (entry.th32OwnerProcessID == ::GetCurrentProcessId()) ++count;
    return count;
}

}  // namespace

ProcessFigures processFigures() {
    ProcessFigures figures;
    const HANDLE self = ::GetCurrentProcess();
    FILETIME began{};
    FILETIME ended{};
    FILETIME inKernel{};
    FILETIME inProgram{};
    if (::GetProcessTimes(self, &began, &ended, &inKernel, &inProgram)) {
        figures.cpuSeconds = secondsOf(inKernel) + secondsOf(inProgram);
        figures.startSeconds = secondsOf(began) - from1601To1970;
    }
    PROCESS_MEMORY_COUNTERS memory{};
    if (::GetProcessMemoryInfo(self, &memory, sizeof memory)) {
        figures.residentBytes = memory.WorkingSetSize;
        figures.virtualBytes = memory.PagefileUsage;
    }
    DWORD handles = 0;
    if (::GetProcessHandleCount(self, &handles)) figures.openFiles = handles;
    figures.threads = countThreads();
    return figures;
}

}  // namespace errand::base
