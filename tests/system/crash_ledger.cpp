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

const std::string domain = "@ledger.example.org";
const std::string sentence = "Please wait the calculation, you'll receive an email with results";

const std::string byCompute = "/compute";
const std::string byJobs = "/jobs";

void require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error(what);
}

std::string textOf(const base::Json& json, const char* name) {
    const base::Json* found = json.find(name);
    return found != nullptr && found->isString() ? found->asString() : std::string();
}

using Mails = std::map<std::string, std::string>;  // by hexOf(id): whom, about what, and the text

std::string describe(const std::string& to, const std::string& subject, std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return to + ": " + subject + ": " + text;
}

Mails mailJobs(StoreFile& store) {
    Mails mails;
    for (const auto& row : store.query("SELECT hex(id), kwargs FROM jobs WHERE service = 'mail'")) {
        const base::Json kwargs = base::Json::parse(row[1]);
        mails[row[0]] =
            describe(textOf(kwargs, "to"), textOf(kwargs, "subject"), textOf(kwargs, "contents"));
    }
    return mails;
}

// One file a mail job, and no other.
void verifyMaildir(const Mails& expected, const std::string& dataDirectory) {
    std::set<std::string> messageIds;
    Mails found;
    for (const Mail& mail : readMails(dataDirectory)) {
        const std::string text = describe(mail.field("To"), mail.field("Subject"), mail.body);
        require(messageIds.insert(mail.field("Message-ID")).second, "a Message-ID twice: " + text);
        found[hexOf(mail.name)] = text;
    }
    for (const auto& [id, text] : expected) {
        const auto place = found.find(id);
        require(place != found.end(), "no mail of the job " + id + ": " + text);
        require(place->second == text, "another mail: " + text + ", but " + place->second);
        found.erase(place);
    }
    require(found.empty(), "a mail of no job");
}

// The ledger's computations have their mails, each once.
void verifyMailJobs(StoreFile& store, const Mails& mails) {
    std::multiset<std::string> found;
    for (const auto& [id, text] : mails) {
        if (text.find(domain) != std::string::npos) found.insert(text);
    }
    std::multiset<std::string> expected;
    for (const auto& row : store.query("SELECT kwargs, result, error_message FROM jobs"
                                       " WHERE service = 'compute'")) {
        const std::string to = textOf(base::Json::parse(row[0]), "email");
        if (to.empty()) continue;
        if (to.starts_with("compute")) expected.insert(describe(to, "API Notification", sentence));
        expected.insert(row[1].empty() ? describe(to, "An error occurred", row[2])
                                       : describe(to, "Your operation is complete!",
                                                  "The result is: " + row[1]));
    }
    for (const std::string& text : expected) {
        require(found.count(text) == 1, std::to_string(found.count(text)) + " times: " + text);
    }
    require(found.size() == expected.size(), "a mail job of no computation");
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
        email = route.substr(1) + std::to_string(number) + domain;
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
        const base::MutexLock lock(mutex_);
        refused_.insert(std::move(expected.kwargs));
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
    for (const auto& [id, row] : stored) {
        require(refused_.count(row[1]) == 0, "refused, and yet there: " + id + row[1]);
    }
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
    const Mails mails = mailJobs(store);
    verifyMailJobs(store, mails);
    verifyMaildir(mails, dataDirectory);
}

}  // namespace errand::tests
