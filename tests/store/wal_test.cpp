// SPDX-License-Identifier: Apache-2.0
// How long the write-ahead log gets: writer.cpp's checkpoints against readers of every kind.
#include <atomic>
#include <filesystem>
#include <future>
#include <optional>

#include <cppunit/extensions/HelperMacros.h>

#include "base/worker.h"
#include "store/temporary_store.h"
#include "store/writer.h"

using namespace errand;
using namespace errand::store;
using namespace errand::tests;
using namespace std::string_literals;

namespace {

constexpr std::chrono::seconds limit(60);  // only matters on failure
constexpr std::uintmax_t mebibyte = 1 << 20;
constexpr std::uintmax_t promised = 64 * mebibyte;

// Puts a mebibyte over the one that was there, which makes two of log.
class Overwrite : public Task {
public:
    Overwrite(Database& database, std::promise<void>& done) : database_(database), done_(done) {}
    void apply() override {
        database_.execute("INSERT OR REPLACE INTO t VALUES (1, randomblob(1048576))");
    }
    void committed() noexcept override { done_.set_value(); }
    void failed(const StoreError&) noexcept override {}

private:
    Database& database_;
    std::promise<void>& done_;
};

}  // namespace

class WalTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WalTest);
    CPPUNIT_TEST(staysSmallWithoutReaders);
    CPPUNIT_TEST(staysBoundedUnderBusyReaders);
    CPPUNIT_TEST(startsOverOnceAReaderLetsGo);
    CPPUNIT_TEST(lockOfAnotherProcessIsWaitedForAsBefore);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        store_.emplace();
        database_.emplace(store_->path(), Database::Role::writer);
        database_->execute("CREATE TABLE t (x INTEGER PRIMARY KEY, y)");
        writer_.emplace(*database_, [](const StoreError&) {});
        writer_->start();
    }

    void tearDown() override {
        writer_.reset();
        database_.reset();
        store_.reset();
    }

    void staysSmallWithoutReaders() {
        for (int i = 0; i < 40; ++i) overwrite();
        CPPUNIT_ASSERT(walSize() < 8 * mebibyte);
    }

    void staysBoundedUnderBusyReaders() {
        std::atomic<bool> stop{false};
        std::uintmax_t most = 0;
        {
            base::Worker a("a"), b("b"), c("c");
            const auto read = [&] {
                Database reader(store_->path(), Database::Role::reader);
                while (!stop) valueOf(reader, "SELECT sum(length(y)) FROM t");
            };
            a.start(read);
            b.start(read);
            c.start(read);
            for (int i = 0; i < 60; ++i) {
                overwrite();
                most = std::max(most, walSize());
            }
            stop = true;
        }
        CPPUNIT_ASSERT_MESSAGE(std::to_string(most), most < promised);
    }

    // As long as one reader keeps its view, the log cannot start over; then it does.
    void startsOverOnceAReaderLetsGo() {
        Database reader(store_->path(), Database::Role::reader);
        overwrite();
        {
            Statement view(reader, "SELECT x FROM t");
            CPPUNIT_ASSERT(view.step());
            for (int i = 0; i < 20; ++i) overwrite();
            CPPUNIT_ASSERT(walSize() > 32 * mebibyte);
        }
        for (int i = 0; i < 40; ++i) overwrite();
        CPPUNIT_ASSERT_MESSAGE(std::to_string(walSize()), walSize() < promised);
    }

    // To let readers go, the writer shortens its patience: not for good.
    void lockOfAnotherProcessIsWaitedForAsBefore() {
        const std::string before = valueOf(*database_, "PRAGMA busy_timeout");
        startsOverOnceAReaderLetsGo();
        writer_->stop();
        CPPUNIT_ASSERT_EQUAL(before, valueOf(*database_, "PRAGMA busy_timeout"));
    }

private:
    void overwrite() {
        std::promise<void> done;
        auto future = done.get_future();
        CPPUNIT_ASSERT(writer_->enqueue(std::make_unique<Overwrite>(*database_, done)));
        CPPUNIT_ASSERT(future.wait_for(limit) == std::future_status::ready);
    }

    std::uintmax_t walSize() const { return std::filesystem::file_size(store_->path() + "-wal"); }

    std::optional<TemporaryStore> store_;
    std::optional<Database> database_;
    std::optional<Writer> writer_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WalTest);
