// SPDX-License-Identifier: Apache-2.0
// forked.h runs a part of a test in a process of its own: for what ends processes or needs two.
#pragma once

#include <csignal>
#include <functional>
#include <string>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace forked {

// A pipe whose ends are closed by name; reads wait at most 20 s, which only matters on failure.
class Pipe {
public:
    Pipe() {
        if (::pipe(ends_) != 0) throw std::runtime_error("no pipe");
    }
    ~Pipe() {
        closeRead();
        closeWrite();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    int writeEnd() const { return ends_[1]; }
    void closeRead() { close(ends_[0]); }
    void closeWrite() { close(ends_[1]); }

    void write(const std::string& text) {
        if (::write(ends_[1], text.data(), text.size()) < 0) ::_exit(99);
    }

    // The next bytes; empty at the end of the pipe.
    std::string readSome() {
        pollfd polled{ends_[0], POLLIN, 0};
        if (::poll(&polled, 1, 20'000) != 1) return "(nothing in 20 s)";
        char buffer[4096];
        const ssize_t got = ::read(ends_[0], buffer, sizeof(buffer));
        return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string();
    }

    std::string readAll() {
        std::string all;
        for (std::string part = readSome(); !part.empty(); part = readSome()) {
            all += part;
            if (part.starts_with("(nothing")) break;
        }
        return all;
    }

private:
    static void close(int& file) {
        if (file >= 0) ::close(file);
        file = -1;
    }

    int ends_[2];
};

// How a process ended (128 + n after signal n), and what it wrote to stderr.
struct Ending {
    int code;
    std::string words;
};

// A process that runs the body and exits with what that returns.
class Process {
public:
    explicit Process(const std::function<int()>& body) : pid_(::fork()) {
        if (pid_ == 0) {
            words_.closeRead();
            ::dup2(words_.writeEnd(), STDERR_FILENO);
            words_.closeWrite();
            int code = 98;
            try {
                code = body();
            } catch (const std::exception& e) {
                (void)!::write(STDERR_FILENO, e.what(), std::string(e.what()).size());
            }
            ::_exit(code);
        }
        words_.closeWrite();
    }

    ~Process() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }

    void kill(int signal) { ::kill(pid_, signal); }

    Ending wait() {
        Ending ending{0, words_.readAll()};
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        ending.code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        return ending;
    }

private:
    Pipe words_;
    pid_t pid_;
};

inline Ending run(const std::function<int()>& body) {
    return Process(body).wait();
}

}  // namespace forked
