// SPDX-License-Identifier: Apache-2.0
#include "http/poll_set.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>
#include <system_error>

#include <Poco/Exception.h>

namespace errand::http {
namespace {

// The bell's; no client has it.
constexpr std::uint64_t bellToken = std::numeric_limits<std::uint64_t>::max();

// Taken from the system at a time; what is left over comes at the next wait.
constexpr std::size_t eventsAtATime = 256;

epoll_event eventFor(std::uint64_t token, PollSet::For what) noexcept {
    epoll_event event{};
    event.data.u64 = token;
    switch (what) {
        case PollSet::For::roomAlone:
            event.events = EPOLLOUT;
            break;
        case PollSet::For::end:
            event.events = EPOLLRDHUP;
            break;
        case PollSet::For::room:
            event.events = EPOLLRDHUP | EPOLLOUT;
            break;
        case PollSet::For::bytes:
            event.events = EPOLLRDHUP | EPOLLIN;
            break;
    }
    return event;
}

}  // namespace

PollSet::PollSet()
    : set_(::epoll_create1(EPOLL_CLOEXEC)), bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    const int error = errno;
    if (set_ >= 0 && bell_ >= 0 && add(bell_, bellToken, For::bytes)) return;
    if (set_ >= 0) ::close(set_);
    if (bell_ >= 0) ::close(bell_);
    throw Poco::SystemException("cannot wait for connections: " +
                                std::generic_category().message(error));
}

PollSet::~PollSet() {
    ::close(bell_);
    ::close(set_);
}

bool PollSet::add(int descriptor, std::uint64_t token, For what) noexcept {
    epoll_event event = eventFor(token, what);
    return ::epoll_ctl(set_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void PollSet::change(int descriptor, std::uint64_t token, For what) noexcept {
    epoll_event event = eventFor(token, what);
    ::epoll_ctl(set_, EPOLL_CTL_MOD, descriptor, &event);
}

void PollSet::remove(int descriptor) noexcept {
    ::epoll_ctl(set_, EPOLL_CTL_DEL, descriptor, nullptr);
}

const std::vector<PollSet::Event>& PollSet::wait(std::chrono::milliseconds limit) {
    std::array<epoll_event, eventsAtATime> found{};
    const int count = ::epoll_wait(set_, found.data(), static_cast<int>(found.size()),
                                   static_cast<int>(limit.count()));
    events_.clear();
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = found.at(static_cast<std::size_t>(i));
        if (event.data.u64 == bellToken) {
            std::uint64_t rings = 0;
            [[maybe_unused]] const auto size = ::read(bell_, &rings, sizeof rings);
            continue;
        }
        const bool gone = (event.events & (EPOLLHUP | EPOLLERR)) != 0;
        events_.push_back({event.data.u64, (event.events & EPOLLOUT) != 0,
                           (event.events & EPOLLIN) != 0, (event.events & EPOLLRDHUP) != 0, gone});
    }
    return events_;
}

void PollSet::wake() noexcept {
    const std::uint64_t ring = 1;
    [[maybe_unused]] const auto size = ::write(bell_, &ring, sizeof ring);
}

}  // namespace errand::http
