// SPDX-License-Identifier: Apache-2.0
// LineEditor lets a person at a terminal edit lines and take up earlier ones, with libedit.
//
// Threads: used by one thread.
// Owns: libedit's editor and its history; borrows Interrupts and the file.
// Errors: std::runtime_error where libedit cannot be set up.
#pragma once

#include <histedit.h>

#include <memory>

#include "base/interrupts.h"
#include "cli/history_file.h"
#include "cli/line_source.h"

namespace errand::cli {

class LineEditor : public LineSource {
public:
    LineEditor(const HistoryFile& file, base::Interrupts& interrupts);
    ~LineEditor() override;

    Line next(bool continued) override;

private:
    static char* prompt(EditLine* editor);
    static int read(EditLine* editor, wchar_t* character);
    int readCharacter(wchar_t* character);
    void remember(const std::string& line);

    // Set in the constructor, then constant.
    const HistoryFile& file_;
    base::Interrupts& interrupts_;
    EditLine* editor_ = nullptr;
    History* history_ = nullptr;

    bool continued_ = false;
    bool interrupted_ = false;
};

}  // namespace errand::cli
