// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupts.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include <Poco/Exception.h>

namespace errand::cli {

namespace {

// A handler is given nothing but the signal's number.
std::atomic<int> writeEnd{-1};

void interrupted(int) {
    const int before = errno;
    const char byte = 0;
    // A full pipe says already what this byte would.
    [[maybe_unused]] const ssize_t written = ::write(writeEnd.load(), &byte, 1);
    errno = before;
}

}  // namespace

Interrupts::Interrupts() {
    if (::pipe2(ends_, O_CLOEXEC | O_NONBLOCK) != 0) {
        throw Poco::SystemException("cannot open a pipe");
    }
    writeEnd.store(ends_[1]);
    struct sigaction action {};
    action.sa_handler = interrupted;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;  // who waits for it waits for the pipe
    ::sigaction(SIGINT, &action, &before_);
}

Interrupts::~Interrupts() {
    ::sigaction(SIGINT, &before_, nullptr);
    writeEnd.store(-1);
    ::close(ends_[0]);
    ::close(ends_[1]);
}

void Interrupts::clear() noexcept {
    char bytes[64];
    while (::read(ends_[0], bytes, sizeof(bytes)) > 0) continue;
}

}  // namespace errand::cli
