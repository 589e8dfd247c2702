// SPDX-License-Identifier: Apache-2.0
// Windows looks at all of them at each call, which is no way to keep ten thousand of them.
#include <algorithm>
#include <unordered_map>

#include "base/poll_set.h"
#include "base/windows.h"

namespace errand::base {
namespace {

// How often those are looked at that cannot be waited for.
constexpr std::chrono::milliseconds betweenLooks{20};

SHORT eventsFor(PollSet::For what) noexcept {
    switch (what) {
        case PollSet::For::roomAlone:
        case PollSet::For::room:
            return POLLOUT;
        case PollSet::For::bytes:
            return POLLIN;
        default:
            return 0;  // the end is told unasked, once all before it has been received
    }
}

PollSet::Event eventOf(std::uint64_t token, SHORT happened) noexcept {
    const bool gone = (happened & (POLLERR | POLLNVAL)) != 0;
    return {token, (happened & POLLOUT) != 0, (happened & POLLIN) != 0,
            !gone && (happened & POLLHUP) != 0, gone};
}

WSAPOLLFD polledAs(int descriptor, PollSet::For what) noexcept {
    return {static_cast<SOCKET>(static_cast<unsigned>(descriptor)), eventsFor(what), 0};
}

int millisecondsOf(std::chrono::milliseconds time) noexcept {
    return static_cast<int>(time.count());
}

}  // namespace

// The end of the other side cannot be masked: of those that know it already and wait for room, a
// wait would come back at once each time.
struct PollSet::Kept {
    struct Entry {
        std::uint64_t token;
        For what;
    };
    std::unordered_map<int, Entry> all;
};

PollSet::PollSet() : kept_(std::make_unique<Kept>()) {}

PollSet::~PollSet() = default;

bool PollSet::add(int descriptor, std::uint64_t token, For what) noexcept {
    return kept_->all.emplace(descriptor, Kept::Entry{token, what}).second;
}

void PollSet::change(int descriptor, std::uint64_t token, For what) noexcept {
    kept_->all.insert_or_assign(descriptor, Kept::Entry{token, what});
}

void PollSet::remove(int descriptor) noexcept {
    kept_->all.erase(descriptor);
}

const std::vector<PollSet::Event>& PollSet::wait(std::chrono::milliseconds limit) {
    std::vector<WSAPOLLFD> polled{polledAs(bell_.descriptor(), For::bytes)};
    std::vector<WSAPOLLFD> looked;
    std::vector<std::uint64_t> polledTokens{0};
    std::vector<std::uint64_t> lookedTokens;
    for (const auto& [descriptor, entry] : kept_->all) {
        const bool alone = entry.what == For::roomAlone;
        (alone ? looked : polled).push_back(polledAs(descriptor, entry.what));
        (alone ? lookedTokens : polledTokens).push_back(entry.token);
    }
    if (!looked.empty()) limit = std::min(limit, betweenLooks);
    const int count =
        ::WSAPoll(polled.data(), static_cast<ULONG>(polled.size()), millisecondsOf(limit));
    events_.clear();
    if (count > 0 && polled[0].revents != 0) bell_.clear();
    for (std::size_t i = 1; count > 0 && i < polled.size(); ++i)
        if (polled[i].revents != 0) events_.push_back(eventOf(polledTokens[i], polled[i].revents));
    if (looked.empty()) return events_;
    ::WSAPoll(looked.data(), static_cast<ULONG>(looked.size()), 0);
    for (std::size_t i = 0; i < looked.size(); ++i) {
        Event event = eventOf(lookedTokens[i], looked[i].revents);
        event.ended = false;  // it is known
        if (event.writable || event.gone) events_.push_back(event);
    }
    return events_;
}

void PollSet::wake() noexcept {
    bell_.ring();
}

}  // namespace errand::base
