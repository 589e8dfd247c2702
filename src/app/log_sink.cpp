// SPDX-License-Identifier: Apache-2.0
#include "app/log_sink.h"

#include <Poco/AutoPtr.h>
#include <Poco/Exception.h>
#include <Poco/FileChannel.h>
#include <Poco/Message.h>

#include <filesystem>

namespace errand::app {

LogSink streamSink(std::FILE* stream) {
    return [stream](std::string_view lines) {
        std::fwrite(lines.data(), 1, lines.size(), stream);
        std::fflush(stream);
        std::clearerr(stream);
    };
}

LogSink fileSink(const std::string& path, std::uint64_t maxSize, int keep) {
    Poco::AutoPtr<Poco::FileChannel> file(
        new Poco::FileChannel(std::filesystem::absolute(path).string()));  // POCO owns it
    file->setProperty("rotation", maxSize == 0 ? "never" : std::to_string(maxSize));
    file->setProperty("archive", "number");
    file->setProperty("purgeCount", std::to_string(keep));
    file->open();
    return [file](std::string_view lines) mutable {
        // It adds a line break of its own.
        lines.remove_suffix(1);
        try {
            file->log(Poco::Message("", std::string(lines), Poco::Message::PRIO_INFORMATION));
        } catch (const Poco::Exception&) {  // a full disk: nowhere to complain
        }
    };
}

}  // namespace errand::app
