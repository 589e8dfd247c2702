// SPDX-License-Identifier: Apache-2.0
#include "app/log_channel.h"

#include <Poco/AutoPtr.h>
#include <Poco/Message.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <vector>

#include "app/log_format.h"
#include "base/worker.h"

namespace errand::app {

class LogChannelTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogChannelTest);
    CPPUNIT_TEST(linesWaitUntilOpened);
    CPPUNIT_TEST(discardedLinesAreNeverWritten);
    CPPUNIT_TEST(closeWritesWhatWaits);
    CPPUNIT_TEST(fatalMessageIsWrittenAtOnceWithAllBeforeIt);
    CPPUNIT_TEST(messagesAfterCloseAreWritten);
    CPPUNIT_TEST(threadsWriteWholeLines);
    CPPUNIT_TEST(overflowIsCountedAndTold);
    CPPUNIT_TEST(closesTwice);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        file_ = std::tmpfile();
        CPPUNIT_ASSERT(file_ != nullptr);
        channel_ = new LogChannel(streamSink(file_), new LineFormatter);  // POCO owns it
    }

    void tearDown() override {
        channel_->close();
        channel_ = nullptr;
        std::fclose(file_);
    }

private:
    void log(const std::string& text, Poco::Message::Priority level) {
        channel_->log(Poco::Message("test", text, level));
    }
    void log(const std::string& text) { log(text, Poco::Message::PRIO_INFORMATION); }

    // The texts of the lines written until now, without time, level and source.
    std::vector<std::string> written() {
        std::rewind(file_);
        std::vector<std::string> texts;
        char line[256];
        while (std::fgets(line, sizeof line, file_) != nullptr) {
            const std::string whole(line);
            const std::size_t source = whole.find(" test ");
            texts.push_back(source == std::string::npos ? whole : whole.substr(source + 6));
        }
        return texts;
    }

    void linesWaitUntilOpened() {
        log("early");
        CPPUNIT_ASSERT(written().empty());
        channel_->open();
        log("late");
        channel_->close();
        CPPUNIT_ASSERT((written() == std::vector<std::string>{"early\n", "late\n"}));
    }

    void discardedLinesAreNeverWritten() {
        log("one");
        channel_->discard();
        channel_->close();
        CPPUNIT_ASSERT(written().empty());
    }

    void closeWritesWhatWaits() {
        channel_->open();
        for (int i = 0; i < 1000; ++i) log(std::to_string(i));
        channel_->close();
        const auto lines = written();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, lines.size());
        CPPUNIT_ASSERT_EQUAL(std::string("0\n"), lines.front());
        CPPUNIT_ASSERT_EQUAL(std::string("999\n"), lines.back());
    }

    void fatalMessageIsWrittenAtOnceWithAllBeforeIt() {
        log("before");
        log("the end", Poco::Message::PRIO_FATAL);
        CPPUNIT_ASSERT((written() == std::vector<std::string>{"before\n", "the end\n"}));
    }

    void messagesAfterCloseAreWritten() {
        channel_->open();
        channel_->close();
        log("after");
        CPPUNIT_ASSERT((written() == std::vector<std::string>{"after\n"}));
    }

    void threadsWriteWholeLines() {
        channel_->open();
        std::vector<std::unique_ptr<base::Worker>> workers;
        for (int i = 0; i < 8; ++i) {
            workers.push_back(std::make_unique<base::Worker>("logger"));
            workers.back()->start([this] {
                for (int n = 0; n < 500; ++n) log("a whole line");
            });
        }
        for (auto& worker : workers) worker->join();
        channel_->close();
        const auto lines = written();
        CPPUNIT_ASSERT_EQUAL(std::size_t{4000}, lines.size());
        for (const auto& line : lines) CPPUNIT_ASSERT_EQUAL(std::string("a whole line\n"), line);
    }

    void overflowIsCountedAndTold() {
        // Not open: nothing is taken away, as when the stream's reader is stuck.
        const std::string text(200, 'x');
        const int count = 20000;
        for (int i = 0; i < count; ++i) log(text);
        channel_->close();
        const auto lines = written();
        CPPUNIT_ASSERT(lines.size() < static_cast<std::size_t>(count));
        CPPUNIT_ASSERT(
            lines.back().find(std::to_string(count - static_cast<int>(lines.size()) + 1) +
                              " messages dropped") != std::string::npos);
    }

    void closesTwice() {
        channel_->open();
        channel_->close();
        channel_->close();
        CPPUNIT_ASSERT(written().empty());
    }

    std::FILE* file_ = nullptr;
    Poco::AutoPtr<LogChannel> channel_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogChannelTest);

}  // namespace errand::app
