// SPDX-License-Identifier: Apache-2.0
#include "cli/line_editor.h"

#include <langinfo.h>
#include <poll.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstring>
#include <cwchar>
#include <stdexcept>

#include "cli/terminal.h"

namespace errand::cli {

namespace {

// libedit takes characters by the locale; calls are UTF-8 whatever it says.
void requireUtf8() {
    std::setlocale(LC_CTYPE, "");
    if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
}

// Prompts are for the person: out of the way of what is written into a file.
std::FILE* promptStream() {
    return ::isatty(STDOUT_FILENO) == 1 ? stdout : stderr;
}

LineEditor& of(EditLine* editor) {
    void* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<LineEditor*>(self);
}

}  // namespace

LineEditor::LineEditor(const HistoryFile& file, base::Interrupts& interrupts)
    : file_(file), interrupts_(interrupts) {
    requireUtf8();
    history_ = history_init();
    editor_ = el_init("errand", stdin, promptStream(), stderr);
    if (editor_ == nullptr || history_ == nullptr) {
        throw std::runtime_error("the line editor cannot be set up");
    }
    HistEvent event;
    history(history_, &event, H_SETSIZE, static_cast<int>(HistoryFile::kept));
    history(history_, &event, H_SETUNIQUE, 1);
    for (const std::string& line : file_.load()) history(history_, &event, H_ENTER, line.c_str());
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, &LineEditor::prompt);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_HIST, history, history_);
    el_set(editor_, EL_GETCFN, &LineEditor::read);
    el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_source(editor_, nullptr);  // the person's own .editrc
}

LineEditor::~LineEditor() {
    el_end(editor_);
    history_end(history_);
}

Line LineEditor::next(bool continued) {
    continued_ = continued;
    interrupted_ = false;
    int count = 0;
    const char* typed = el_gets(editor_, &count);
    if (interrupted_) {
        interrupts_.clear();
        std::fputc('\n', promptStream());
        return {Line::Kind::interrupted, {}};
    }
    if (typed == nullptr || count <= 0) {
        std::fputc('\n', promptStream());
        return {};
    }
    std::string line(typed, static_cast<std::size_t>(count));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    remember(line);
    return {Line::Kind::text, std::move(line)};
}

void LineEditor::remember(const std::string& line) {
    if (line.find_first_not_of(" \t") == std::string::npos) return;
    HistEvent event;
    history(history_, &event, H_ENTER, line.c_str());
    file_.add(line);
}

char* LineEditor::prompt(EditLine* editor) {
    static char primary[] = ">>> ";
    static char continuation[] = "... ";
    return of(editor).continued_ ? continuation : primary;
}

int LineEditor::read(EditLine* editor, wchar_t* character) {
    return of(editor).readCharacter(character);
}

// As libedit wants it: 1 and a character, 0 at the end, -1 when something is wrong.
int LineEditor::readCharacter(wchar_t* character) {
    std::mbstate_t state{};
    while (true) {
        pollfd waited[2] = {{STDIN_FILENO, POLLIN, 0}, {interrupts_.descriptor(), POLLIN, 0}};
        if (::poll(waited, 2, -1) <= 0) continue;  // a signal in between
        if (waited[1].revents != 0) {
            interrupted_ = true;
            return -1;
        }
        char byte = 0;
        const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
        if (got <= 0) return static_cast<int>(got);
        const std::size_t used = std::mbrtowc(character, &byte, 1, &state);
        if (used == static_cast<std::size_t>(-2)) continue;  // more of it comes
        if (used == static_cast<std::size_t>(-1)) *character = L'?';
        return 1;
    }
}

std::unique_ptr<LineSource> terminalLines(const HistoryFile& file, base::Interrupts& interrupts) {
    return std::make_unique<LineEditor>(file, interrupts);
}

}  // namespace errand::cli
