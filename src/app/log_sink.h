// SPDX-License-Identifier: Apache-2.0
// A LogSink is where the lines of the log go: a stream, or a file that starts over when it is long.
//
// Threads: a sink is called by one thread at a time.
// Owns: a file's sink owns the file; a stream is borrowed and outlives the sink.
// Errors: sinks throw nothing; fileSink throws Poco exceptions for a file that cannot be opened.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

namespace errand::app {

// Is given whole lines, each with its line break, at least one.
using LogSink = std::function<void(std::string_view lines)>;

LogSink streamSink(std::FILE* stream);

// Past `maxSize` bytes the file is renamed to FILE.0, an older one to FILE.1, and so on; of those
// the newest `keep` stay. 0 bytes: never.
LogSink fileSink(const std::string& path, std::uint64_t maxSize, int keep);

}  // namespace errand::app
