// SPDX-License-Identifier: Apache-2.0
#include "base/poll_set.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>
#include <system_error>

#include <Poco/Exception.h>

namespace errand::base {
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

struct PollSet::Kept {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);

    ~Kept() {
        if (set >= 0) ::close(set);
    }
};

PollSet::PollSet() : kept_(std::make_unique<Kept>()) {
    if (kept_->set >= 0 && add(bell_.descriptor(), bellToken, For::bytes)) return;
    const int error = errno;
    throw Poco::SystemException("cannot wait for connections: " +
                                std::generic_category().message(error));
}

PollSet::~PollSet() = default;

bool PollSet::add(int descriptor, std::uint64_t token, For what) noexcept {
    epoll_event event = eventFor(token, what);
    return ::epoll_ctl(kept_->set, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void PollSet::change(int descriptor, std::uint64_t token, For what) noexcept {
    epoll_event event = eventFor(token, what);
    ::epoll_ctl(kept_->set, EPOLL_CTL_MOD, descriptor, &event);
}

void PollSet::remove(int descriptor) noexcept {
    ::epoll_ctl(kept_->set, EPOLL_CTL_DEL, descriptor, nullptr);
}

const std::vector<PollSet::Event>& PollSet::wait(std::chrono::milliseconds limit) {
    std::array<epoll_event, eventsAtATime> found{};
    const int count = ::epoll_wait(kept_->set, found.data(), static_cast<int>(found.size()),
                                   static_cast<int>(limit.count()));
    events_.clear();
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = found.at(static_cast<std::size_t>(i));
        if (event.data.u64 == bellToken) {
            bell_.clear();
            continue;
        }
        const bool gone = (event.events & (EPOLLHUP | EPOLLERR)) != 0;
        events_.push_back({event.data.u64, (event.events & EPOLLOUT) != 0,
                           (event.events & EPOLLIN) != 0, (event.events & EPOLLRDHUP) != 0, gone});
    }
    return events_;
}

void PollSet::wake() noexcept {
    bell_.ring();
}

}  // namespace errand::base
