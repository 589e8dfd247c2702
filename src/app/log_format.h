// SPDX-License-Identifier: Apache-2.0
// LineFormatter writes a log message as one line of text, JsonFormatter as one JSON object.
//
// Threads: format may be called from any thread; it keeps no state.
// Owns: nothing.
// Errors: none: whatever the text holds, the line is valid UTF-8 without control characters.
#pragma once

#include <Poco/Formatter.h>

#include <string>
#include <string_view>

namespace errand::app {

class LineFormatter : public Poco::Formatter {
public:
    // Appends "2026-11-22T17:38:41.000123Z information jobs text", the message's parameters
    // (status, client, trace and the like) as " name=value", and a line break.
    void format(const Poco::Message& message, std::string& out) override;
};

class JsonFormatter : public Poco::Formatter {
public:
    // Appends {"time":...,"level":...,"source":...,"text":...} with the message's parameters as
    // further members, texts all of them, and a line break.
    void format(const Poco::Message& message, std::string& out) override;
};

// Appends the text with what would end or disturb a line escaped (\n, \x1b), so that nobody can
// write lines of his own into a log.
void appendOneLine(std::string& out, std::string_view text);

}  // namespace errand::app
