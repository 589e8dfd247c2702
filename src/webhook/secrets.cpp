// SPDX-License-Identifier: Apache-2.0
#include "webhook/secrets.h"

#include <fcntl.h>
#include <unistd.h>

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "base/system.h"
#include "rpc/error.h"

namespace errand::webhook {
namespace {

[[noreturn]] void refuse(const std::string& reason) {
    throw rpc::TryAgain("webhooks cannot be signed: " + reason, std::nullopt, rpc::Scope::service);
}

// For the server's user alone from its first moment, and on disk on return.
void writePrivately(const std::string& path, const std::string& text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) refuse("cannot make " + path + ": " + std::generic_category().message(errno));
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file) == 0;
    const int error = errno;
    ::close(file);
    if (written) return;
    ::unlink(path.c_str());
    refuse("cannot write " + path + ": " + std::generic_category().message(error));
}

}  // namespace

Secrets::Secrets(const std::vector<std::string>& texts, std::string file) : file_(std::move(file)) {
    for (const std::string& text : texts) secrets_.push_back(Secret::parse(text).value());
}

std::string Secrets::sign(std::string_view id, std::int64_t timestamp, std::string_view payload) {
    const base::MutexLock lock(mutex_);
    if (secrets_.empty()) load();
    std::string all;
    for (const Secret& secret : secrets_) {
        if (!all.empty()) all += ' ';
        all += secret.sign(id, timestamp, payload);
    }
    return all;
}

// One secret a word, as in the setting: whoever changes it keeps the old one for a while.
void Secrets::load() {
    std::error_code error;
    if (!std::filesystem::exists(file_, error) && !error) return make();
    std::ifstream in(file_);
    std::vector<Secret> found;
    for (std::string word; in >> word;) {
        const std::optional<Secret> secret = Secret::parse(word);
        if (!secret) refuse(file_ + " holds something that is no secret (whsec_...)");
        found.push_back(*secret);
    }
    // A new one in its place would leave every receiver with a wrong one, without a word.
    if (found.empty()) refuse(file_ + " cannot be read, or is empty; remove it to have a new one");
    secrets_ = std::move(found);
}

void Secrets::make() {
    const Secret secret = Secret::generate();
    const std::string half = file_ + ".new";
    std::error_code ignored;
    std::filesystem::remove(half, ignored);  // of a process that died here
    writePrivately(half, secret.text() + '\n');
    try {
        base::renameNew(half, file_);
        base::syncDirectory(std::filesystem::path(file_).parent_path());
    } catch (const Poco::Exception& exception) {
        refuse(exception.message());
    }
    Poco::Logger::get("webhook").information(
        "the secret that signs this node's webhooks has been made: " + file_ +
        "; several nodes at one broker need the same one, as webhook.secrets");
    secrets_.push_back(secret);
}

}  // namespace errand::webhook
