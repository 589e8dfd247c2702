// SPDX-License-Identifier: Apache-2.0
#include "system/maildir.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "mail/decoded_message.h"
#include "system/process.h"

namespace errand::tests {

namespace {

// Fields as they were written, unfolded: POCO's reader would decode them, and not well.
Poco::Net::NameValueCollection parseFields(const std::string& head) {
    std::vector<std::string> unfolded;
    for (const std::string& line : mail::lines(head)) {
        const bool goesOn = line.starts_with(' ') || line.starts_with('\t');
        if (goesOn && !unfolded.empty()) {
            unfolded.back() += line;
        } else {
            unfolded.push_back(line);
        }
    }
    Poco::Net::NameValueCollection fields;
    for (const std::string& line : unfolded) {
        const std::size_t colon = line.find(": ");
        if (colon == std::string::npos) throw std::runtime_error("no header field: " + line);
        fields.add(line.substr(0, colon), line.substr(colon + 2));
    }
    return fields;
}

Mail parseMail(const std::string& name, const std::string& text) {
    const std::size_t end = text.find("\n\n");
    if (end == std::string::npos) throw std::runtime_error("a mail without a body: " + text);
    Mail mail;
    mail.name = name;
    mail.fields = parseFields(text.substr(0, end));
    mail.body = text.substr(end + 2);
    if (mail.field("Content-Transfer-Encoding") == "base64") {
        mail.body = mail::decodeBase64(mail.body);
    }
    return mail;
}

}  // namespace

std::string Mail::subject() const {
    return mail::decodeHeader(field("Subject"));
}

std::vector<Mail> readMails(const std::string& dataDirectory) {
    // A name begins with its job's id, and that with the time.
    return readMailFolder(dataDirectory + "/maildir/new");
}

std::vector<Mail> readMailFolder(const std::string& path) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        files.push_back(entry.path());
    }
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
