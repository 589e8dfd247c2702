// SPDX-License-Identifier: Apache-2.0
#include "mail/maildir.h"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include <Poco/DirectoryIterator.h>
#include <Poco/Exception.h>
#include <Poco/File.h>

#include "base/system.h"
#include "rpc/error.h"

namespace errand::mail {
namespace {

// Maildir's own rule: no delivery takes 36 hours, so an older file in tmp is nobody's.
constexpr std::chrono::hours leftoverAge(36);

void createPrivate(const std::string& path) {
    const Poco::File directory(path);
    if (directory.exists() && directory.isDirectory()) return;
    Poco::File(path).createDirectories();
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

// A file in tmp: what a crashed run of the same claim left is gone before, and what a failed
// delivery leaves is gone after.
struct Temporary {
    explicit Temporary(std::string file) : path(std::move(file)) { remove(); }
    ~Temporary() { remove(); }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    void remove() const noexcept {
        std::error_code missing;  // as it should be
        std::filesystem::remove(path, missing);
    }

    const std::string path;
};

// Of "NAME:2,RS"; who reads on Windows, where no name has a colon, writes another.
bool isFlagMark(char c) {
    return c == ':' || c == ';' || c == '!';
}

// A message has no CR but before LF.
std::string withoutCarriageReturns(std::string text) {
    std::erase(text, '\r');
    return text;
}

}  // namespace

Maildir::Maildir(std::string directory) : directory_(std::move(directory)) {
    createPrivate(directory_);
    for (const char* folder : {"tmp", "new", "cur"}) createPrivate(path(folder));
    base::syncDirectory(directory_);
    removeLeftovers();
}

void Maildir::send(const Message& message, const rpc::Context& context) {
    try {
        deliver(message, context);
    } catch (const Poco::Exception& exception) {
        throw rpc::TryAgain("Maildir: " + exception.displayText(), std::nullopt,
                            rpc::Scope::service);
    }
}

// Two syncs a message, of the file and of the folder. Workers do not share the folder's: the file
// system's journal gathers what comes together already, and sharing it here as well gained nothing
// (ext4, 4 workers: about 2,200 messages a second either way).
void Maildir::deliver(const Message& message, const rpc::Context& context) const {
    const std::string name = message.id.toString();
    if (!context.repeated() || !isDelivered(name)) {
        // A claim whose process is thought dead may still be writing: each has its own file.
        const auto& job = context.request().job;
        const Temporary file(path("tmp", name + "." + std::to_string(job ? job->claim : 0)));
        base::writeDurably(file.path, withoutCarriageReturns(format(message)));
        // False: it lies there already, which is just as well.
        base::renameNew(file.path, path("new", name));
    }
    // For a message found there too: its process may have died before it came to this line.
    base::syncDirectory(path("new"));
}

// Whether the message lies in new, or in cur under any flags ("NAME:2,RS").
bool Maildir::isDelivered(const std::string& name) const {
    if (Poco::File(path("new", name)).exists()) return true;
    for (Poco::DirectoryIterator file(path("cur")), end; file != end; ++file) {
        const std::string& found = file.name();
        if (found.starts_with(name) &&
            (found.size() == name.size() || isFlagMark(found[name.size()]))) {
            base::syncDirectory(path("cur"));  // a reader does not sync what it moves
            return true;
        }
    }
    return false;
}

void Maildir::removeLeftovers() const {
    const auto oldest = std::filesystem::file_time_type::clock::now() - leftoverAge;
    for (Poco::DirectoryIterator file(path("tmp")), end; file != end; ++file) {
        // Another program may move or remove it meanwhile; then it is not ours to care for.
        std::error_code gone;
        const auto written = std::filesystem::last_write_time(file.path().toString(), gone);
        if (!gone && written < oldest) std::filesystem::remove(file.path().toString(), gone);
    }
}

std::string Maildir::path(std::string_view folder, std::string_view name) const {
    std::string path = directory_;
    path += '/';
    path += folder;
    if (!name.empty()) {
        path += '/';
        path += name;
    }
    return path;
}

}  // namespace errand::mail
