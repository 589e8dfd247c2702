// SPDX-License-Identifier: Apache-2.0
// The yardstick for everything durable: how long one append of 4 KiB and its fdatasync take on the
// file system of a folder. Prints the 50th and the 99th percentile in microseconds.
//
// usage: fsync FOLDER [COUNT]
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr int defaultCount = 1000;  // about 0.2 s where a sync takes 0.15 ms

// Microseconds that one append and sync took; exits when the disk refuses.
double appendAndSync(int file, const std::array<char, 4096>& page) {
    const auto begin = std::chrono::steady_clock::now();
    if (::write(file, page.data(), page.size()) != static_cast<ssize_t>(page.size()) ||
        ::fdatasync(file) != 0) {
        std::perror("fsync");
        std::exit(1);
    }
    const std::chrono::duration<double, std::micro> taken =
        std::chrono::steady_clock::now() - begin;
    return taken.count();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: fsync FOLDER [COUNT]\n");
        return 2;
    }
    std::string path = std::string(argv[1]) + "/fsync-XXXXXX";
    const int file = ::mkstemp(path.data());
    if (file < 0) {
        std::perror(path.c_str());
        return 1;
    }
    ::unlink(path.c_str());  // gone with the process, however it ends

    const int count = std::max(1, argc > 2 ? std::atoi(argv[2]) : defaultCount);
    std::array<char, 4096> page{};
    page.fill('x');
    std::vector<double> times;
    for (int i = 0; i < count; ++i) times.push_back(appendAndSync(file, page));
    ::close(file);
    std::sort(times.begin(), times.end());
    std::printf("%.1f %.1f\n", times[times.size() / 2], times[times.size() * 99 / 100]);
    return 0;
}
