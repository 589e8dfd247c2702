// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <utility>

#include <Poco/Exception.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/system.h"

namespace errand::base {

namespace {

constexpr char readyByte = 'R';

[[noreturn]] void fail(const std::string& what) {
    throw Poco::SystemException(what + ": " + std::strerror(errno) + "; start without --daemon");
}

// Both ends close on exec, so that no program started later keeps the starting process waiting.
struct Pipe {
    int read = -1;
    int write = -1;

    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) fail("cannot open a pipe");
        read = ends[0];
        write = ends[1];
    }
};

// The starting process: passes the server's words on and learns how its start ended.
class Starter {
public:
    Starter(pid_t server, int status, int words) : server_(server), status_(status), words_(words) {
        // Words are taken for as long as there are any, but never waited for once it is ready.
        ::fcntl(words_, F_SETFL, O_NONBLOCK);
    }

    // The exit code of the starting process.
    int wait() {
        pollfd polled[] = {{status_, POLLIN, 0}, {words_, POLLIN, 0}};
        while (polled[0].fd >= 0 || polled[1].fd >= 0) {
            if (::poll(polled, 2, -1) < 0 && errno != EINTR) return 1;
            if (polled[0].fd >= 0 && polled[0].revents != 0) {
                if (isReady()) {
                    passOn();
                    return 0;
                }
                polled[0].fd = -1;
            }
            if (polled[1].fd >= 0 && polled[1].revents != 0 && !passOn()) polled[1].fd = -1;
        }
        return exitCode();
    }

private:
    bool isReady() const {
        char byte = 0;
        ssize_t got = -1;
        do {
            got = ::read(status_, &byte, 1);
        } while (got < 0 && errno == EINTR);
        return got == 1 && byte == readyByte;
    }

    // Copies what is there to stderr; false at the end of the pipe.
    bool passOn() const {
        char buffer[4096];
        for (;;) {
            const ssize_t got = ::read(words_, buffer, sizeof(buffer));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return errno == EAGAIN;
            if (got == 0) return false;
            say(buffer, static_cast<std::size_t>(got));
        }
    }

    // A closed stderr is no reason to give the server up.
    static void say(const char* text, std::size_t size) {
        while (size > 0) {
            const ssize_t put = ::write(STDERR_FILENO, text, size);
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return;
            text += put;
            size -= static_cast<std::size_t>(put);
        }
    }

    int exitCode() const {
        int status = 0;
        while (::waitpid(server_, &status, 0) < 0) {
            if (errno != EINTR) return 1;
        }
        if (WIFSIGNALED(status)) {
            const int signal = WTERMSIG(status);
            const std::string line = "the server was ended by signal " + std::to_string(signal) +
                                     " (" + ::strsignal(signal) + ") before it was ready\n";
            say(line.data(), line.size());
            return 128 + signal;
        }
        const int code = WEXITSTATUS(status);
        return code == 0 ? 1 : code;  // 0 is for a server that runs
    }

    const pid_t server_;
    const int status_;
    const int words_;
};

}  // namespace

Daemon::Daemon() {
    openStandardStreams();  // the pipes must not take their numbers
    const Pipe status;
    const Pipe words;
    // What is buffered now would otherwise be written by both processes.
    std::cout.flush();
    std::fflush(nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    const pid_t server = ::fork();
    if (server < 0) fail("cannot fork");
    if (server > 0) {
        // Without the write ends here, the end of the pipe means the end of the server.
        ::close(status.write);
        ::close(words.write);
        endAtNextSignal();
        ::_exit(Starter(server, status.read, words.read).wait());
    }
    ::close(status.read);
    ::close(words.read);
    ::setsid();
    ::dup2(words.write, STDERR_FILENO);
    ::close(words.write);
    status_ = status.write;
}

void Daemon::ready() {
    if (status_ < 0) return;
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) fail("cannot open /dev/null");
    std::cout.flush();
    std::fflush(nullptr);
    // stderr moves before the byte is sent: what was said until now is then all there is.
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, stream);
    ::close(null);
    const int status = std::exchange(status_, -1);
    const ssize_t sent = ::write(status, &readyByte, 1);
    const int error = errno;
    ::close(status);
    if (sent == 1) return;
    errno = error;
    fail("the process that started the server has gone");
}

Daemon::~Daemon() {
    if (status_ >= 0) ::close(status_);
}

}  // namespace errand::base
