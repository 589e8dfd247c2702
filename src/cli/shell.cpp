// SPDX-License-Identifier: Apache-2.0
#include "cli/shell.h"

#include "base/json.h"
#include "cli/cursor.h"
#include "cli/exit_code.h"
#include "cli/outcome.h"
#include "cli/python_value.h"
#include "cli/safe_text.h"

namespace errand::cli {

namespace {

constexpr const char* helpText =
    "n.rpc.SERVICE.METHOD(...) calls a method and shows what it returns:\n"
    "\n"
    "    >>> n.rpc.compute.compute('sum', 30, 10, \"name@email.com\")\n"
    "    40\n"
    "    >>> n.rpc['service-name'].method([1, 2.5, None], flag=True)\n"
    "\n"
    "Arguments are written as in Python: strings, numbers of any size, True, False, None, lists,\n"
    "tuples and dicts. Lines go on while a bracket is open. ^C ends the wait for an answer;\n"
    "exit() or ^D leaves.\n";

// Takes the prompt off a line that was copied out of another shell.
bool dropPrompt(std::string& line, const std::string& prompt) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos || line.compare(begin, prompt.size(), prompt) != 0) {
        return false;
    }
    line.erase(0, begin + prompt.size());
    if (line.starts_with(' ')) line.erase(0, 1);
    return true;
}

}  // namespace

int Shell::run(LineSource& lines) {
    while (true) {
        Line line = lines.next(!text_.empty());
        ++number_;
        if (line.kind == Line::Kind::interrupted) {
            text_.clear();
            streams_.err << "KeyboardInterrupt" << std::endl;
            continue;
        }
        const bool ended = line.kind == Line::Kind::end;
        if (ended && text_.empty()) return exitOk;
        const Next next = ended ? Next::fail : take(line.text);
        if (ended) failed("SyntaxError: the text ends within a call");
        if (next == Next::leave) return exitOk;
        if (next == Next::fail && mode_ == Mode::script) return exitFailed;
        if (ended) return exitOk;
    }
}

Shell::Next Shell::take(const std::string& line) {
    std::string plain = line;
    if (text_.empty()) {
        firstLine_ = number_;
        pasted_ = dropPrompt(plain, ">>>");
    } else if (pasted_) {
        dropPrompt(plain, "...");
    }
    text_ += plain;
    try {
        const Statement statement = readStatement(text_);
        text_.clear();
        return execute(statement);
    } catch (const BadSyntax& error) {
        if (error.incomplete()) {
            text_ += '\n';
            return Next::goOn;
        }
        text_.clear();
        return failed(std::string("SyntaxError: ") + error.what());
    }
}

Shell::Next Shell::execute(const Statement& statement) {
    switch (statement.kind) {
        case Statement::Kind::nothing:
            return Next::goOn;
        case Statement::Kind::help:
            streams_.out << helpText << std::flush;
            return Next::goOn;
        case Statement::Kind::leave:
            return Next::leave;
        case Statement::Kind::call:
            return call(statement);
    }
    return Next::goOn;  // no other kind exists; the compiler cannot know
}

Shell::Next Shell::call(const Statement& statement) {
    rpc::Call call;
    call.service = statement.service;
    call.method = statement.method;
    call.arguments = statement.arguments;
    const std::optional<rpc::End> end = caller_(std::move(call));
    if (!end) {
        streams_.err << '\n';  // the terminal has shown "^C"
        return failed("KeyboardInterrupt");
    }
    const Outcome outcome = outcomeOf(*end, statement.service, patience_);
    if (!outcome.type.empty()) return failed(errorLine(outcome.type, outcome.message));
    show(outcome.result);
    return Next::goOn;
}

Shell::Next Shell::failed(const std::string& line) {
    // As Python says where in a script it was.
    if (mode_ == Mode::script) streams_.err << "  File \"<stdin>\", line " << firstLine_ << '\n';
    streams_.err << line << std::endl;
    return Next::fail;
}

void Shell::show(const std::string& json) {
    try {
        const base::Json value = base::Json::parse(json);
        if (!value.isNull()) streams_.out << asPython(value) << std::endl;
    } catch (const base::JsonError&) {
        streams_.out << oneLine(json) << std::endl;  // Python's NaN is none of JSON's values
    }
}

}  // namespace errand::cli
