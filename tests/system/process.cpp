// SPDX-License-Identifier: Apache-2.0
#include "system/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/system.h"
#include "system/temporary_directory.h"

extern char** environ;

namespace errand::tests {

namespace {

using std::chrono::steady_clock;

int millisecondsUntil(steady_clock::time_point deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
    return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

std::vector<std::string> environmentWith(const Environment& extra) {
    std::vector<std::string> entries;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        // What configures a server of the person who runs the tests is not for ours.
        if (!std::string_view(*entry).starts_with("ERRAND_")) entries.emplace_back(*entry);
    }
    for (const auto& [name, value] : extra) entries.push_back(name + '=' + value);
    return entries;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

[[noreturn]] void become(const char* path, char* const* arguments, char* const* environment,
                         int output, int errors) {
    // A test that is killed takes its servers with it.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    // A socket of the test's that lived on in here would not be closed when the test closes it.
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execve(path, arguments, environment);
    ::_exit(127);
}

}  // namespace

std::string Process::programs() {
    const char* folder = std::getenv("ERRAND_BIN");
    if (folder != nullptr && *folder != '\0') return std::filesystem::absolute(folder);
    return std::filesystem::path(base::executablePath()).parent_path();
}

Process::Process(const std::string& program, const std::vector<std::string>& arguments,
                 const std::string& errorFile, const Environment& extra) {
    const std::string path =
        program.find('/') == std::string::npos ? programs() + '/' + program : program;
    if (::access(path.c_str(), X_OK) != 0) throw std::runtime_error("cannot run " + path);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("cannot open a pipe");
    const int errors = ::open(errorFile.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    std::vector<std::string> words{path};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> entries = environmentWith(extra);
    const std::vector<char*> argv = pointers(words);
    const std::vector<char*> envp = pointers(entries);
    pid_ = ::fork();
    if (pid_ == 0) become(path.c_str(), argv.data(), envp.data(), ends[1], errors);
    ::close(ends[1]);
    ::close(errors);
    output_ = ends[0];
    if (pid_ < 0) throw std::runtime_error("cannot fork");
}

Process::~Process() {
    if (pid_ > 0 && !code_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::close(output_);
}

void Process::signal(int number) const {
    // A process that has been waited for no longer owns its id.
    if (code_) throw std::runtime_error("the process has ended already");
    ::kill(pid_, number);
}

bool Process::receive(steady_clock::time_point deadline) {
    pollfd polled{output_, POLLIN, 0};
    const int got = ::poll(&polled, 1, millisecondsUntil(deadline));
    if (got == 0) throw std::runtime_error("no word on standard output, only: " + received_);
    if (got < 0) return errno == EINTR;
    char buffer[65536];
    const ssize_t size = ::read(output_, buffer, sizeof(buffer));
    if (size > 0) received_.append(buffer, static_cast<std::size_t>(size));
    return size > 0;
}

std::optional<std::string> Process::readLine(std::chrono::seconds limit) {
    const auto deadline = steady_clock::now() + limit;
    std::size_t end = 0;
    while ((end = received_.find('\n')) == std::string::npos) {
        if (!receive(deadline)) return std::nullopt;
    }
    std::string line = received_.substr(0, end);
    received_.erase(0, end + 1);
    return line;
}

std::string Process::readAll(std::chrono::seconds limit) {
    const auto deadline = steady_clock::now() + limit;
    while (receive(deadline)) continue;
    return std::exchange(received_, {});
}

bool Process::reap(std::chrono::milliseconds limit) {
    if (code_) return true;
    // The function of that name is declared for C only in glibc 2.36.
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    if (handle < 0) throw std::runtime_error("pidfd_open: " + std::string(std::strerror(errno)));
    pollfd polled{handle, POLLIN, 0};
    const int ended = ::poll(&polled, 1, static_cast<int>(limit.count()));
    ::close(handle);
    if (ended <= 0) return false;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return true;
}

int Process::wait(std::chrono::seconds limit) {
    if (!reap(limit)) throw std::runtime_error("process " + std::to_string(pid_) + " does not end");
    return *code_;
}

bool Process::running() {
    return !reap(std::chrono::milliseconds(0));
}

Ended runToEnd(const std::vector<std::string>& arguments, const Environment& extra,
               const std::string& program) {
    const TemporaryDirectory directory;
    Process process(program, arguments, directory / "stderr", extra);
    Ended ended;
    ended.out = process.readAll();
    ended.code = process.wait();
    ended.err = readFile(directory / "stderr");
    return ended;
}

std::string readFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void writeFile(const std::string& path, const std::string& contents) {
    std::ofstream file(path, std::ios::binary);
    if (!(file << contents << std::flush)) throw std::runtime_error("cannot write " + path);
}

void pauseBetweenLooks(std::chrono::milliseconds atLeast) noexcept {
    ::poll(nullptr, 0, static_cast<int>(std::max<std::int64_t>(5, atLeast.count())));
}

}  // namespace errand::tests
