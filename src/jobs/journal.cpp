// SPDX-License-Identifier: Apache-2.0
#include "jobs/journal.h"

#include <algorithm>

#include "store/statement.h"

namespace errand::jobs {

using store::Statement;

namespace {

// A watcher that was away for more is told so. About 2 bytes each.
constexpr std::int64_t keptChanges = 1'000'000;
constexpr std::int64_t trimmedAtATime = 10'000;

// Small differences, of either sign, take one byte or two.
void appendDelta(std::string& out, std::int64_t delta) {
    auto rest = (static_cast<std::uint64_t>(delta) << 1) ^ static_cast<std::uint64_t>(delta >> 63);
    for (; rest >= 0x80; rest >>= 7) out += static_cast<char>(rest | 0x80);
    out += static_cast<char>(rest);
}

std::int64_t readDelta(const std::string& packed, std::size_t& at) {
    std::uint64_t value = 0;
    for (int shift = 0; at < packed.size() && shift < 64; shift += 7) {
        const auto byte = static_cast<unsigned char>(packed[at++]);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) break;
    }
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

}  // namespace

std::string packSequences(const std::vector<JobChange>& changes) {
    std::string packed;
    std::int64_t before = 0;
    for (const JobChange& change : changes) {
        appendDelta(packed, change.sequence - before);
        before = change.sequence;
    }
    return packed;
}

std::vector<JobChange> unpackSequences(std::int64_t last, const std::string& packed) {
    std::vector<JobChange> changes;
    std::uint64_t sequence = 0;  // wraps around where the text is damaged
    for (std::size_t at = 0; at < packed.size();) {
        sequence += static_cast<std::uint64_t>(readDelta(packed, at));
        changes.push_back({0, static_cast<std::int64_t>(sequence)});
    }
    std::int64_t number = last - static_cast<std::int64_t>(changes.size());
    for (JobChange& change : changes) change.number = ++number;
    return changes;
}

struct Journal::Statements {
    explicit Statements(store::Database& database) : db(database) {}
    store::Database& db;
    Statement write{db, "INSERT INTO changes (last, jobs) VALUES (?, ?)"};
    Statement count{db, "UPDATE job_counts SET count = count + ? WHERE service = ? AND state = ?"};
    Statement countFirst{db, "INSERT INTO job_counts (count, service, state) VALUES (?, ?, ?)"};
    Statement trim{db, "DELETE FROM changes WHERE last <= ?"};
};

Journal::Journal(store::Database& database)
    : database_(database), sql_(std::make_unique<Statements>(database)) {
    Statement row(database, "SELECT coalesce(max(last), 0), coalesce(min(last), 0) FROM changes");
    while (row.step()) {
        lastCommitted_ = row.integer(0);
        trimmed_ = row.integer(1);
    }
    last_ = lastCommitted_;
    told_ = lastCommitted_;
    sqlite3_create_function(database.handle(), "change", 4, SQLITE_UTF8, this, &Journal::change,
                            nullptr, nullptr);
}

Journal::~Journal() {
    sqlite3_create_function(database_.handle(), "change", 4, SQLITE_UTF8, nullptr, nullptr, nullptr,
                            nullptr);
}

void Journal::change(sqlite3_context* context, int, sqlite3_value** values) {
    auto& journal = *static_cast<Journal*>(sqlite3_user_data(context));
    const int before = sqlite3_value_int(values[2]);
    const int after = sqlite3_value_int(values[3]);
    if (before != after) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[1]));
        const std::string service(text, static_cast<std::size_t>(sqlite3_value_bytes(values[1])));
        journal.count(service, before, -1);
        journal.count(service, after, 1);
    }
    sqlite3_result_int64(context, journal.note(sqlite3_value_int64(values[0])));
}

std::int64_t Journal::note(std::int64_t sequence) {
    changes_.push_back({++last_, sequence});
    return last_;
}

void Journal::count(const std::string& service, int state, int more) {
    counts_[{service, state}] += more;
}

void Journal::inserted(std::int64_t sequence, const std::string& service, JobState state) {
    note(sequence);
    count(service, static_cast<int>(state), 1);
}

void Journal::erased(const std::string& service, JobState state) {
    count(service, static_cast<int>(state), -1);
}

void Journal::beforeCommit() {
    for (const auto& [key, more] : counts_) {
        if (more == 0) continue;
        if (sql_->count.bind(more).bind(key.first).bind(key.second).run() > 0) continue;
        sql_->countFirst.bind(more).bind(key.first).bind(key.second).run();
    }
    counts_.clear();
    if (changes_.empty()) return;
    const std::string packed = packSequences(changes_);
    sql_->write.bind(last_).bindBlob(packed).run();
    trim();
}

void Journal::trim() {
    if (last_ - keptChanges - trimmed_ < trimmedAtATime) return;
    trimmed_ = last_ - keptChanges;
    sql_->trim.bind(trimmed_).run();
}

void Journal::committed() noexcept {
    lastCommitted_ = last_;
    {
        const base::MutexLock lock(mutex_);
        told_ = last_;
        if (!changes_.empty()) {
            for (Watcher* watcher : watchers_) watcher->changed(changes_);
        }
    }
    changes_.clear();
}

void Journal::rolledBack() noexcept {
    last_ = lastCommitted_;
    changes_.clear();
    counts_.clear();
}

std::int64_t Journal::watch(Watcher& watcher) {
    const base::MutexLock lock(mutex_);
    watchers_.push_back(&watcher);
    return told_;
}

void Journal::unwatch(Watcher& watcher) noexcept {
    const base::MutexLock lock(mutex_);
    std::erase(watchers_, &watcher);
}

}  // namespace errand::jobs
