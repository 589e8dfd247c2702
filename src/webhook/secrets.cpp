// SPDX-License-Identifier: Apache-2.0
#include "webhook/secrets.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

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
    try {
        base::writeDurably(half, secret.text() + '\n', base::Readers::owner);
        base::renameNew(half, file_);
        base::syncParent(file_);
    } catch (const Poco::Exception& exception) {
        refuse(exception.message());
    }
    Poco::Logger::get("webhook").information(
        "the secret that signs this node's webhooks has been made: " + file_ +
        "; several nodes at one broker need the same one, as webhook.secrets");
    secrets_.push_back(secret);
}

}  // namespace errand::webhook
