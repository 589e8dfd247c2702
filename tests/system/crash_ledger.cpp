// SPDX-License-Identifier: Apache-2.0
#include "system/crash_ledger.h"

#include <set>
#include <stdexcept>

#include "system/jobs.h"
#include "system/maildir.h"

namespace errand::tests {

namespace {

// One in so many divides by zero, so that bad endings are among them.
constexpr long failEvery = 7;

const std::string byCompute = "/compute";
const std::string byJobs = "/jobs";

void require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error(what);
}

std::string textOf(const base::Json& json, const char* name) {
    const base::Json* found = json.find(name);
    return found != nullptr && found->isString() ? found->asString() : std::string();
}

// What is to lie in the Maildir for a computation, by recipient and subject.
std::multiset<std::string> expectedMails(StoreFile& store) {
    std::multiset<std::string> mails;
    for (const auto& row : store.query("SELECT kwargs, result, error_message FROM jobs"
                                       " WHERE service = 'compute'")) {
        const std::string to = textOf(base::Json::parse(row[0]), "email");
        if (to.empty()) continue;
        if (to.starts_with("compute")) mails.insert(to + " API Notification");
        mails.insert(to + (row[1].empty()
                               ? " An error occurred\n" + row[2]
                               : " Your operation is complete!\nThe result is: " + row[1]));
    }
    return mails;
}

void verifyMails(StoreFile& store, const std::string& dataDirectory) {
    std::multiset<std::string> expected = expectedMails(store);
    std::set<std::string> messageIds;
    std::set<std::string> names;
    for (const Mail& mail : readMails(dataDirectory)) {
        std::string body = mail.body;
        while (!body.empty() && body.back() == '\n') body.pop_back();
        std::string line = mail.field("To") + ' ' + mail.field("Subject");
        if (mail.field("Subject") != "API Notification") line += '\n' + body;
        const auto found = expected.find(line);
        require(found != expected.end(), "a mail too many: " + mail.name + ": " + line);
        expected.erase(found);
        require(messageIds.insert(mail.field("Message-ID")).second, "a Message-ID twice: " + line);
        names.insert(hexOf(mail.name));
    }
    require(expected.empty(), std::to_string(expected.size()) + " mails too few");
    std::set<std::string> jobs;
    for (const auto& row : store.query("SELECT hex(id) FROM jobs WHERE service = 'mail'")) {
        jobs.insert(row[0]);
    }
    require(jobs == names, "the mails are not those of the mail jobs");
}

// Throws with the first job for which the condition holds. States are as in the schema: 0 queued,
// 1 running, 2 succeeded, 3 failed, 4 cancelled.
void requireNone(StoreFile& store, const std::string& condition) {
    const auto rows = store.query(
        "SELECT hex(id), service, method, kwargs, state, attempt, crashes, error_type FROM jobs"
        " WHERE " +
        condition + " LIMIT 1");
    if (rows.empty()) return;
    std::string text = condition + ":";
    for (const std::string& value : rows[0]) text += ' ' + value;
    throw std::runtime_error(text);
}

// What holds for every job, acknowledged or not.
void verifyAll(StoreFile& store) {
    requireNone(store, "state < 2");
    requireNone(store, "error_type = 'NodeLost'");
    requireNone(store, "service = 'mail' AND state <> 2");
    requireNone(store, "state = 4");
    requireNone(store, "attempt <> 1");
    require(store.value("PRAGMA integrity_check") == "ok", "the database is damaged");
}

}  // namespace

Ledger::Expected Ledger::next(std::string& route) {
    const long number = ++number_;
    route = number % 2 == 0 ? byCompute : byJobs;
    const bool fails = number % failEvery == 0;
    std::string email;
    if (mailEvery_ > 0 && (number / 2) % mailEvery_ == 0) {
        email = route.substr(1) + std::to_string(number) + "@example.org";
    }
    Expected expected;
    expected.kwargs =
        computation(fails ? "div" : "sum", std::to_string(number), fails ? "0" : "1", email);
    if (!fails) expected.result = std::to_string(number + 1);
    return expected;
}

int Ledger::post(Http& http) {
    std::string route;
    Expected expected = next(route);
    const std::string body =
        route == byCompute
            ? expected.kwargs
            : R"({"service":"compute","method":"compute","kwargs":)" + expected.kwargs + "}";
    const Answer answer = http.post(route, body);
    if (answer.status == 503 || answer.status == 507) {
        require(!answer.field("Retry-After").empty(), "a refusal without Retry-After");
        return answer.status;
    }
    require(answer.status == (route == byCompute ? 200 : 202),
            "status " + std::to_string(answer.status) + ": " + answer.body);
    // The body may be cut off by the crash; a head that is whole is an answer.
    const std::string location = answer.field("Location");
    require(location.starts_with("/jobs/"), "no Location");
    const base::MutexLock lock(mutex_);
    acknowledged_.emplace(hexOf(location.substr(6)), std::move(expected));
    return answer.status;
}

std::size_t Ledger::acknowledged() {
    const base::MutexLock lock(mutex_);
    return acknowledged_.size();
}

void Ledger::verifyAcknowledged(StoreFile& store) {
    std::map<std::string, StoreFile::Row> stored;
    for (auto& row : store.query("SELECT hex(id), kwargs, result, error_type, error_message"
                                 " FROM jobs WHERE service = 'compute'")) {
        stored.emplace(row[0], row);
    }
    const base::MutexLock lock(mutex_);
    for (const auto& [id, expected] : acknowledged_) {
        const auto found = stored.find(id);
        require(found != stored.end(), "acknowledged, but not there: " + id + expected.kwargs);
        const StoreFile::Row& row = found->second;
        require(row[1] == expected.kwargs, "another job under that id: " + id + row[1]);
        require(row[2] == expected.result, "wrong result: " + id + expected.kwargs + row[2]);
        const std::string error = expected.result.empty() ? "ZeroDivisionError" : "";
        require(row[3] == error, "wrong error: " + id + row[3] + row[4]);
    }
}

void Ledger::verify(const std::string& dataDirectory) {
    StoreFile store(dataDirectory);
    verifyAll(store);
    verifyAcknowledged(store);
    verifyMails(store, dataDirectory);
}

}  // namespace errand::tests
