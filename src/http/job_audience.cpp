// SPDX-License-Identifier: Apache-2.0
#include "http/job_audience.h"

#include <algorithm>
#include <limits>

#include "http/event_text.h"
#include "http/job_answers.h"
#include "http/problem.h"

namespace errand::http {
namespace {

// Loaded at a time: an argument may be as long as a body.
constexpr std::size_t loadedAtATime = 100;

// Calls with each of them and the job, or null when it is no more.
template <class Visit>
void load(jobs::Jobs& jobs, std::vector<std::int64_t> sequences, Visit visit) {
    sequences = eachOnce(std::move(sequences));
    for (std::size_t at = 0; at < sequences.size(); at += loadedAtATime) {
        const auto first = sequences.begin() + static_cast<std::ptrdiff_t>(at);
        const auto size = std::min(loadedAtATime, sequences.size() - at);
        const std::vector<std::int64_t> some(first, first + static_cast<std::ptrdiff_t>(size));
        const std::vector<jobs::Job> found = jobs.findAll(some);
        for (const std::int64_t sequence : some) {
            const auto job = std::ranges::find(found, sequence, &jobs::Job::sequence);
            visit(sequence, job == found.end() ? nullptr : &*job);
        }
    }
}

}  // namespace

void JobAudience::add(ParkedClient& client, AwaitJob wanted, base::SteadyTime now) {
    const Key key(wanted.sequence, client.token());
    const base::SteadyTime limit = now + wanted.limit;
    limits_.emplace(limit, key);
    insert(key, {&client, std::move(wanted), limit, -1});
}

void JobAudience::add(ParkedClient& client, WatchJob wanted, base::SteadyTime now) {
    std::string out;
    writeResponse(out, streamHead(), client.delivery(), clock_.now());
    client.append(out.append(streamStart), now);
    insert({wanted.sequence, client.token()}, {&client, std::nullopt, {}, wanted.seen});
}

void JobAudience::insert(const Key& key, Member member) {
    news_.follow(key.first);
    sequences_[key.second] = key.first;
    added_.push_back(key.first);
    members_.emplace(key, std::move(member));
}

JobAudience::Members::iterator JobAudience::erase(Members::iterator at) {
    const Key key = at->first;
    limits_.erase({at->second.limit, key});
    sequences_.erase(key.second);
    const auto next = members_.erase(at);
    const auto other = members_.lower_bound({key.first, 0});
    if (other == members_.end() || other->first.first != key.first) news_.unfollow(key.first);
    return next;
}

void JobAudience::remove(const ParkedClient& client) {
    const auto found = sequences_.find(client.token());
    if (found != sequences_.end()) erase(members_.find({found->second, client.token()}));
}

void JobAudience::tell(const std::vector<std::int64_t>& sequences, base::SteadyTime now) {
    std::vector<std::int64_t> all = std::exchange(added_, {});
    all.insert(all.end(), sequences.begin(), sequences.end());
    load(jobs_, std::move(all),
         [&](std::int64_t sequence, const jobs::Job* job) { tellOf(sequence, job, now); });
}

void JobAudience::tellOf(std::int64_t sequence, const jobs::Job* job, base::SteadyTime now) {
    std::string event;  // one for all
    auto at = members_.lower_bound({sequence, 0});
    while (at != members_.end() && at->first.first == sequence) {
        Member& member = at->second;
        bool ends = !job || isFinished(job->state);
        if (member.awaits) {
            ends = !job || member.awaits->ready(*job);
            if (ends)
                send(member,
                     job ? member.awaits->answer(*job) : noSuchJob(member.awaits->id.toString()),
                     now);
        } else {
            if (job && job->changed > member.seen) {
                if (event.empty()) appendEvent(event, *job, Shown::wholeJob);
                member.client->append(event, now);
                member.seen = job->changed;
            }
            if (ends) member.client->finish(now);
        }
        at = ends ? erase(at) : std::next(at);
    }
}

void JobAudience::send(Member& member, Response response, base::SteadyTime now) {
    const std::string applied = "wait=" + std::to_string(member.awaits->limit.count());
    response.addField("Preference-Applied", applied);
    std::string out;
    writeResponse(out, response, member.client->delivery(), clock_.now());
    member.client->append(out, now);
    member.client->finish(now);
}

void JobAudience::answerLate(base::SteadyTime now) {
    std::vector<Key> late;
    for (const auto& [limit, key] : limits_) {
        if (limit > now) break;
        late.push_back(key);
    }
    answer(late, now);
}

void JobAudience::answerAll(base::SteadyTime now) {
    std::vector<Key> all;
    for (const auto& [limit, key] : limits_) all.push_back(key);
    answer(all, now);
}

bool JobAudience::answer(const ParkedClient& client, base::SteadyTime now) {
    const auto found = sequences_.find(client.token());
    if (found == sequences_.end()) return false;
    const Key key(found->second, client.token());
    if (!members_.at(key).awaits) return false;
    answer(std::vector{key}, now);
    return true;
}

void JobAudience::answer(const std::vector<Key>& keys, base::SteadyTime now) {
    std::map<std::int64_t, std::vector<std::uint64_t>> tokens;
    std::vector<std::int64_t> sequences;
    for (const auto& [sequence, token] : keys) {
        tokens[sequence].push_back(token);
        sequences.push_back(sequence);
    }
    load(jobs_, std::move(sequences), [&](std::int64_t sequence, const jobs::Job* job) {
        for (const std::uint64_t token : tokens[sequence]) {
            const auto member = members_.find({sequence, token});
            const AwaitJob& awaits = *member->second.awaits;
            send(member->second, job ? awaits.answer(*job) : noSuchJob(awaits.id.toString()), now);
            erase(member);
        }
    });
}

void JobAudience::dismiss(const ParkedClient& client, base::SteadyTime now) {
    const auto found = sequences_.find(client.token());
    if (found == sequences_.end()) return;
    const auto member = members_.find({found->second, client.token()});
    if (member->second.awaits)
        send(member->second,
             challenge(401, "the token does not hold any more", ", error=\"invalid_token\""), now);
    erase(member);
}

void JobAudience::apologize(base::SteadyTime now) {
    added_.clear();
    for (auto at = members_.begin(); at != members_.end(); at = erase(at)) {
        Member& member = at->second;
        if (member.awaits)
            send(member, problem(500, "the job cannot be read now; the server's log says why"),
                 now);
        else
            member.client->finish(now);
    }
}

void JobAudience::beat(base::SteadyTime now, std::chrono::milliseconds silence) {
    for (auto& [key, member] : members_)
        if (!member.awaits && member.client->silentFor(now, silence))
            member.client->append(heartbeatText, now);
}

std::optional<base::SteadyTime> JobAudience::nextLimit() const {
    if (limits_.empty()) return std::nullopt;
    return limits_.begin()->first;
}

}  // namespace errand::http
