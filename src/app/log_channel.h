// SPDX-License-Identifier: Apache-2.0
// LogChannel costs a caller one line in memory: a thread of its own writes what has gathered, many
// lines at a time. Poco::AsyncChannel would cost an allocation and a notification a message.
//
// Threads: log may be called from any thread; open, discard and close belong to the owner's.
// Owns: its thread, the formatter and the sink.
// Errors: a sink that refuses loses the lines: there is no other place to complain.
#pragma once

#include <Poco/Channel.h>
#include <Poco/Formatter.h>

#include <string>

#include "app/log_sink.h"
#include "base/mutex.h"
#include "base/worker.h"

namespace errand::app {

class LogChannel : public Poco::Channel {
public:
    LogChannel(LogSink sink, Poco::Formatter::Ptr formatter);

    // Starts writing. What was logged before has waited until now.
    void open() override;

    // A fatal message is in the stream on return, with all before it: the process may end next.
    void log(const Poco::Message& message) override;

    // Forgets what waits to be written.
    void discard();

    // Writes what waits and stops; later messages are written by their callers. May be called
    // twice.
    void close() override;

protected:
    ~LogChannel() override;

private:
    void run();
    void drain();

    // Set in the constructor, then constant.
    const LogSink sink_;
    Poco::Formatter::Ptr formatter_;

    base::Mutex writing_;  // held while writing, so that lines keep their order; taken first
    base::Mutex mutex_;
    base::Condition wake_;
    std::string pending_ GUARDED_BY(mutex_);
    std::size_t dropped_ GUARDED_BY(mutex_) = 0;
    enum class State { held, open, closed } state_ GUARDED_BY(mutex_) = State::held;

    base::Worker worker_{"log"};
};

}  // namespace errand::app
