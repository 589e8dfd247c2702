// SPDX-License-Identifier: Apache-2.0
// kill -9, again and again, while clients submit with keys and ask to be told of the ends.
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "system/crash_seed.h"
#include "system/database.h"
#include "system/fault_store.h"
#include "system/jobs.h"
#include "system/receiver.h"
#include "system/server.h"

namespace errand::tests {

namespace {

constexpr int kills = 10;
constexpr int clients = 4;
// A client submits so many in a run; a run is killed after fewer than all of them together.
constexpr int submitsARun = 12;

// One who repeats each request under its key until it is answered.
class KeyClient {
public:
    KeyClient(int number, std::string hook) : number_(number), hook_(std::move(hook)) {}

    // What it submits, until the server is gone; false for an answer that should not be.
    bool submitSome(int port, std::atomic<int>& answered) {
        try {
            Http http(port);
            for (int i = 0; i < submitsARun; ++i) {
                if (!answered_.contains(next_)) ask(http, next_);
                ++next_;
                ++answered;
            }
        } catch (const Poco::Exception&) {
            // The server is gone, as it was meant to be: the same again in the next run.
        } catch (const std::exception& error) {
            std::cerr << error.what() << std::endl;
            return false;
        }
        return true;
    }

    // Everything once more: the same jobs, and for what was not answered an answer.
    void repeatAll(int port) {
        Http http(port);
        for (int i = 0; i <= next_; ++i) ask(http, i);
    }

    // The jobs by what is computed.
    const std::map<int, std::string>& answered() const noexcept { return answered_; }
    // What it computes: all clients' are different.
    int value(int submit) const noexcept { return submit * clients + number_; }

private:
    void ask(Http& http, int submit) {
        const std::string value = std::to_string(this->value(submit));
        const std::string body = R"({"service":"compute","method":"compute","args":["sum",)" +
                                 value + R"(,1],"notify":{"webhook":")" + hook_ + R"("}})";
        const Fields fields{{"Content-Type", "application/json"},
                            {"Idempotency-Key", "\"key-" + value + '"'}};
        Answer answer = http.send("POST", "/jobs", body, fields);
        while (answer.status == 409) answer = http.send("POST", "/jobs", body, fields);
        if (answer.status != 202) throw std::runtime_error(answer.body);
        const std::string id = answer.field("Location").substr(6);
        const auto [known, isNew] = answered_.emplace(submit, id);
        if (!isNew && known->second != id) throw std::runtime_error("two jobs of key " + value);
    }

