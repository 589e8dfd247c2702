// SPDX-License-Identifier: Apache-2.0
#include "cli/line_editor.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "system/process.h"
#include "system/temporary_directory.h"

namespace errand::cli {

namespace {

// Stands in for this process's terminal as long as it lives. All that is typed lies there from the
// start: the editor reads it when it comes to it.
class Terminal {
public:
    explicit Terminal(const std::string& typed) {
        ::setenv("TERM", "vt100", 1);
        main_ = ::posix_openpt(O_RDWR | O_NOCTTY);
        CPPUNIT_ASSERT(main_ >= 0 && ::grantpt(main_) == 0 && ::unlockpt(main_) == 0);
        const int other = ::open(::ptsname(main_), O_RDWR | O_NOCTTY);
        CPPUNIT_ASSERT(other >= 0);
        // Until the editor sets the terminal up, the system must not take ^D and its like itself.
        termios raw{};
        ::tcgetattr(other, &raw);
        ::cfmakeraw(&raw);
        ::tcsetattr(other, TCSANOW, &raw);
        for (int i = 0; i < 2; ++i) {
            kept_[i] = ::dup(i);
            ::dup2(other, i);
        }
        ::close(other);
        CPPUNIT_ASSERT_EQUAL(static_cast<ssize_t>(typed.size()),
                             ::write(main_, typed.data(), typed.size()));
    }
    ~Terminal() {
        std::fflush(stdout);
        for (int i = 0; i < 2; ++i) {
            ::dup2(kept_[i], i);
            ::close(kept_[i]);
        }
        ::close(main_);
    }

private:
    int main_ = -1;
    int kept_[2] = {-1, -1};
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

    // The lines up to the end of what was typed; "^C" for an interrupted one.
    std::vector<std::string> read(const std::string& typed) {
        Interrupts interrupts;
        const Terminal terminal(typed + "\x04");
        LineEditor editor(file_, interrupts);
        std::vector<std::string> lines;
        while (true) {
            const Line line = editor.next(false);
            if (line.kind == Line::Kind::end) return lines;
            lines.push_back(line.kind == Line::Kind::text ? line.text : "^C");
        }
    }
    using Lines = std::vector<std::string>;

    void linesAreRead() { CPPUNIT_ASSERT((read("one\n\ntwo 2\n") == Lines{"one", "", "two 2"})); }

    void linesAreEdited() {
        // Backspace; ^A to the beginning, ^E to the end; left; ^U takes all away.
        CPPUNIT_ASSERT((read("oxx\x7f\x7fne\n") == Lines{"one"}));
        CPPUNIT_ASSERT((read("ne\x01o\x05!\n") == Lines{"one!"}));
        CPPUNIT_ASSERT((read("oe\033[Dn\n") == Lines{"one"}));
        CPPUNIT_ASSERT((read("rubbish\x15one\n") == Lines{"one"}));
    }

    void arrowBringsTheLineBefore() {
        CPPUNIT_ASSERT(
            (read("one\ntwo\n\033[A\n\033[A\033[A!\n") == Lines{"one", "two", "two", "one!"}));
    }

    void historyOutlivesTheShell() {
        read("n.rpc.a.b(1)\n   \n");
        CPPUNIT_ASSERT_EQUAL(std::string("n.rpc.a.b(1)\n"),
                             tests::readFile(directory_ / "history"));
        CPPUNIT_ASSERT((read("\033[A\n") == Lines{"n.rpc.a.b(1)"}));
    }

    void charactersBeyondAsciiStay() {
        CPPUNIT_ASSERT((read("'\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8D\xB5'x\x7f\n") ==
                        Lines{"'\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8D\xB5'"}));
    }

    void endOfInputIsTheEnd() { CPPUNIT_ASSERT(read("").empty()); }

    void interruptDropsTheLine() {
        Interrupts interrupts;
        const Terminal terminal("half");
        LineEditor editor(file_, interrupts);
        ::raise(SIGINT);
        CPPUNIT_ASSERT(editor.next(false).kind == Line::Kind::interrupted);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LineEditorTest);

}  // namespace errand::cli
