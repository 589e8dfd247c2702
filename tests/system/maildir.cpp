// SPDX-License-Identifier: Apache-2.0
#include "system/maildir.h"

#include <Poco/Base64Decoder.h>
#include <Poco/Net/MessageHeader.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "system/process.h"

namespace errand::tests {

namespace {

Mail parseMail(const std::string& name, const std::string& text) {
    std::istringstream in(text);
    Poco::Net::MessageHeader header;
    header.read(in);
    Mail mail;
    mail.name = name;
    mail.fields = header;
    const std::size_t end = text.find("\n\n");
    if (end == std::string::npos) throw std::runtime_error("a mail without a body: " + text);
    mail.body = text.substr(end + 2);
    if (header.get("Content-Transfer-Encoding", "") == "base64") {
        std::istringstream coded(mail.body);
        Poco::Base64Decoder decoder(coded);
        mail.body.assign(std::istreambuf_iterator<char>(decoder), {});
    }
    return mail;
}

}  // namespace

std::vector<Mail> readMails(const std::string& dataDirectory) {
    std::vector<std::filesystem::path> files;
    const std::filesystem::path folder(dataDirectory + "/maildir/new");
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        files.push_back(entry.path());
    }
    // A name begins with its job's id, and that with the time.
    std::sort(files.begin(), files.end());
    std::vector<Mail> mails;
    for (const auto& file : files) mails.push_back(parseMail(file.filename(), readFile(file)));
    return mails;
}

std::vector<Mail> waitForMails(const std::string& dataDirectory, std::size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (true) {
        std::vector<Mail> mails = readMails(dataDirectory);
        if (mails.size() >= count) return mails;
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("only " + std::to_string(mails.size()) + " mails came");
        }
        pauseBetweenLooks();
    }
}

Mail mailWithSubject(const std::vector<Mail>& mails, const std::string& subject) {
    for (const Mail& mail : mails) {
        if (mail.field("Subject") == subject) return mail;
    }
    throw std::runtime_error("no mail with the subject " + subject);
}

}  // namespace errand::tests
