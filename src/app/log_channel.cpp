// SPDX-License-Identifier: Apache-2.0
#include "app/log_channel.h"

#include <Poco/Message.h>

namespace errand::app {

namespace {

// Some ten thousand lines: when so many wait, the stream's reader is stuck, and the server's work
// comes before its log.
constexpr std::size_t longestPending = std::size_t{2} << 20;

}  // namespace

LogChannel::LogChannel(LogSink sink, Poco::Formatter::Ptr formatter)
    : sink_(std::move(sink)), formatter_(std::move(formatter)) {}

LogChannel::~LogChannel() {
    LogChannel::close();
}

void LogChannel::open() {
    {
        const base::MutexLock lock(mutex_);
        if (state_ != State::held) return;
        state_ = State::open;
    }
    worker_.start([this] { run(); });
}

void LogChannel::log(const Poco::Message& message) {
    bool byCaller = message.getPriority() == Poco::Message::PRIO_FATAL;
    {
        const base::MutexLock lock(mutex_);
        if (pending_.size() < longestPending || byCaller) {
            formatter_->format(message, pending_);
        } else {
            ++dropped_;
        }
        byCaller = byCaller || state_ == State::closed;
        if (!byCaller) wake_.notifyOne();
    }
    if (byCaller) drain();
}

void LogChannel::discard() {
    const base::MutexLock lock(mutex_);
    pending_.clear();
}

void LogChannel::close() {
    {
        const base::MutexLock lock(mutex_);
        state_ = State::closed;
        wake_.notifyOne();
    }
    worker_.join();
    drain();
}

void LogChannel::run() {
    for (;;) {
        {
            const base::MutexLock lock(mutex_);
            while (pending_.empty() && state_ == State::open) wake_.wait(mutex_);
            if (state_ == State::closed) return;  // close() writes the rest
        }
        drain();
    }
}

void LogChannel::drain() {
    const base::MutexLock order(writing_);
    std::string lines;
    {
        const base::MutexLock lock(mutex_);
        lines.swap(pending_);
        if (dropped_ > 0) {
            formatter_->format(
                Poco::Message("log", std::to_string(dropped_) + " messages dropped: nobody reads",
                              Poco::Message::PRIO_WARNING),
                lines);
            dropped_ = 0;
        }
    }
    if (!lines.empty()) sink_(lines);
}

}  // namespace errand::app
