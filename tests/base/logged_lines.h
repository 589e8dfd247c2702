// SPDX-License-Identifier: Apache-2.0
// LoggedLines are what one source of the log says while it is there.
//
// Threads: one.
// Owns: its channel; the source has the root's afterwards.
// Errors: none.
#pragma once

#include <string>
#include <vector>

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>

namespace errand::base {

class LoggedLines {
public:
    explicit LoggedLines(const std::string& source) : logger_(Poco::Logger::get(source)) {
        logger_.setLevel("information");
        logger_.setChannel(channel_);
    }
    ~LoggedLines() { logger_.setChannel(Poco::Logger::root().getChannel()); }
    LoggedLines(const LoggedLines&) = delete;
    LoggedLines& operator=(const LoggedLines&) = delete;

    const std::vector<std::string>& all() const { return channel_->lines; }

private:
    struct Lines : public Poco::Channel {
        void log(const Poco::Message& message) override { lines.push_back(message.getText()); }
        std::vector<std::string> lines;
    };

    Poco::Logger& logger_;
    const Poco::AutoPtr<Lines> channel_{new Lines};  // POCO owns it
};

}  // namespace errand::base
