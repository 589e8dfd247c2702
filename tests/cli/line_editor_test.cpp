// SPDX-License-Identifier: Apache-2.0
#include "cli/line_editor.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "base/worker.h"
#include "system/process.h"
#include "system/temporary_directory.h"

namespace errand::cli {

namespace {

using Lines = std::vector<std::string>;

// Stands in for this process's terminal as long as it lives, with somebody at it who types a line
// whenever the editor is there to take it: earlier, the system's own editing would get at it.
class Terminal {
public:
    explicit Terminal(Lines typed) : typed_(std::move(typed)) {
        ::setenv("TERM", "vt100", 1);
        main_ = ::posix_openpt(O_RDWR | O_NOCTTY);
        CPPUNIT_ASSERT(main_ >= 0 && ::grantpt(main_) == 0 && ::unlockpt(main_) == 0);
        const int other = ::open(::ptsname(main_), O_RDWR | O_NOCTTY);
        CPPUNIT_ASSERT(other >= 0);
        for (int i = 0; i < 2; ++i) {
            kept_[i] = ::dup(i);
            ::dup2(other, i);
        }
        ::close(other);
        person_.start([this] { type(); });
    }
    ~Terminal() {
        left_.store(true);
        person_.join();
        std::fflush(stdout);
        for (int i = 0; i < 2; ++i) {
            ::dup2(kept_[i], i);
            ::close(kept_[i]);
        }
        ::close(main_);
    }

    // The editor will be asked for the next line.
    void expect() { asked_.fetch_add(1); }

private:
    void type() {
        for (std::size_t i = 0; i < typed_.size(); ++i) {
            if (!waitUntil([&] { return asked_.load() > i && isRaw(); })) return;
            const bool interrupt = typed_[i].ends_with("^C");
            const std::string text =
                interrupt ? typed_[i].substr(0, typed_[i].size() - 2) : typed_[i];
            [[maybe_unused]] const ssize_t written = ::write(main_, text.data(), text.size());
            if (!interrupt) continue;
            if (!waitUntil([&] { return shown_.find(text) != std::string::npos; })) return;
            ::kill(::getpid(), SIGINT);
        }
        waitUntil([] { return false; });
    }

    // False where the test is over before.
    template <class Condition>
    bool waitUntil(Condition condition) {
        while (!left_.load()) {
            pollfd polled{main_, POLLIN, 0};
            char bytes[4096];
            if (::poll(&polled, 1, 1) == 1) {
                const ssize_t got = ::read(main_, bytes, sizeof(bytes));
                if (got > 0) shown_.append(bytes, static_cast<std::size_t>(got));
            }
            if (condition()) return true;
        }
        return false;
    }

    bool isRaw() const {
        termios state{};
        return ::tcgetattr(main_, &state) == 0 && (state.c_lflag & ICANON) == 0;
    }

    const Lines typed_;
    std::string shown_;
    int main_ = -1;
    int kept_[2] = {-1, -1};
    std::atomic<std::size_t> asked_{0};  // set by the test, read by the person
    std::atomic<bool> left_{false};      // likewise
    base::Worker person_{"person"};
};

}  // namespace

class LineEditorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LineEditorTest);
    CPPUNIT_TEST(linesAreRead);
    CPPUNIT_TEST(linesAreEdited);
    CPPUNIT_TEST(arrowBringsTheLineBefore);
    CPPUNIT_TEST(historyOutlivesTheShell);
    CPPUNIT_TEST(charactersBeyondAsciiStay);
    CPPUNIT_TEST(endOfInputIsTheEnd);
    CPPUNIT_TEST(interruptDropsTheLine);
    CPPUNIT_TEST_SUITE_END();

    const tests::TemporaryDirectory directory_;
    const HistoryFile file_{directory_ / "history"};

    // The lines up to ^D, which is typed last; "^C" for an interrupted one.
    Lines read(Lines typed) {
        for (std::string& line : typed) line += '\n';
        return readKeys(std::move(typed));
    }
    Lines readKeys(Lines typed) {
        typed.emplace_back("\x04");
        base::Interrupts interrupts;
        Terminal terminal(std::move(typed));
        LineEditor editor(file_, interrupts);
        Lines lines;
        while (true) {
            terminal.expect();
            const Line line = editor.next(false);
            if (line.kind == Line::Kind::end) return lines;
            lines.push_back(line.kind == Line::Kind::text ? line.text : "^C");
        }
    }

    void linesAreRead() {
        CPPUNIT_ASSERT((read({"one", "", "two 2"}) == Lines{"one", "", "two 2"}));
    }

    void linesAreEdited() {
        // Backspace; ^A to the beginning, ^E to the end; left; ^U takes all away.
        CPPUNIT_ASSERT((read({"oxx\x7f\x7fne"}) == Lines{"one"}));
        CPPUNIT_ASSERT((read({"ne\x01o\x05!"}) == Lines{"one!"}));
        CPPUNIT_ASSERT((read({"oe\033[Dn"}) == Lines{"one"}));
        CPPUNIT_ASSERT((read({"rubbish\x15one"}) == Lines{"one"}));
    }

    void arrowBringsTheLineBefore() {
        CPPUNIT_ASSERT((read({"one", "two", "\033[A", "\033[A\033[A!"}) ==
                        Lines{"one", "two", "two", "one!"}));
    }

    void historyOutlivesTheShell() {
        read({"n.rpc.a.b(1)", "   "});
        CPPUNIT_ASSERT_EQUAL(std::string("n.rpc.a.b(1)\n"),
                             tests::readFile(directory_ / "history"));
        CPPUNIT_ASSERT((read({"\033[A"}) == Lines{"n.rpc.a.b(1)"}));
    }

    void charactersBeyondAsciiStay() {
        CPPUNIT_ASSERT((read({"'\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8D\xB5'x\x7f"}) ==
                        Lines{"'\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8D\xB5'"}));
    }

    void endOfInputIsTheEnd() { CPPUNIT_ASSERT(read({}).empty()); }

    void interruptDropsTheLine() {
        CPPUNIT_ASSERT((readKeys({"half^C", "whole\n"}) == Lines{"^C", "whole"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LineEditorTest);

}  // namespace errand::cli
