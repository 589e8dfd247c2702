// SPDX-License-Identifier: Apache-2.0
#include "http/event_feed.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "http/event_text.h"

namespace errand::http {
namespace {

// Changes of which the jobs are loaded together: a few hundred kilobytes of events, well below what
// a client may leave unread.
constexpr std::size_t pageSize = 500;

}  // namespace

bool letsThrough(const jobs::Filter& filter, const jobs::Job& job) {
    if (filter.state && *filter.state != job.state) return false;
    if (!filter.service.empty() && filter.service != job.service) return false;
    if (!filter.method.empty() && filter.method != job.method) return false;
    if (!filter.submitter.empty() && filter.submitter != job.submitter) return false;
    if (filter.parent && filter.parent != job.parent) return false;
    return filter.tag.empty() || std::ranges::find(job.tags, filter.tag) != job.tags.end();
}

void EventFeed::add(ParkedClient& client, WatchJobs wanted, base::SteadyTime now) {
    if (members_.empty()) {
        news_.gather(true);
        told_ = news_.newest();
        pending_.clear();
    }
    const std::int64_t newest = news_.newest();
    std::string out;
    writeResponse(out, streamHead(), client.delivery(), clock_.now());
    out += streamStart;
    // Of what has not happened yet nobody can have heard: the store is another.
    const bool foreign = wanted.seen && (*wanted.seen < 0 || *wanted.seen > newest);
    if (foreign) appendReset(out, newest);
    if (!wanted.seen) appendMark(out, newest);
    const bool behind = wanted.seen && !foreign && *wanted.seen < newest;
    client.append(out, now);
    members_.insert({client.token(), Member{&client, std::move(wanted.filter),
                                            behind ? *wanted.seen : newest, !behind}});
}

void EventFeed::remove(const ParkedClient& client) {
    if (members_.erase(client.token()) > 0 && members_.empty()) news_.gather(false);
}

void EventFeed::tell(News::Edition edition, base::SteadyTime now) {
    if (members_.empty()) return;
    if (edition.incomplete) {
        pending_.clear();
        told_ = news_.newest();
        for (auto& [token, member] : members_) member.live = member.seen >= told_;
    }
    pending_.insert(pending_.end(), edition.changes.begin(), edition.changes.end());
    if (!pending_.empty() && now >= nextPage_) {
        const std::vector<jobs::JobChange> due = std::exchange(pending_, {});
        for (std::size_t at = 0; at < due.size(); at += pageSize)
            tellPage(std::span(due).subspan(at, std::min(pageSize, due.size() - at)), true, now);
        told_ = due.back().number;
        nextPage_ = now + gathering_;
    }
    catchUp(now);
}

// One who takes nothing is not read to.
bool EventFeed::readyForMore(const Member& member) const {
    return !member.live && member.client->unsent() == 0 && !member.client->broken();
}

// Tells those that are behind one page more. All who are as far can use the same.
void EventFeed::catchUp(base::SteadyTime now) {
    std::optional<std::int64_t> seen;
    for (const auto& [token, member] : members_)
        if (readyForMore(member)) seen = std::min(seen.value_or(member.seen), member.seen);
    if (!seen) return;
    const auto page = jobs_.changesAfter(*seen, static_cast<int>(pageSize));
    if (!page) return reset(*seen, now);
    if (!page->empty()) tellPage(*page, false, now);
    // Nothing is newer than an empty page.
    const std::int64_t enough = page->empty() ? *seen : told_;
    for (auto& [token, member] : members_) member.live = member.live || member.seen >= enough;
}

void EventFeed::reset(std::int64_t seen, base::SteadyTime now) {
    std::string event;
    const std::int64_t newest = news_.newest();
    appendReset(event, newest);
    for (auto& [token, member] : members_) {
        if (!readyForMore(member) || member.seen != seen) continue;
        member.client->append(event, now);
        member.seen = newest;
        member.live = true;
    }
}

void EventFeed::tellPage(std::span<const jobs::JobChange> page, bool live, base::SteadyTime now) {
    std::vector<Member*> listeners;
    for (auto& [token, member] : members_)
        if (live ? member.live : readyForMore(member)) listeners.push_back(&member);
    if (listeners.empty()) return;
    std::string event;
    for (const jobs::Job& job : jobsOf(page)) {
        event.clear();
        for (Member* member : listeners) {
            if (job.changed <= member->seen || !letsThrough(member->filter, job)) continue;
            if (event.empty()) appendEvent(event, job, Shown::asListed);
            member->client->append(event, now);
        }
    }
    for (Member* member : listeners) member->seen = std::max(member->seen, page.back().number);
}

// In the order of their numbers; without those of which a later page will tell.
std::vector<jobs::Job> EventFeed::jobsOf(std::span<const jobs::JobChange> page) {
    std::vector<std::int64_t> sequences;
    for (const jobs::JobChange& change : page) sequences.push_back(change.sequence);
    std::vector<jobs::Job> jobs = jobs_.findAll(eachOnce(std::move(sequences)));
    std::erase_if(jobs, [&](const jobs::Job& job) { return job.changed > page.back().number; });
    std::ranges::sort(jobs, {}, &jobs::Job::changed);
    return jobs;
}

std::optional<base::SteadyTime> EventFeed::nextTime(base::SteadyTime now) const {
    const bool behind = std::ranges::any_of(
        members_, [&](const auto& entry) { return readyForMore(entry.second); });
    if (behind) return now;
    if (members_.empty() || now >= nextPage_) return std::nullopt;
    return nextPage_;
}

void EventFeed::end(base::SteadyTime now) {
    for (auto& [token, member] : members_) member.client->finish(now);
    if (!members_.empty()) news_.gather(false);
    members_.clear();
    pending_.clear();
}

void EventFeed::beat(base::SteadyTime now, std::chrono::milliseconds silence) {
    for (auto& [token, member] : members_) {
        if (!member.client->silentFor(now, silence)) continue;
        std::string beat(heartbeatText);
        appendMark(beat, member.seen);
        member.client->append(beat, now);
    }
}

}  // namespace errand::http