    const int number_;
    const std::string hook_;
    int next_ = 0;
    std::map<int, std::string> answered_;
};

}  // namespace

class CrashKeysTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashKeysTest);
    CPPUNIT_TEST(aKeyMakesOneJobAndItsEndIsTold);
    CPPUNIT_TEST(soItIsWhereReceiversDoNotAnswer);
    CPPUNIT_TEST_SUITE_END();

    using Clients = std::array<KeyClient, clients>;

    const TemporaryDirectory* data_ = nullptr;
    Receiver* receiver_ = nullptr;

    Setup setup() const {
        return {.settings = {"webhook.allow=127.0.0.0/8"}, .directory = data_->path()};
    }

    // A load of submits, and kill -9 when so many of them have been answered.
    void loadAndKill(Clients& all, int enough) {
        Server server(setup());
        std::atomic<int> answered{0};
        std::atomic<int> ended{0};
        std::atomic<int> strange{0};
        std::array<std::thread, clients> threads;
        for (std::size_t i = 0; i < clients; ++i) {
            threads[i] = std::thread([&, i] {
                if (!all[i].submitSome(server.port(), answered)) ++strange;
                ++ended;
            });
        }
        while (answered < enough && ended < clients) pauseBetweenLooks();
        server.kill();
        for (std::thread& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(0, strange.load());
    }

    // What is on disk as told is told no more: by each id, how often it had been by then.
    void noteTold(std::map<std::string, long>& told) const {
        for (const auto& [id, state] : storedStates(data_->path())) {
            if (state == "succeeded") told.emplace(id, timesTold(id));
        }
    }

    long timesTold(const std::string& id) const {
        const std::vector<Delivery> all = receiver_->requests();
        return std::ranges::count_if(
            all, [&](const Delivery& one) { return one.field("webhook-id") == id; });
    }

    void verifyJobs(const Clients& all) const {
        StoreFile store(data_->path());
        std::size_t count = 0;
        for (const KeyClient& client : all) {
            count += client.answered().size();
            for (const auto& [submit, id] : client.answered()) {
                const auto rows = store.query(
                    "SELECT state, attempt, result FROM jobs WHERE id = x'" + hexOf(id) + "'");
                CPPUNIT_ASSERT_EQUAL_MESSAGE(id, std::size_t(1), rows.size());
                const StoreFile::Row expected{"2", "1", std::to_string(client.value(submit) + 1)};
                CPPUNIT_ASSERT_MESSAGE(id, expected == rows[0]);
            }
        }
        CPPUNIT_ASSERT(count > kills);
        const std::string jobs = std::to_string(count);
        CPPUNIT_ASSERT_EQUAL(jobs,
                             store.value("SELECT count(*) FROM jobs WHERE service = 'compute'"));
        CPPUNIT_ASSERT_EQUAL(jobs, store.value("SELECT count(DISTINCT parent) FROM jobs WHERE"
                                               " service = 'webhook' AND state = 2"));
        CPPUNIT_ASSERT_EQUAL(jobs,
                             store.value("SELECT count(*) FROM jobs WHERE service = 'webhook'"));
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), integrity(data_->path()));
    }

    void verifyDeliveries(const std::map<std::string, long>& told) const {
        for (const auto& [id, times] : told) CPPUNIT_ASSERT_EQUAL(times, timesTold(id));
        std::map<std::string, std::string> bodies;
        std::set<std::string> jobs;
        for (const Delivery& one : receiver_->requests()) {
            const std::string id = one.field("webhook-id");
            CPPUNIT_ASSERT_EQUAL(bodies.emplace(id, one.body).first->second, one.body);
            jobs.insert(member(*base::Json::parse(one.body).find("data"), "id"));
        }
        StoreFile store(data_->path());
        const auto rows = store.query("SELECT hex(id) FROM jobs WHERE service = 'webhook'");
        CPPUNIT_ASSERT_EQUAL(rows.size(), bodies.size());
        CPPUNIT_ASSERT_EQUAL(rows.size(), jobs.size());
        std::set<std::string> ids;
        for (const auto& [id, body] : bodies) ids.insert(hexOf(id));
        for (const StoreFile::Row& row : rows) CPPUNIT_ASSERT(ids.contains(row[0]));
    }

    // `silent`: so many deliveries are never answered.
    void killInALoop(int silent) {
        std::mt19937 random(crashSeed());
        std::uniform_int_distribution<int> enough(1, clients * submitsARun - 8);
        const TemporaryDirectory data;
        Receiver receiver;
        data_ = &data;
        receiver_ = &receiver;
        for (int i = 0; i < silent; ++i) receiver.answer({"", Reaction::Then::hang});
        Clients all{
            {{0, receiver.url()}, {1, receiver.url()}, {2, receiver.url()}, {3, receiver.url()}}};
        std::map<std::string, long> told;
        for (int i = 0; i < kills; ++i) {
            loadAndKill(all, enough(random));
            noteTold(told);
        }
        Server server(setup());
        for (KeyClient& client : all) client.repeatAll(server.port());
        waitUntilFinished(data.path());
        server.stop();
        verifyJobs(all);
        verifyDeliveries(told);
        std::cout << ' ' << receiver.requests().size() << " deliveries" << std::flush;
    }

    void aKeyMakesOneJobAndItsEndIsTold() { killInALoop(0); }

    // As many as are sent at a time, and those that are tried again alone.
    void soItIsWhereReceiversDoNotAnswer() { killInALoop(8 + kills / 2); }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CrashKeysTest);

}  // namespace errand::tests
