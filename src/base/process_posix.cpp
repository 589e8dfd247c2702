// SPDX-License-Identifier: Apache-2.0
// What Linux says of a process, in /proc (proc(5)).
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/system.h"

namespace errand::base {
namespace {

// The fields of /proc/self/stat behind the name, which may hold anything; the first is the state.
std::istringstream statFields() {
    std::ifstream file("/proc/self/stat");
    std::string line;
    std::getline(file, line);
    const auto end = line.rfind(')');
    return std::istringstream(end == line.npos ? "" : line.substr(end + 1));
}

// When the system began, in seconds since 1970.
double bootTime() {
    std::ifstream file("/proc/stat");
    std::string word;
    double seconds = 0;
    while (file >> word)
        if (word == "btime" && file >> seconds) return seconds;
    return 0;
}

double secondsOf(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::uint64_t countFiles() {
    std::error_code error;
    std::uint64_t count = 0;
    for (auto at = std::filesystem::directory_iterator("/proc/self/fd", error);
         !error && at != std::filesystem::directory_iterator(); at.increment(error))
        ++count;
    return count > 0 ? count - 1 : 0;  // without the one that looks
}

}  // namespace

ProcessFigures processFigures() {
    ProcessFigures figures;
    rusage used{};
    if (::getrusage(RUSAGE_SELF, &used) == 0)
        figures.cpuSeconds = secondsOf(used.ru_utime) + secondsOf(used.ru_stime);
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.maxFiles = limit.rlim_cur;
    figures.openFiles = countFiles();
    std::istringstream fields = statFields();
    std::string skipped;
    double started = 0;
    std::uint64_t pages = 0;
    for (int i = 3; i < 20; ++i) fields >> skipped;
    fields >> figures.threads >> skipped >> started >> figures.virtualBytes >> pages;
    figures.residentBytes = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    figures.startSeconds = bootTime() + started / static_cast<double>(::sysconf(_SC_CLK_TCK));
    return figures;
}

}  // namespace errand::base
